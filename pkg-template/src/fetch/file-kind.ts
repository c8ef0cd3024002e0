import { isSubdir } from '../records/path-names.js';

/** A file of a channel, by its path. */
export type FileKind =
  | { readonly kind: 'package'; readonly subdir: string; readonly fileName: string }
  | { readonly kind: 'repodata'; readonly subdir: string; readonly fileName: string }
  | { readonly kind: 'role' }
  /** What clients ask for and do without. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'other' };

const PACKAGE = /\.(conda|tar\.bz2)$/;
const REPODATA = /^repodata\.json(\.zst|\.bz2)?$/;

/**
 * Files of a subdir that conda, mamba or rattler ask for, and whose absence (404) makes them ask
 * for `repodata.json`, or go on without; any other failure ends their work.
 */
const PROBED =
  /^(repodata_shards\.msgpack\.zst|(current_repodata|repodata_from_packages|run_exports)\.json(\.zst|\.bz2)?|repodata\.(json\.)?jlap|repodata\.state\.zst)$/;

/** As content trust and TUF name them, with and without a version. */
const ROLE =
  /^((\d+\.)?(sv\d+(\.\d+)*\.)?root|(\d+\.)?(key_mgr|pkg_mgr|timestamp|snapshot|targets|mirrors))\.json$/;

/** Which kind of file it is. */
export function kindOf(path: string): FileKind {
  const [subdir = '', fileName, ...more] = path.split('/');
  if (fileName === undefined) return { kind: ROLE.test(path) ? 'role' : 'other' };
  if (more.length > 0 || !isSubdir(subdir)) return { kind: 'other' };
  if (PACKAGE.test(fileName)) return { kind: 'package', subdir, fileName };
  if (REPODATA.test(fileName)) return { kind: 'repodata', subdir, fileName };
  return { kind: PROBED.test(fileName) ? 'probe' : 'other' };
}

/** Whether it is of a kind that is verified in any channel. */
export function isVerifiable(path: string): boolean {
  return ['package', 'repodata'].includes(kindOf(path).kind);
}
