import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { bytes } from '../../ui/words.js';
import { JsonText } from '../json-text.js';
import { type Kind, kindsOf } from './content-kind.js';
import { HexPreview } from './hex-preview.js';
import { ImagePreview } from './image-preview.js';
import { TextPreview } from './text-preview.js';

const TITLES: Readonly<Record<Kind, string>> = { text: 'Text', json: 'Formatted', image: 'Image', hex: 'Hex' };

/** Shows what is in a file, in the way that suits it or that a visitor chooses. */
export function Preview({ path, content, size }: { path: string; content: Uint8Array<ArrayBuffer>; size: number }) {
  const kinds = useMemo(() => kindsOf(path, content, content.length >= size), [path, content, size]);
  const chosen = useSignal<Kind | null>(null);
  const kind = chosen.value ?? kinds[0] ?? 'hex';
  if (content.length === 0) return <p class="note">The file is empty.</p>;
  return (
    <div class="preview">
      <div class="chips" role="group" aria-label="Preview as">
        {kinds.map((name) => (
          <button key={name} type="button" class="chip" aria-pressed={name === kind} onClick={() => (chosen.value = name)}>
            {TITLES[name]}
          </button>
        ))}
        {content.length < size ? <span class="soft">the first {bytes(content.length)} of {bytes(size)}</span> : null}
      </div>
      {kind === 'text' ? <TextPreview content={content} /> : null}
      {kind === 'json' ? <Formatted content={content} /> : null}
      {kind === 'image' ? <ImagePreview path={path} content={content} /> : null}
      {kind === 'hex' ? <HexPreview content={content} /> : null}
    </div>
  );
}

function Formatted({ content }: { content: Uint8Array }) {
  const value = useMemo(() => {
    try {
      return { json: JSON.parse(new TextDecoder().decode(content)) as unknown };
    } catch {
      return null;
    }
  }, [content]);
  return value === null ? <p class="note">It is no JSON.</p> : <JsonText label="Its JSON" value={value.json} />;
}
