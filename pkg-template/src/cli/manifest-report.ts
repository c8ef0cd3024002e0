import type { Finding, Status } from '../verdict/verdict.js';
import type { Open, Undecided } from './channel-report.js';

/** What was written: what --json prints with --output. schema/manifest-report.json describes both. */
export interface ManifestWritten {
  /** The argument as it was given. */
  readonly folder: string;
  /** The file that it was written to. */
  readonly manifest: string;
  /** Of the manifest, so that it can be pinned. */
  readonly sha256: string;
  /** Files that it lists. */
  readonly files: number;
  /** Of all of them. */
  readonly bytes: number;
  readonly notChecked: readonly Open[];
}

/** What a comparison came to: what --json prints with --check. */
export interface ManifestComparison extends ManifestWritten {
  readonly verdict: Status;
  /** Files that are as they are listed. */
  readonly matched: number;
  readonly findings: readonly Finding[];
  readonly findingsOmitted: number;
  /** What could not be read, so that nothing was decided about it. */
  readonly undecided: readonly Undecided[];
}
