import type { MirrorFailure } from 'conda-verifier';
import { count, shown } from './words.js';

/** Mirrors that were passed over, and why. */
export function Passed({ mirrors }: { mirrors: readonly MirrorFailure[] }) {
  if (mirrors.length === 0) return null;
  return (
    <details class="note">
      <summary>Not all went well: {count(mirrors.length, 'answer')} of mirrors passed over</summary>
      <ul>
        {mirrors.map(({ mirror, path, code, message }) => (
          <li key={`${mirror} ${path} ${code}`}>
            <code>{code}</code> <bdi>{shown(mirror)}</bdi>: {shown(message)}
          </li>
        ))}
      </ul>
    </details>
  );
}
