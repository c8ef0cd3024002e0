import type { TrustInfo } from './channel-trust.js';

/** What a mirror failed at; the file came from another one, unless the refresh failed. */
export interface MirrorFailure {
  /** Its URL. */
  readonly mirror: string;
  /** The file, below that URL. */
  readonly path: string;
  /** One of the stable codes. */
  readonly code: string;
  /** What happened, in English; the wording may change. */
  readonly message: string;
}

/** What a refresh came to: what is trusted now, and what went wrong on the way. */
export interface RefreshReport extends TrustInfo {
  /** The mirrors that were passed over, once for each file, in the order in which it happened. */
  readonly mirrors: readonly MirrorFailure[];
  /** What was wrong with what the store held, or with keeping; null where nothing was. */
  readonly store: null | {
    /** One of the stable codes. */
    readonly code: string;
    /** What happened, in English; the wording may change. */
    readonly message: string;
  };
}
