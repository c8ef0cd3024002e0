import { LEVELS, optionsOf, wordsOf } from './completion-words.js';
import { ALL, type Kind, COMMANDS, OPTIONS } from './option-table.js';

/** Completions for bash, of 3.2 too, which macOS has; without the package bash-completion. */
export function bashCompletions(): string {
  const commands = ALL.map((command) => {
    const options = optionsOf(command).map(([name]) => `--${name}`);
    const { takes } = COMMANDS[command];
    return `    ${command}) options="${options.join(' ')}"; kind=${takes} ;;\n`;
  });
  const kinds = new Map<Kind, string[]>();
  for (const [name, { takes }] of Object.entries(OPTIONS)) {
    if (takes !== undefined) kinds.set(takes, [...(kinds.get(takes) ?? []), `--${name}`]);
  }
  const options = [...kinds].map(([kind, names]) => `    ${names.join('|')}) kind=${kind}; isValue=1 ;;\n`);
  const used = new Set<Kind>([...kinds.keys(), ...ALL.map((command) => COMMANDS[command].takes)]);
  const words = [...used].flatMap((kind) => {
    const known = wordsOf(kind);
    return known === undefined ? [] : [`    ${kind}) words="${known.join(' ')}" ;;\n`];
  });
  return `\
# bash completion for conda-verifier
_conda_verifier() {
  local current= before= command= options= kind=other isValue= words= prefix= word i
  COMPREPLY=()
  # bash ends words at =, and we do not.
  local line=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if ((\${#line[@]} > 0)) && [[ "$word" == =* || "\${line[\${#line[@]}-1]}" == *= ]] &&
      [[ "$COMP_WORDBREAKS" == *=* ]]; then
      line[\${#line[@]}-1]+="$word"
    else
      line+=("$word")
    fi
  done
  current="\${line[\${#line[@]}-1]}"
  ((\${#line[@]} > 1)) && before="\${line[\${#line[@]}-2]}" && command="\${line[0]}"
  case "$command" in
    '')
      COMPREPLY=($(compgen -W "${ALL.join(' ')} --help --version" -- "$current"))
      return ;;
${commands.join('')}\
    *) return ;;
  esac
  if [[ "$current" == --*=* ]]; then
    before="\${current%%=*}"
    current="\${current#*=}"
    [[ "$COMP_WORDBREAKS" == *=* ]] || prefix="$before="
  fi
  case "$before" in
${options.join('')}\
  esac
  if [[ -z "$isValue" && "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
    return
  fi
  case "$kind" in
${words.join('')}\
    # The shell itself completes paths.
    file|folder|package) return ;;
  esac
  # compgen -W runs what is in its words: what is on the line is none of them.
  if [[ "$current" == *=* ]]; then
    words=
    [[ "$kind" == code ]] && words="${LEVELS.join(' ')}"
    [[ "$COMP_WORDBREAKS" == *=* ]] || prefix+="\${current%%=*}="
    current="\${current#*=}"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  for ((i = 0; i < \${#COMPREPLY[@]}; i++)); do COMPREPLY[i]="$prefix\${COMPREPLY[i]}"; done
  if [[ "\${COMPREPLY[0]-}" == *= ]]; then compopt -o nospace 2>/dev/null; fi
  # Where nothing fits, a path does not fit either.
  ((\${#COMPREPLY[@]} > 0)) || compopt +o default +o bashdefault 2>/dev/null
  return 0
}
complete -o bashdefault -o default -F _conda_verifier conda-verifier
`;
}
