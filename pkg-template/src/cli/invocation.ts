import { parseArgs } from 'node:util';

import { CORE_CODES, type CoreCode } from '../codes.js';
import { nearest } from '../nearest.js';
import { quoted } from '../printable.js';
import type { Level, Policy } from '../settings.js';
import { checkInput } from './input.js';
import { UsageError } from './usage-error.js';

/** What `conda-verifier package` is told. */
export interface PackageInvocation {
  readonly command: 'package';
  readonly files: readonly string[];
  readonly repodata: string | undefined;
  readonly sha256: string | undefined;
  readonly size: number | undefined;
  readonly policy: Policy;
  readonly json: boolean;
  readonly allowUnverified: boolean;
}

/** What the command line is told to do. */
export type Invocation =
  | PackageInvocation
  | { readonly command: 'help'; readonly topic: 'package' | undefined }
  | { readonly command: 'version' };

const OPTIONS = {
  repodata: { type: 'string' },
  sha256: { type: 'string' },
  size: { type: 'string' },
  policy: { type: 'string' },
  json: { type: 'boolean' },
  'allow-unverified': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

const COMMANDS = ['package'];
const LEVELS = ['throw', 'warn', 'ignore'];

/** What each option gave, in order; flags give an empty text. */
type Given = Map<string, string[]>;

/** Reads the arguments behind the program's name. */
export function readInvocation(argv: readonly string[]): Invocation {
  const { given, positionals } = read(argv);
  const [command, ...files] = positionals;
  if (given.has('help')) return { command: 'help', topic: command === 'package' ? command : undefined };
  if (given.has('version')) return { command: 'version' };
  if (command === undefined) {
    throw new UsageError(`name a command: ${COMMANDS.join(', ')}`);
  }
  if (!COMMANDS.includes(command)) {
    const isFile = /\.(conda|tar\.bz2)$/.test(command);
    const meant = isFile ? 'package' : nearest(command, COMMANDS);
    throw new UsageError(
      meant === undefined
        ? `there is no command ${quoted(command)}; there is ${COMMANDS.join(', ')}`
        : isFile
          ? `put a command before the files: ${meant}`
          : `there is no command ${quoted(command)}; did you mean ${meant}?`,
    );
  }
  return packageInvocation(files, given);
}

function packageInvocation(files: string[], given: Given): PackageInvocation {
  const repodata = single(given, 'repodata');
  const sha256 = single(given, 'sha256');
  const size = single(given, 'size');
  if (files.length === 0) throw new UsageError('name at least one package: a file, a URL, or -');
  if (files.length > 1 && (sha256 ?? size) !== undefined) {
    throw new UsageError(
      '--sha256 and --size are about one package; verify the others by calls of their own',
    );
  }
  if (files.filter((file) => file === '-').length + Number(repodata === '-') > 1) {
    throw new UsageError('standard input can be read once only; name - once');
  }
  if (files.includes('-') && repodata !== undefined) {
    throw new UsageError('standard input has no file name to find a record by; name a file');
  }
  for (const input of [...files, ...(repodata === undefined ? [] : [repodata])]) checkInput(input);
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) {
    throw new UsageError(`--sha256 takes 64 hex digits, not ${quoted(sha256)}`);
  }
  const isSize = size === undefined || (/^\d+$/.test(size) && Number.isSafeInteger(Number(size)));
  if (!isSize) throw new UsageError(`--size takes a number of bytes, not ${quoted(size)}`);
  return {
    command: 'package',
    files,
    repodata,
    sha256,
    size: size === undefined ? undefined : Number(size),
    policy: policyOf(given.get('policy') ?? []),
    json: given.has('json'),
    allowUnverified: given.has('allow-unverified'),
  };
}

/** `LEVEL` sets the default, `CODE=LEVEL` one code; the last of a kind counts. */
function policyOf(values: readonly string[]): Policy {
  let level: Level = 'throw';
  const codes = new Map<CoreCode, Level>();
  for (const value of values) {
    const parts = value.split('=');
    const word = parts.pop() ?? '';
    if (parts.length > 1 || !LEVELS.includes(word)) {
      throw new UsageError(
        `--policy takes throw, warn, ignore, or CODE= and one of them, not ${quoted(value)}`,
      );
    }
    const [code] = parts;
    if (code === undefined) level = word as Level;
    else codes.set(knownCode(code), word as Level);
  }
  return { default: level, codes };
}

function knownCode(code: string): CoreCode {
  const known = CORE_CODES.find((candidate) => candidate === code);
  if (known !== undefined) return known;
  const meant = nearest(code, CORE_CODES);
  const advice = meant === undefined ? '--json shows the codes of findings' : `did you mean ${meant}?`;
  throw new UsageError(`--policy: there is no code ${quoted(code)}; ${advice}`);
}

/** The one value of an option that makes no sense twice. */
function single(given: Given, name: string): string | undefined {
  const values = given.get(name) ?? [];
  if (values.length > 1) throw new UsageError(`--${name} is given twice; give it once`);
  return values[0];
}

function read(argv: readonly string[]): { given: Given; positionals: string[] } {
  // Not strict: our own messages are one line, and name what was probably meant.
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given: Given = new Map();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!Object.hasOwn(OPTIONS, name)) throw unknownOption(rawName);
    const { type } = OPTIONS[name as keyof typeof OPTIONS];
    if (type === 'boolean' && value !== undefined) {
      throw new UsageError(`${rawName} takes no value; write it alone`);
    }
    // `--sha256 --json` is a value that was forgotten, `--sha256=--json` is one.
    const isMissing = value === undefined || (!token.inlineValue && /^-./.test(value));
    if (type === 'string' && isMissing) throw new UsageError(`${rawName} needs a value behind it`);
    given.set(name, [...(given.get(name) ?? []), value ?? '']);
  }
  return { given, positionals };
}

function unknownOption(rawName: string): UsageError {
  const meant = nearest(rawName.replace(/^-+/, ''), Object.keys(OPTIONS));
  const advice = meant === undefined ? '' : `; did you mean --${meant}?`;
  return new UsageError(`there is no option ${quoted(rawName)}${advice}`);
}
