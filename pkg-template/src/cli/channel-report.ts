import type { RoleInfo, TrustInfo } from '../trust/channel-trust.js';
import type { RoleReport } from '../trust/role-report.js';
import type { MirrorFailure } from '../trust/refresh-report.js';
import type { Target } from '../trust/target.js';
import type { Finding, Status, Verdict } from '../verdict/verdict.js';
import type { Fault, VerifierError } from '../errors/verifier-error.js';

/** The whole answer about a channel: what --json prints, and schema/channel.json describes. */
export interface ChannelReport {
  /** The argument as it was given. */
  readonly channel: string;
  readonly verdict: Status;
  readonly trust: {
    /** The format of the newest root; `none` where the root itself was refused. */
    readonly basis: 'content-trust' | 'tuf' | 'none';
    /** Null where the root itself was refused. */
    readonly anchor: string | null;
    readonly root: RoleInfo | null;
    readonly keyMgr: RoleInfo | null;
    readonly pkgMgr: RoleInfo | null;
    readonly timestamp: RoleInfo | null;
    readonly snapshot: RoleInfo | null;
    readonly targets: RoleInfo | null;
    /** From the pinned root on, each with who signed it. */
    readonly roles: readonly RoleSigners[];
  };
  readonly subdirs: readonly SubdirReport[];
  /** What was found about the roles. */
  readonly findings: readonly Finding[];
  /** What could not be read, so that nothing was decided about it; of packages the first ones. */
  readonly undecided: readonly Undecided[];
  /** Why what is trusted could not be kept. */
  readonly unsaved: Undecided | null;
  /** What places failed at that were passed over. */
  readonly mirrors: readonly MirrorFailure[];
  /** Codes that the policy made less of than they are by default. */
  readonly lowered: readonly string[];
  readonly notChecked: readonly Open[];
}

/** A role and who signed it, without its file. */
export type RoleSigners = Omit<RoleReport, 'bytes'>;

/** What became of a subdir. */
export interface SubdirReport {
  readonly subdir: string;
  /** The file that was read, below the channel. */
  readonly repodata: string;
  /** What the roles of TUF say of that file; null where none lists it. */
  readonly target: TargetReport | null;
  readonly verdict: Status;
  readonly method: 'batch' | 'target';
  readonly records: number;
  readonly trusted: number;
  readonly weakCount: number;
  readonly unsignedCount: number;
  readonly badCount: number;
  /** The first of each, no more than the limit `findings`: counts beside lists stay true. */
  readonly weak: readonly string[];
  readonly unsigned: readonly string[];
  readonly bad: readonly BadRecord[];
  /** What was found about the repodata as a whole. */
  readonly findings: readonly Finding[];
  readonly packages?: PackagesReport;
}

/** What the roles of TUF say of a file. */
export type TargetReport = Pick<Target, 'path' | 'length' | 'hashes' | 'roles' | 'expires'>;

/** A record that is not what it should be. */
export interface BadRecord extends Finding {
  readonly fileName: string;
}

/** What became of the package files of a subdir. */
export interface PackagesReport {
  readonly verified: number;
  readonly unverified: number;
  readonly rejected: number;
  readonly undecided: number;
  /** Records whose file is not there. */
  readonly absent: number;
  /** The verdicts that are not `verified`: the first, of so many findings together. */
  readonly verdicts: readonly Verdict[];
  /** The first files that are rejected without being looked at. */
  readonly refused: readonly BadRecord[];
}

/** What could not be read or written. */
export interface Undecided {
  /** A file below the channel, or the channel. */
  readonly what: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Of several mirrors, each with the file that it failed at, and the code. */
  readonly mirrors?: readonly string[];
}

/** What was not checked. */
export interface Open {
  readonly check: string;
  readonly reason: string;
}

/** An error as a finding. */
export function findingOf({ code, message, hint, path, expected, actual, details = {} }: Fault): Finding {
  const own = Object.entries(details).filter(([name]) => !['path', 'expected', 'actual'].includes(name));
  return {
    code,
    severity: 'error',
    message,
    hint,
    ...(path === undefined ? {} : { path }),
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    ...(own.length === 0 ? {} : { details: Object.fromEntries(own) as NonNullable<Finding['details']> }),
  };
}

/** An error about something of which nothing was decided. */
export function undecidedOf(what: string, error: VerifierError): Undecided {
  const { code, message, hint } = error;
  const mirrors = mirrorsOf(error);
  return { what, code, message, hint, ...(mirrors.length === 0 ? {} : { mirrors }) };
}

/** The mirrors that failed, each with the file and the code, where there was more than one. */
export function mirrorsOf({ details }: VerifierError): readonly string[] {
  const mirrors = details['mirrors'];
  return Array.isArray(mirrors) ? mirrors.map(String) : [];
}

/** The roles in the form of the report. */
export function trustOf(info: TrustInfo | null, reports: readonly RoleReport[]): ChannelReport['trust'] {
  const { anchor = null, root = null, keyMgr = null, pkgMgr = null } = info ?? {};
  const { timestamp = null, snapshot = null, targets = null } = info ?? {};
  const roles = reports.map(({ bytes: _, ...role }) => role);
  return { basis: info?.format ?? 'none', anchor, root, keyMgr, pkgMgr, timestamp, snapshot, targets, roles };
}

/** A target in the form of the report. */
export function targetReport({ path, length, hashes, roles, expires }: Target): TargetReport {
  return { path, length, hashes, roles, expires };
}

/** The word for all of it. Subdirs without records say nothing, unless there are no others. */
export function verdictOf({
  subdirs,
  findings,
  undecided,
}: Pick<ChannelReport, 'subdirs' | 'findings' | 'undecided'>): Status {
  if (findings.length > 0 || subdirs.some(({ verdict }) => verdict === 'rejected')) return 'rejected';
  const selected = subdirs.filter(({ records }) => records > 0);
  const isOpen = undecided.length > 0 || selected.length === 0 || hasNoPackages(selected);
  const isUnverified = selected.some(({ verdict }) => verdict === 'unverified');
  return isOpen || isUnverified ? 'unverified' : 'verified';
}

/** Whether packages were asked for and there was none. */
function hasNoPackages(subdirs: readonly SubdirReport[]): boolean {
  return subdirs.every(
    ({ packages }) => packages !== undefined && packages.verified + packages.unverified === 0,
  );
}
