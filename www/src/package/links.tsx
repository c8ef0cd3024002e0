import { webAddress } from '../route/web-address.js';
import { shown } from '../ui/words.js';
import { textsOf } from './loose.js';

/** Addresses of a package: those of the web as links, others as texts. */
export function Links({ name, value }: { name: string; value: unknown }) {
  const texts = textsOf(value).slice(0, 10);
  if (texts.length === 0) return null;
  return (
    <>
      <dt>{name}</dt>
      {texts.map((text, at) => {
        const address = webAddress(text);
        return (
          <dd key={at}>
            {address === null ? (
              <bdi>{shown(text)}</bdi>
            ) : (
              <a href={address} rel="noreferrer noopener" target="_blank"><bdi>{shown(text)}</bdi></a>
            )}
          </dd>
        );
      })}
    </>
  );
}
