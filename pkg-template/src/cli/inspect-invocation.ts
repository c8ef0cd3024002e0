import type { Limits } from '../options/settings.js';
import { quoted } from '../printable.js';
import { isPlainName } from '../records/path-names.js';
import type { Given } from './arguments.js';
import { checkInput } from './input.js';
import { limitsOf } from './limit-option.js';
import { type CommandPolicy, policyOf } from './policy-option.js';
import { UsageError } from './usage-error.js';

/** What `conda-verifier inspect` is told. */
export interface InspectInvocation {
  readonly command: 'inspect';
  readonly files: readonly string[];
  /** The name that the one file has in its channel. */
  readonly fileName: string | undefined;
  readonly size: number | undefined;
  readonly policy: CommandPolicy;
  readonly limits: Limits;
  readonly json: boolean;
  readonly allowUnverified: boolean;
}

/** Reads the arguments of `conda-verifier inspect`. */
export function inspectInvocation(files: readonly string[], given: Given): InspectInvocation {
  const size = given.single('size');
  const fileName = given.single('file-name');
  if (files.length === 0) throw new UsageError('name at least one package: a file or a URL');
  if (files.length > 1 && (size ?? fileName) !== undefined) {
    throw new UsageError('--size and --file-name are about one package; inspect the others by calls of their own');
  }
  for (const file of files) {
    if (file === '-') throw new UsageError('standard input has no ranges; verify it with the command package');
    checkInput(file);
  }
  if (fileName !== undefined && !isPlainName(fileName)) {
    throw new UsageError(`--file-name takes a name without folders, not ${quoted(fileName)}`);
  }
  return {
    command: 'inspect',
    files,
    fileName,
    size: size === undefined ? undefined : Number(size),
    policy: policyOf(given.all('policy'), given.single('profile')),
    limits: limitsOf(given.all('limit')),
    json: given.has('json'),
    allowUnverified: given.has('allow-unverified'),
  };
}
