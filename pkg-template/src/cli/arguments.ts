import { parseArgs } from 'node:util';

import { nearest } from '../options/nearest.js';
import { quoted } from '../printable.js';
import { checkValue } from './option-values.js';
import { UsageError } from './usage-error.js';

/** The commands. */
export const COMMANDS = ['package', 'channel', 'target', 'inspect', 'installed', 'manifest'] as const;

/** What can be done. */
export type Command = (typeof COMMANDS)[number];

const ALL: readonly Command[] = COMMANDS;
const OF_CHANNELS: readonly Command[] = ['package', 'channel', 'target', 'installed'];
const BOTH: readonly Command[] = ['package', 'channel'];
const JUDGING: readonly Command[] = ['package', 'inspect', 'channel', 'installed'];
const OF_FILES: readonly Command[] = ['package', 'inspect'];

/** All options, and the commands that take them. */
const OPTIONS: Readonly<Record<string, Option>> = {
  'allow-unverified': { type: 'boolean', of: JUDGING },
  channel: { type: 'string', of: ['package', 'target', 'installed'] },
  check: { type: 'string', of: ['manifest'] },
  exclude: { type: 'string', of: ['manifest'] },
  'file-name': { type: 'string', of: OF_FILES },
  help: { type: 'boolean', short: 'h', of: ALL },
  json: { type: 'boolean', of: ALL },
  level: { type: 'string', of: ['installed'] },
  limit: { type: 'string', of: ALL },
  metadata: { type: 'string', of: OF_CHANNELS },
  mirror: { type: 'string', of: OF_CHANNELS },
  'mirror-of': { type: 'string', of: OF_CHANNELS },
  now: { type: 'string', of: OF_CHANNELS },
  output: { type: 'string', of: ['target', 'manifest'] },
  packages: { type: 'boolean', of: ['channel'] },
  pkgs: { type: 'string', of: ['installed'] },
  platform: { type: 'string', of: ['installed'] },
  policy: { type: 'string', of: JUDGING },
  profile: { type: 'string', of: JUDGING },
  prefix: { type: 'string', of: ['installed'] },
  repodata: { type: 'string', of: ['package'] },
  'repodata-fn': { type: 'string', of: [...BOTH, 'installed'] },
  root: { type: 'string', of: OF_CHANNELS },
  sha256: { type: 'string', of: ['package', 'installed'] },
  size: { type: 'string', of: OF_FILES },
  state: { type: 'string', of: OF_CHANNELS },
  subdir: { type: 'string', of: BOTH },
  version: { type: 'boolean', short: 'V', of: ALL },
};

interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly of: readonly Command[];
}

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
  return COMMANDS.find((command) => command === positionals[0]);
}

function unknownOption(rawName: string, command: Command | undefined): UsageError {
  const known = Object.entries(OPTIONS)
    .filter(([, { of }]) => command === undefined || of.includes(command))
    .map(([name]) => name);
  const meant = nearest(rawName.replace(/^-+/, ''), known);
  const advice = meant === undefined ? '' : `; did you mean --${meant}?`;
  return new UsageError(`there is no option ${quoted(rawName)}${advice}`);
}
