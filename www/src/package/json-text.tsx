import { Lines } from '../ui/lines.js';
import { visible } from '../ui/words.js';

/** Characters of a line that are shown. */
const WIDEST = 2000;

/** A JSON value as indented text. */
export function JsonText({ label, value }: { label: string; value: unknown }) {
  const lines = formatted(value).split('\n');
  const line = (at: number) => ({ head: String(at + 1), text: shortened(lines[at] ?? '') });
  return (
    <div class="json" style={{ height: `${Math.min(lines.length * 20 + 18, 420)}px` }}>
      <Lines label={label} count={lines.length} line={line} kind="text" />
    </div>
  );
}

/** With members by name, so that two of them can be compared by eye. */
export function formatted(value: unknown): string {
  try {
    return JSON.stringify(value, null, 2) ?? 'null';
  } catch {
    return 'it can’t be shown as text';
  }
}

/** A line of which no end is out of reach, with what can't be seen made visible, but tabs. */
export function shortened(text: string): string {
  const cut = text.length > WIDEST ? `${text.slice(0, WIDEST)}…` : text;
  return cut.split('\t').map((part) => visible(part)).join('\t');
}
