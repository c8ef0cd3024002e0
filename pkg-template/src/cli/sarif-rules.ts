import type { CoreCode } from '../errors/codes.js';
import { HOST_CODES, type HostCode } from '../errors/host-codes.js';
import { CODE_TABLE, type CodeClass } from './code-table.js';
import { sarifText } from './sarif-text.js';

/** What a result says of how bad it is. */
export type Level = 'error' | 'warning' | 'note';

/** SARIF 2.1.0, 3.49: what a code means. */
export interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly help: { readonly text: string };
  readonly defaultConfiguration: { readonly level: Level };
  readonly properties: { readonly class: string; readonly tags: readonly string[] };
}

/** The rule of packages that nobody vouches for; it is no code, since nothing failed. */
export const UNVERIFIED = 'UNVERIFIED';

/** The rule of files of an environment that no package owns; it is none either. */
export const UNOWNED = 'UNOWNED';

const LEVELS: Readonly<Record<CodeClass, Level>> = {
  fatal: 'error',
  adjustable: 'error',
  advisory: 'warning',
  note: 'note',
  host: 'error',
};

/** The rule of a code; of one that only a newer core knows, no more than its name. */
export function ruleOf(code: string): Rule {
  if (code === UNVERIFIED) {
    return rule(code, 'unverified', 'warning', 'Nobody vouches for this package.', 'Give a digest or a signed channel that vouches for it: --sha256 HEX, or --channel with --root.');
  }
  if (code === UNOWNED) {
    return rule(code, 'unverified', 'warning', 'No package of the environment owns this file.', 'Find out who put it there. What pip or a person installed is vouched for by nobody here.');
  }
  const row = Object.hasOwn(CODE_TABLE, code)
    ? CODE_TABLE[code as CoreCode]
    : Object.hasOwn(HOST_CODES, code)
      ? HOST_CODES[code as HostCode]
      : undefined;
  if (row === undefined) return rule(code, 'unknown', 'error', code, 'The result says what to do.');
  return rule(code, row.class, LEVELS[row.class], row.meaning, row.hint);
}

function rule(id: string, group: string, level: Level, meaning: string, hint: string): Rule {
  return {
    id,
    shortDescription: { text: sarifText(meaning) },
    help: { text: sarifText(hint) },
    defaultConfiguration: { level },
    properties: { class: group, tags: ['security', 'conda'] },
  };
}
