import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { shown } from '../../ui/words.js';
import { imageType } from './content-kind.js';

/** An image, drawn as one: what is in an `img` runs nothing and fetches nothing. */
export function ImagePreview({ path, content }: { path: string; content: Uint8Array<ArrayBuffer> }) {
  const url = useSignal<string | null>(null);
  const words = useSignal('');
  useEffect(() => {
    const object = URL.createObjectURL(new Blob([content], { type: imageType(path, content) ?? '' }));
    url.value = object;
    return () => URL.revokeObjectURL(object);
  }, [content]);
  return (
    <figure class="image">
      {url.value === null ? null : (
        <img
          src={url.value}
          alt={`The image ${shown(path, 80)}`}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
            words.value = `${naturalWidth} × ${naturalHeight} pixels`;
            // Drawn is drawn: in a tab of its own it would be a document of this page's origin.
            if (url.value !== null) URL.revokeObjectURL(url.value);
          }}
          onError={() => (words.value = 'It can’t be drawn: it is spoiled, or no image.')}
        />
      )}
      <figcaption class="soft" aria-live="polite">{words.value}</figcaption>
    </figure>
  );
}
