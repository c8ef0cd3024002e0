import { parseArgs } from 'node:util';

import { nearest } from '../options/nearest.js';
import { quoted } from '../printable.js';
import { ALL, type Command, COMMANDS, OPTIONS } from './option-table.js';
import { checkValue } from './option-values.js';
import { UsageError } from './usage-error.js';

const NAMES = Object.keys(COMMANDS) as Command[];

/** What was given: options by name, flags with an empty text, and the rest. */
export class Given {
  readonly positionals: readonly string[];
  readonly #options: ReadonlyMap<string, readonly string[]>;

  /** Reads the arguments behind the program's name. */
  constructor(argv: readonly string[]) {
    // Not strict: our own messages are one line, and name what was probably meant.
    const { tokens, positionals } = parseArgs({
      args: [...argv],
      options: OPTIONS,
      allowPositionals: true,
      strict: false,
      tokens: true,
    });
    const options = new Map<string, string[]>();
    for (const token of tokens) {
      if (token.kind !== 'option') continue;
      const { name, rawName, value } = token;
      const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
      if (option === undefined) throw unknownOption(rawName, commandOf(positionals));
      if (option.type === 'boolean' && value !== undefined) {
        throw new UsageError(`${rawName} takes no value; write it alone`);
      }
      // `--sha256 --json` is a value that was forgotten, `--sha256=--json` is one.
      const isMissing = value === undefined || (!token.inlineValue && /^-./.test(value));
      if (option.type === 'string' && isMissing) throw new UsageError(`${rawName} needs a value behind it`);
      options.set(name, [...(options.get(name) ?? []), value ?? '']);
    }
    this.positionals = positionals;
    this.#options = options;
  }

  has(name: string): boolean {
    return this.#options.has(name);
  }

  all(name: string): readonly string[] {
    return this.#options.get(name) ?? [];
  }

  /** The one value of an option that makes no sense twice. */
  single(name: string): string | undefined {
    const values = this.all(name);
    if (values.length > 1) throw new UsageError(`--${name} is given twice; give it once`);
    return values[0];
  }

  /** Refuses the options of other commands, and values that can't be those of their options. */
  checkFor(command: Command): void {
    for (const [name, values] of this.#options) {
      const { of = ALL } = OPTIONS[name] ?? {};
      for (const value of of.includes(command) ? values : []) checkValue(name, value);
      if (of.includes(command)) continue;
      throw new UsageError(`${command} takes no --${name}; it is an option of ${of.join(', ')}`);
    }
  }
}

/** The command that arguments begin with. */
export function commandOf(positionals: readonly string[]): Command | undefined {
  return NAMES.find((command) => command === positionals[0]);
}

function unknownOption(rawName: string, command: Command | undefined): UsageError {
  const known = Object.entries(OPTIONS)
    .filter(([, { of }]) => command === undefined || of.includes(command))
    .map(([name]) => name);
  const word = rawName.replace(/^-+/, '');
  // `-v` is nobody's mistake for another word.
  const meant = known.find((name) => OPTIONS[name]?.short?.toLowerCase() === word) ?? nearest(word, known);
  const advice = meant === undefined ? '' : `; did you mean --${meant}?`;
  return new UsageError(`there is no option ${quoted(rawName)}${advice}`);
}
