import { frozen } from '../frozen.js';
import type { Want } from './want.js';

/** A file that the roles of TUF vouch for. */
export interface Target {
  /** Relative to the channel, as the roles have it: `noarch/repodata.json.zst`. No URL. */
  readonly path: string;
  /** In bytes. */
  readonly length: number;
  /** Lower-case hex; one of them at least. */
  readonly hashes: {
    /** Absent where the roles list none. */
    readonly sha256?: string;
    /** Absent where the roles list none. */
    readonly sha512?: string;
  };
  /** What the roles say of it besides. */
  readonly custom?: unknown;
  /** The roles that lead to it: the last one lists it. */
  readonly roles: readonly string[];
  /** `2030-01-31T23:59:59Z`: from then on these roles vouch for nothing. */
  readonly expires: string;
  /**
   * Where it may be below the base URL of targets, percent-encoded: with consistent snapshots
   * under the names of its hashes.
   */
  readonly paths: readonly string[];
}

/** A target, or the role that is needed to find it: answer with `update()`, and ask again. */
export type Lookup =
  | {
      /** What was found. */
      readonly target: Target;
      /** No role is needed. */
      readonly want: null;
    }
  | {
      /** Not found yet. */
      readonly target: null;
      /** The file of the role that is needed. */
      readonly want: Want;
    };

/** A target as the core tells it. */
interface Told extends Omit<Target, 'custom'> {
  /** JSON text. */
  readonly custom?: string;
}

export function targetOf({ custom, ...target }: Told): Target {
  return frozen(custom === undefined ? target : { ...target, custom: JSON.parse(custom) as unknown });
}

export function lookup(told: { readonly target: Told; readonly want: null } | { readonly target: null; readonly want: Want }): Lookup {
  return told.target === null ? frozen(told) : Object.freeze({ target: targetOf(told.target), want: null });
}
