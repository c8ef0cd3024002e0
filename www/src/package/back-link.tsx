import { addressOf, HOME, type Route, route } from '../route/route.js';
import { shown } from '../ui/words.js';

/** Back to the channel that the package came from, or into the one that it lies in. */
export function BackLink() {
  const { item, place, subdir } = route.value;
  const above = item?.kind === 'url' ? channelAbove(item.url) : null;
  const name = place.kind === 'web' ? (place.mirrors[0] ?? '') : `sample channel ${place.sample}`;
  return (
    <nav class="back" aria-label="Channel">
      <a href={addressOf({ item: null, against: null, tab: 'files', path: null, isMap: false })}>
        <span aria-hidden="true">←</span> {item?.kind === 'record' ? `${shown(subdir, 40)} of ` : ''}<bdi>{shown(name, 80)}</bdi>
      </a>
      {above === null ? null : <a href={addressOf({ ...HOME, ...above })}>Open the channel that it lies in</a>}
    </nav>
  );
}

function channelAbove(address: string): Pick<Route, 'place' | 'subdir'> | null {
  const url = new URL(address);
  const match = /^(.*\/)([\w-]+)\/[^/]+$/.exec(url.pathname);
  if (match === null) return null;
  const [, folder = '/', subdir = ''] = match;
  // As platforms are called.
  if (subdir !== 'noarch' && !/^[a-z]+-[a-z0-9_]+$/.test(subdir)) return null;
  return { place: { kind: 'web', mirrors: [`${url.origin}${folder}`] }, subdir };
}
