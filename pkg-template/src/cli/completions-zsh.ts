import { LEVELS, optionsOf, wordsOf } from './completion-words.js';
import { ALL, COMMANDS, type Kind } from './option-table.js';

/** Completions for zsh, to be read (`source`) or put into a folder of its `fpath`. */
export function zshCompletions(): string {
  const commands = ALL.map((command) => `    ${quoted(`${command}:${COMMANDS[command].about}`)}\n`);
  const cases = ALL.map((command) => {
    const options = optionsOf(command).map(([name, { about, takes }]) => {
      // With = both ways of writing it are completed.
      const [sign, value] = takes === undefined ? ['', ''] : ['=', `:${takes}:${action(takes)}`];
      // Several of these make sense.
      const many = ['limit', 'policy', 'mirror', 'subdir', 'exclude'].includes(name) ? '*' : '';
      return `        ${quoted(`${many}--${name}${sign}[${about.replaceAll(':', '\\:')}]${value}`)}\n`;
    });
    const { takes } = COMMANDS[command];
    return `      ${command})\n        specs=(\n${options.join('')}        ${quoted(`*:${takes}:${action(takes)}`)}\n        ) ;;\n`;
  });
  return `\
#compdef conda-verifier

_conda_verifier_policy() {
  if compset -P '*='; then
    compadd -- ${LEVELS.join(' ')}
  else
    compadd -- ${LEVELS.join(' ')}
    compadd -S '' -- ${withEquals('code')}
  fi
}

_conda_verifier_limit() {
  compset -P '*=' || compadd -S '' -- ${withEquals('limit')}
}

_conda_verifier() {
  local curcontext="$curcontext" state line
  local -a commands specs
  commands=(
${commands.join('')}  )
  _arguments -C '(- *)--help[what a command does and takes]' '(- *)--version[the version]' \\
    '1:command:->command' '*::argument:->rest' && return
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${cases.join('')}      esac
      _arguments $specs ;;
  esac
}

if [[ "$funcstack[1]" == _conda_verifier ]]; then
  _conda_verifier "$@"
else
  compdef _conda_verifier conda-verifier
fi
`;
}

function withEquals(kind: Kind): string {
  return (wordsOf(kind) ?? []).filter((word) => word.endsWith('=')).join(' ');
}

function action(kind: Kind): string {
  if (kind === 'code') return '_conda_verifier_policy';
  if (kind === 'limit') return '_conda_verifier_limit';
  if (kind === 'file') return '_files';
  if (kind === 'folder') return '_files -/';
  if (kind === 'package') return '_files -g "*.(conda|tar.bz2)"';
  const words = wordsOf(kind);
  return words === undefined ? ' ' : `(${words.join(' ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
