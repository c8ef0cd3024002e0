import type { AddedRepodata } from '../records/added.js';
import type { RepodataRecord } from '../records/repodata-record.js';
import type { MirrorFailure, RefreshReport } from '../trust/refresh-report.js';
import type { Verdict } from '../verdict/verdict.js';

/** What went wrong on the way, though the file came. */
export interface FetchingReport {
  /** Mirrors that were passed over. */
  readonly mirrors: readonly MirrorFailure[];
  /** Why roles could not be taken from the store, or kept there; null where nothing failed. */
  readonly store: RefreshReport['store'];
}

/** Repodata that was fetched and added. */
export interface FetchedRepodata extends AddedRepodata, FetchingReport {
  /** Below the channel: `noarch/repodata.json.zst`. */
  readonly path: string;
  /** As they came, compressed or not. */
  readonly bytes: Uint8Array;
}

/** A package that was fetched, and is not rejected. */
export interface FetchedPackage extends FetchingReport {
  /** Below the channel: `noarch/six-1.17.0-pyhe01879c_1.conda`. */
  readonly path: string;
  /** `verified` or `unverified`. */
  readonly verdict: Verdict;
  /** Those that the verdict is about. */
  readonly bytes: Uint8Array;
  /** What it was compared with; null where a role of TUF lists the file, and no repodata was added. */
  readonly record: RepodataRecord | null;
}
