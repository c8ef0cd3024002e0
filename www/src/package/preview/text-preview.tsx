import { useMemo } from 'preact/hooks';
import { Lines } from '../../ui/lines.js';
import { bytes } from '../../ui/words.js';
import { shortened } from '../json-text.js';
import { TEXT } from './content-kind.js';

/** The beginning of a text, with what can't be seen made visible. */
export function TextPreview({ content }: { content: Uint8Array }) {
  const lines = useMemo(() => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content.subarray(0, TEXT), { stream: true });
    const lines = text.split(/\r?\n/);
    if (lines.length > 1 && lines.at(-1) === '') lines.pop();
    return lines;
  }, [content]);
  const line = (at: number) => ({ head: String(at + 1), text: shortened(lines[at] ?? '') });
  return (
    <>
      <Lines label="Text of the file" count={lines.length} line={line} kind="text" />
      {content.length > TEXT ? <p class="note">Cut after {bytes(TEXT)}. Download the file to see the rest.</p> : null}
    </>
  );
}
