import type { MirrorFailure } from '../trust/refresh-report.js';
import type { Target } from '../trust/target.js';
import type { Finding, Trust } from '../verdict/verdict.js';

/** The whole answer about a file: what --json prints, and schema/target.json describes. */
export interface TargetVerdict {
  /** The argument as it was given. */
  readonly path: string;
  readonly verdict: 'verified' | 'rejected';
  readonly trust: Trust;
  /** What the roles say of it; null where none lists it, or they were refused. */
  readonly target: Omit<Target, 'paths'> | null;
  /** The file that it was written to; null where it was not. */
  readonly written: string | null;
  readonly findings: readonly Finding[];
  /** What places failed at that were passed over for this file. */
  readonly mirrors: readonly MirrorFailure[];
}
