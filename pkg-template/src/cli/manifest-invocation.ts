import type { Limits } from '../options/settings.js';
import { quoted } from '../printable.js';
import type { Given } from './arguments.js';
import { isUrl } from './input.js';
import { limitsOf } from './limit-option.js';
import { outputFile } from './output-file.js';
import { UsageError } from './usage-error.js';

/** What `conda-verifier manifest` is told. */
export interface ManifestInvocation {
  readonly command: 'manifest';
  readonly folder: string;
  /** The manifest that the folder is compared with; undefined where one is to be made. */
  readonly check: string | undefined;
  /** The file that the manifest is written to; undefined for standard output. */
  readonly output: string | undefined;
  /** Patterns of what is left out. */
  readonly exclude: readonly string[];
  readonly limits: Limits;
  readonly json: boolean;
  /** The file that a log in SARIF is written to, of a comparison. */
  readonly sarif: string | undefined;
}

/** Reads the arguments of `conda-verifier manifest`. */
export function manifestInvocation(folders: readonly string[], given: Given): ManifestInvocation {
  const [folder, ...others] = folders;
  if (folder === undefined) throw new UsageError('name a folder');
  if (others.length > 0) throw new UsageError(`name one folder, not ${folders.length}; each has a manifest of its own`);
  if (isUrl(folder)) throw new UsageError(`${quoted(folder)} is a URL; a server lists no files: name a folder`);
  const check = outputFile('check', given);
  const output = outputFile('output', given);
  if (check !== undefined && output !== undefined) {
    throw new UsageError('--check compares with a manifest, --output makes one; give one of them');
  }
  const sarif = outputFile('sarif', given);
  if (sarif !== undefined && check === undefined) {
    throw new UsageError('--sarif tells what a comparison found; give --check FILE too');
  }
  const exclude = given.all('exclude');
  // What matches nothing, or all there is, is a mistake.
  const vain = exclude.find((pattern) => /^[./]*$/.test(pattern));
  if (vain !== undefined) {
    throw new UsageError(`--exclude takes a pattern of names or paths below the folder, e.g. "*.map", not ${quoted(vain)}`);
  }
  return { command: 'manifest', folder, check, output, exclude, limits: limitsOf(given.all('limit')), json: given.has('json'), sarif };
}
