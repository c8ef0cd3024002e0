import { LIMITS } from '../options/limits.js';
import { LEVELS, PROFILES } from '../options/settings.js';
import { CODE_TABLE } from './code-table.js';
import { type Command, type Kind, type Option, OPTIONS } from './option-table.js';
import { DIGEST_LEVELS } from './option-values.js';
import { KNOWN_SUBDIRS } from './subdirs.js';

/** The shells that commands can be completed in. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** One of them. */
export type Shell = (typeof SHELLS)[number];

/** Codes that a policy may change. */
const CODES = Object.entries(CODE_TABLE)
  .filter(([, row]) => row.class === 'adjustable' || row.class === 'advisory')
  .map(([code]) => code);

const WORDS: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  // What follows the = is another word: a level, or a number that nobody can guess.
  code: [...LEVELS, ...CODES.map((code) => `${code}=`)],
  limit: Object.keys(LIMITS).map((name) => `${name}=`),
  profile: PROFILES,
  digests: DIGEST_LEVELS,
  subdir: KNOWN_SUBDIRS,
  shell: SHELLS,
};

/** The words that something can be; undefined where it is a path, or what nobody can guess. */
export function wordsOf(kind: Kind): readonly string[] | undefined {
  return WORDS[kind];
}

/** The options of a command, by name. */
export function optionsOf(command: Command): readonly (readonly [name: string, option: Option])[] {
  return Object.entries(OPTIONS).filter(([, { of }]) => of.includes(command));
}

/** The words behind CODE=. */
export { LEVELS } from '../options/settings.js';
