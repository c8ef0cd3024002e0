// Starts a program at another time.
import { spawnSync } from 'node:child_process';

/** The program of Debian's package of that name, with which the official suite does it. */
const hasFaketime = spawnSync('faketime', ['--version']).status === 0;

/** How it is done here. */
export const means = hasFaketime
  ? 'faketime'
  : 'a module loaded before the client, since there is no faketime here: clients other than Node.js do not notice it';

/** What stands before a command, and in its environment, for it to run so many days from now. */
export function shifted(days) {
  if (days === 0) return { prefix: [], env: {} };
  if (hasFaketime) return { prefix: ['faketime', '-f', `+${days}d`], env: {} };
  const module = new URL('shifted-date.mjs', import.meta.url).href;
  return { prefix: [], env: { NODE_OPTIONS: `--import=${module}`, SHIFTED_DAYS: String(days) } };
}
