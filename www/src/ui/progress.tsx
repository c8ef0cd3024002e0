import type { Progress } from 'conda-verifier';
import { bytes, number } from './words.js';

const PHASES: Readonly<Record<Progress['phase'], string>> = {
  reading: 'reading',
  authenticating: 'finding digests',
  unpacking: 'unpacking',
  comparing: 'comparing files',
  records: 'verifying records',
  files: 'looking at files',
  done: 'done',
};

/** How far work has come, and a way to end it. */
export function Working({ what, progress, onCancel }: { what: string; progress: Progress | null; onCancel?: () => void }) {
  const { phase, done, total } = progress ?? { phase: null, done: 0, total: null };
  const amount = phase === 'records' || phase === 'files' ? number : bytes;
  const words = phase === null ? what : `${what}: ${PHASES[phase]}, ${amount(done)}${total === null ? '' : ` of ${amount(total)}`}`;
  return (
    <div class="working" role="status">
      <span>{words}</span>
      <progress aria-label={what} {...(total === null || total === 0 ? {} : { value: done, max: total })} />
      {onCancel === undefined ? null : (
        <button type="button" onClick={onCancel}>Cancel</button>
      )}
    </div>
  );
}
