import type { ErrorJson } from '../errors/verifier-error.js';
import type { MirrorFailure } from '../trust/refresh-report.js';
import type { NotChecked, Trust, Verdict } from '../verdict/verdict.js';

/** What became of a request below a channel. */
export interface FetchVerdict {
  /** What was asked for, without a user name, a password, and what is behind `?` and `#`. */
  readonly url: string;
  /** Below the channel: `noarch/repodata.json.zst`; null where the URL names no file. */
  readonly path: string | null;
  /**
   * - `verified`: the answer is what somebody vouches for.
   * - `unverified`: nobody does, and `allowUnverified` is set.
   * - `absent`: the answer is a 404, for which clients have something else to ask for.
   * - `passed`: nothing was looked at, since the option `pass` lists it.
   * - `refused`: there was no answer, but the `error`.
   */
  readonly outcome: 'verified' | 'unverified' | 'absent' | 'passed' | 'refused';
  /** On what the answer rests. */
  readonly trust: Trust;
  /** What stays open all the same: under content trust whether it is the newest, for example. */
  readonly notChecked: readonly NotChecked[];
  /** Why it is absent; null elsewhere. */
  readonly reason: string | null;
  /** Of a package; also of one that was rejected. */
  readonly verdict: Verdict | null;
  /** Of repodata whose records are signed one by one. */
  readonly records: FetchedRecords | null;
  /** Why it was refused; null elsewhere. */
  readonly error: ErrorJson | null;
  /** Mirrors that were passed over. */
  readonly mirrors: readonly MirrorFailure[];
}

/** The records of repodata that was asked for. */
export interface FetchedRecords {
  /** Whether those that are not trusted were left out of the answer. */
  readonly isFiltered: boolean;
  /** How many there are, before any was left out. */
  readonly records: number;
  /** How many somebody vouches for. */
  readonly trusted: number;
  /** How many nobody signed. */
  readonly unsignedCount: number;
  /** How many are not what they should be. */
  readonly badCount: number;
  /** The first of those that are not trusted, and why. */
  readonly untrusted: readonly {
    /** The file that the record is about. */
    readonly fileName: string;
    /** One of the stable codes. */
    readonly code: string;
  }[];
}
