import type { MirrorFailure } from '../trust/refresh-report.js';
import type { Status, Verdict } from '../verdict/verdict.js';

/**
 * What became of something that the installer wanted unpacked.
 *
 * - `package`: a conda package, with its verdict.
 * - `archive`: another file that the manifest of a folder lists: its bytes are those, and nobody
 *   looked at what is in it.
 * - `wheel`: a Python wheel. Nobody checks those here, but where a manifest lists its digest.
 * - `unknown`: bytes of which nothing is known.
 */
export interface UnpackReport {
  /** What it is taken for. */
  readonly kind: 'package' | 'archive' | 'wheel' | 'unknown';
  /** As the installer asked for it; null where it had bytes and no name. */
  readonly url: string | null;
  /** The answer in one word. */
  readonly status: Status;
  /** Complete, of a package that was looked at; else null. */
  readonly verdict: Verdict | null;
  /** Whether it was refused: then `extract` or `extractData` throws. */
  readonly refused: boolean;
  /** What of the package untarjs' interface has no room for; null where nothing was unpacked. */
  readonly lost: Lost | null;
  /** Mirrors that were passed over. */
  readonly mirrors: readonly MirrorFailure[];
}

/** What a list of names and bytes can't say. Paths are untrusted: never keys of an object. */
export interface Lost {
  /** Symbolic and hard links. */
  readonly links: readonly LostLink[];
  /** The paths of files that may be run. */
  readonly executables: readonly string[];
  /** The paths of directories that are listed themselves, which may be empty. */
  readonly directories: readonly string[];
  /** The paths of files that are not handed over: no plain object can have such a member. */
  readonly files: readonly string[];
}

/** A link, and what stands in its place. */
export interface LostLink {
  /** Which kind of link. */
  readonly type: 'symlink' | 'hardlink';
  /** Where it would be, in the package. */
  readonly path: string;
  /** The text of a symbolic link; of a hard link the path in the package. */
  readonly target: string;
  /** A copy of the file that it leads to, or nothing: it leads to a directory or elsewhere. */
  readonly as: 'copy' | 'nothing';
}

/** Hears of it before the promise of `extract` or `extractData` settles. */
export type OnVerdict = (report: UnpackReport) => void;
