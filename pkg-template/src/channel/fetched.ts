import type { AddedRepodata } from '../records/added.js';
import type { RepodataRecord } from '../records/repodata-record.js';
import type { MirrorFailure } from '../trust/refresh-report.js';
import type { Verdict } from '../verdict/verdict.js';

/** Repodata that was fetched and added. */
export interface FetchedRepodata extends AddedRepodata {
  /** Below the channel: `noarch/repodata.json.zst`. */
  readonly path: string;
  /** As they came, compressed or not. */
  readonly bytes: Uint8Array;
  /** Mirrors that were passed over. */
  readonly mirrors: readonly MirrorFailure[];
}

/** A package that was fetched, and is not rejected. */
export interface FetchedPackage {
  /** Below the channel: `noarch/six-1.17.0-pyhe01879c_1.conda`. */
  readonly path: string;
  /** `verified` or `unverified`. */
  readonly verdict: Verdict;
  /** Those that the verdict is about. */
  readonly bytes: Uint8Array;
  /** What it was compared with; null where a role of TUF lists the file, and no repodata was added. */
  readonly record: RepodataRecord | null;
  /** Mirrors that were passed over. */
  readonly mirrors: readonly MirrorFailure[];
}
