import { LEVELS, optionsOf, wordsOf } from './completion-words.js';
import { ALL, type Command, COMMANDS, type Kind, OPTIONS } from './option-table.js';

/** Completions for fish. */
export function fishCompletions(): string {
  const names = ALL.join(' ');
  const commands = ALL.map((command) => line(`not __fish_seen_subcommand_from ${names}`, `-a ${command} -d ${quoted(COMMANDS[command].about)}`));
  const behind = ALL.flatMap((command) => {
    const argument = values(COMMANDS[command].takes);
    return argument === '-x' ? [] : [line(`__fish_seen_subcommand_from ${command}`, argument.replace(/^-x /, '').replace(/^-r -F$/, '-F'))];
  });
  const options = Object.entries(OPTIONS).map(([name, { about, takes, short }]) => {
    const of = ALL.filter((command: Command) => optionsOf(command).some(([other]) => other === name));
    const isGeneral = of.length === ALL.length;
    const condition = isGeneral ? undefined : `__fish_seen_subcommand_from ${of.join(' ')}`;
    const value = takes === undefined ? '' : ` ${values(takes)}`;
    return line(condition, `${short === undefined ? '' : `-s ${short} `}-l ${name}${value} -d ${quoted(about)}`);
  });
  return `# fish completion for conda-verifier\ncomplete -c conda-verifier -f\n${[...commands, ...behind, ...options].join('')}`;
}

function line(condition: string | undefined, rest: string): string {
  return `complete -c conda-verifier${condition === undefined ? '' : ` -n ${quoted(condition)}`} ${rest}\n`;
}

/** What says which values there are. */
function values(kind: Kind): string {
  if (kind === 'file' || kind === 'package') return '-r -F';
  if (kind === 'folder') return `-x -a ${quoted('(__fish_complete_directories)')}`;
  const words = wordsOf(kind)?.flatMap((word) => (kind === 'code' && word.endsWith('=') ? LEVELS.map((level) => word + level) : [word]));
  return words === undefined ? '-x' : `-x -a ${quoted(words.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
