// Starts a program at another time.
import { spawnSync } from 'node:child_process';

/** The program of Debian's package of that name, with which the official suite does it. */
const hasFaketime = spawnSync('faketime', ['--version']).status === 0;

/** How the time is shifted here. */
export const means = hasFaketime ? 'faketime' : 'a module that Node.js loads first, since there is no `faketime`: a client that is no Node.js program does not notice it';

/** What stands before a command, and in its environment, for it to run so many days from now. */
export function shifted(days) {
  if (days === 0) return { prefix: [], env: {} };
  if (hasFaketime) return { prefix: ['faketime', '-f', `+${days}d`], env: {} };
  const code = `const { now } = Date; Date.now = () => now() + ${days * 86_400_000}; globalThis.Date = class extends Date { constructor(...a) { if (a.length) super(...a); else super(Date.now()); } };`;
  return { prefix: [], env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` } };
}
