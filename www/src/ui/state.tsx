import type { FileRow, FileState, RecordState } from '../protocol.js';
import type { Status } from 'conda-verifier';

/** Good, bad, or neither: shown by colour, form and word, never by colour alone. */
export type Tone = 'good' | 'open' | 'bad' | 'none';

const MARKS: Readonly<Record<Tone, string>> = { good: '✓', open: '?', bad: '✗', none: '·' };

export function Mark({ tone, word }: { tone: Tone; word: string }) {
  return (
    <span class={`mark ${tone}`}>
      <span aria-hidden="true">{MARKS[tone]}</span> {word}
    </span>
  );
}

const OF_STATUS: Readonly<Record<Status, Tone>> = { verified: 'good', unverified: 'open', rejected: 'bad' };

export function StatusMark({ status }: { status: Status }) {
  return <Mark tone={OF_STATUS[status]} word={status} />;
}

const OF_RECORD: Readonly<Record<RecordState, Tone>> = {
  trusted: 'good',
  weak: 'open',
  unsigned: 'open',
  bad: 'bad',
  unknown: 'none',
};

export function RecordMark({ state }: { state: RecordState }) {
  return <Mark tone={OF_RECORD[state]} word={state} />;
}

const OF_FILE: Readonly<Record<FileState, readonly [Tone, string]>> = {
  verified: ['good', 'as listed'],
  consistent: ['none', 'as listed'],
  archive: ['none', 'no own digest'],
  listed: ['none', 'not read'],
  wrong: ['bad', 'not as listed'],
  missing: ['bad', 'missing'],
  unlisted: ['bad', 'not listed'],
};

export function FileMark({ state }: { state: FileState }) {
  const [tone, word] = OF_FILE[state];
  return <Mark tone={tone} word={word} />;
}

/** Whether its bytes are handed out. */
export function isHandedOut({ type, state }: Pick<FileRow, 'type' | 'state'>): boolean {
  return type === 'file' && (state === 'verified' || state === 'consistent' || state === 'archive');
}

export function wordOfFile(state: FileState): string {
  return OF_FILE[state][1];
}

export function toneOfFile(state: FileState): Tone {
  return OF_FILE[state][0];
}
