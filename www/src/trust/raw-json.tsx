import { Copy } from '../ui/copy.js';
import { save } from '../ui/save.js';
import { bytes as size, linewise, shown } from '../ui/words.js';

/** Characters that are shown: nobody reads more, and a browser takes long to draw them. */
const LONGEST = 60_000;

/** A signed file as it is, for whoever wants to see for himself. */
export function RawJson({ bytes, path }: { bytes: Uint8Array; path: string }) {
  const raw = new TextDecoder().decode(bytes);
  const text = formatted(raw);
  const name = path.split('/').at(-1) ?? 'role.json';
  return (
    <details class="raw">
      <summary>The signed file as JSON</summary>
      <p class="actions">
        <Copy text={raw} what="the file as it was signed" />
        <button type="button" onClick={() => save(new Blob([bytes as Uint8Array<ArrayBuffer>]), name)}>Download {size(bytes.length)}</button>
        {text.length > LONGEST ? <span>Too long to be shown whole: download it to see the rest.</span> : null}
      </p>
      <pre tabIndex={0} aria-label={`${shown(name, 60)} as JSON`}>{linewise(text.slice(0, LONGEST), LONGEST)}</pre>
    </details>
  );
}

function formatted(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
