import { invalidArgument } from '../errors/invalid-argument.js';
import { REFRESH_OPTIONS, type RefreshOptions } from '../trust/refresh-options.js';
import type { ExamineOptions } from '../verdict/examine-options.js';

/** The options of `Verifier.fetchRepodata`. */
export interface FetchRepodataOptions extends RefreshOptions {
  /**
   * The name of the file; `repodata.json` unless given. Without `.zst` or `.bz2` behind it these
   * forms are asked for first. Under TUF only those that a role lists are asked for.
   */
  readonly fileName?: string | undefined;
  /** Whether the form of exactly that name is meant, and no other. */
  readonly exact?: boolean | undefined;
}

/** The options of `Verifier.fetchPackage`. */
export interface FetchPackageOptions extends RefreshOptions, ExamineOptions {}

/** The names of both beside those of all work. */
export const FETCH_REPODATA_OPTIONS = [...REFRESH_OPTIONS, 'fileName', 'exact'] as const;
export const FETCH_PACKAGE_OPTIONS = [...REFRESH_OPTIONS, 'onFile'] as const;

/** What compression adds to the name, in the order of what is asked for first. */
const SUFFIXES = ['.zst', '.bz2', ''] as const;

/**
 * The names that repodata may go by.
 *
 * @throws VerifierError ARGUMENT_INVALID.
 */
export function namesOf({ fileName = 'repodata.json', exact = false }: FetchRepodataOptions): readonly string[] {
  if (typeof fileName !== 'string' || !/^[\w.-]+\.json(\.zst|\.bz2)?$/.test(fileName)) {
    throw invalidArgument('options.fileName', 'it is a name like repodata.json or repodata.json.zst');
  }
  if (typeof exact !== 'boolean') throw invalidArgument('options.exact', 'it is neither true nor false');
  return exact || !fileName.endsWith('.json') ? [fileName] : SUFFIXES.map((suffix) => fileName + suffix);
}
