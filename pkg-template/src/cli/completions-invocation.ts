import { nearest } from '../options/nearest.js';
import { quoted } from '../printable.js';
import { isShell, type Shell, SHELLS } from './completions.js';
import { UsageError } from './usage-error.js';

/** What `conda-verifier completions` is told. */
export interface CompletionsInvocation {
  readonly command: 'completions';
  readonly shell: Shell;
}

/** Reads the arguments of `conda-verifier completions`. */
export function completionsInvocation(words: readonly string[]): CompletionsInvocation {
  const [word, ...others] = words;
  const shells = SHELLS.join(', ');
  if (word === undefined) throw new UsageError(`name a shell: ${shells}`);
  if (others.length > 0) throw new UsageError(`name one shell, not ${words.length}`);
  if (isShell(word)) return { command: 'completions', shell: word };
  const meant = nearest(word, SHELLS);
  const advice = meant === undefined ? `there are ${shells}` : `did you mean ${meant}?`;
  throw new UsageError(`completions for ${quoted(word)} are not known; ${advice}`);
}
