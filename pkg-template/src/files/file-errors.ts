import { dirname, resolve } from 'node:path';

import { printable, quoted } from '../printable.js';
import { VerifierError } from '../errors/verifier-error.js';

/** What systems say, in words, and what to do. */
const WORDS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOENT: ['no such file', 'Check the path.'],
  ENOTDIR: ['a part of the path is no directory', 'Check the path.'],
  EACCES: ['permission denied', 'Check who may use it.'],
  EPERM: ['permission denied', 'Check who may use it.'],
  EROFS: ['the disk is read-only', 'Name a file on another one.'],
  ENOSPC: ['the disk is full', 'Make room and try again.'],
  EDQUOT: ['the quota is used up', 'Make room and try again.'],
  EISDIR: ['it is a directory', 'Name a file.'],
  ELOOP: ['its symbolic links lead in a circle', 'Check the path.'],
  ENAMETOOLONG: ['the name is too long', 'Check the path.'],
};

/** The error for a file that can't be read. */
export function unreadable(
  path: string,
  cause: unknown,
  hints: Record<string, string> = {},
): VerifierError {
  const [what, hint] = wordsOf(cause, hints);
  return VerifierError.of('FILE_UNREADABLE', `cannot read ${quoted(path)}: ${what}`, { hint, cause });
}

/** The error for a file that can't be written. */
export function unwritable(path: string, cause: unknown): VerifierError {
  const folder = printable(dirname(resolve(path)));
  const [what, hint] = wordsOf(cause, { ENOENT: `Make the folder ${folder} first, or check the path.` });
  return VerifierError.of('FILE_UNWRITABLE', `cannot write ${quoted(path)}: ${what}`, { hint, cause });
}

/** An error as a system makes it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Whether a call failed since there is nothing of that name. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function wordsOf(cause: unknown, hints: Record<string, string>): readonly [string, string] {
  const { code = '', message = '' } = cause as NodeJS.ErrnoException;
  const [what, hint] = WORDS[code] ?? [printable(message), 'Check the file and the disk.'];
  return [what, hints[code] ?? hint];
}
