import { bashCompletions } from './completions-bash.js';
import { fishCompletions } from './completions-fish.js';
import { type Shell, SHELLS } from './completion-words.js';
import { powershellCompletions } from './completions-powershell.js';
import { zshCompletions } from './completions-zsh.js';

export { type Shell, SHELLS } from './completion-words.js';

const MADE: Readonly<Record<Shell, () => string>> = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
  powershell: powershellCompletions,
};

/** Whether there are completions for it. */
export function isShell(name: string): name is Shell {
  return SHELLS.some((shell) => shell === name);
}

/** The script that a shell reads. It is made of the same tables that arguments are read by. */
export function completions(shell: Shell): string {
  return MADE[shell]();
}
