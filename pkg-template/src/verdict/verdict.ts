/** The word that a verdict comes down to. */
export type Status = 'verified' | 'unverified' | 'rejected';

/** Why a verdict is not `verified` though nothing failed. */
export type Reason =
  | 'unsigned'
  | 'weak digest'
  | 'no digest'
  | 'partial'
  | 'consistent'
  | 'not recomputable';

/** On what a verdict rests. */
export type Basis = 'tuf' | 'content-trust' | 'caller-digest' | 'none';

/** Who found digests. What they were compared with came from the verifier. */
export type HashedBy = 'core' | 'host';

/** A package's container, as its bytes show it. */
export type Format = 'conda' | 'tar.bz2';

/** Something that can be checked about a package. */
export type Check =
  | 'signature'
  | 'freshness'
  | 'completeness'
  | 'removed'
  | 'base_url'
  | 'pkg_mgr.json'
  | 'record'
  | 'matches-unsigned-record'
  | 'package-target'
  | 'archive-size'
  | 'archive-sha256'
  | 'archive-md5'
  | 'coherence'
  | 'file-name'
  | 'container'
  | 'entries'
  | 'index-json'
  | 'paths-json'
  | 'files-listed'
  | 'files-present'
  | 'file-types'
  | 'file-sizes'
  | 'file-sha256'
  | 'link-targets'
  | 'info/*'
  | 'original'
  | 'installed-record'
  | 'prefix-replacement'
  | 'generated-files'
  | 'permissions';

/** How a check ended. */
export type Outcome = 'passed' | 'warned' | 'failed';

/** What a finding does to the verdict; only an `error` rejects. */
export type Severity = 'info' | 'warning' | 'error';

/** On what a verdict rests, and what is trusted in the end. */
export interface Trust {
  /** Who vouches: roles, signatures, your own digest, or nobody. */
  readonly basis: Basis;
  /** The root or digest, e.g. `sha256:…`; null where nobody vouched. */
  readonly anchor: string | null;
}

/** Size and digests of the archive that was examined. */
export interface ArchiveDigests {
  /** Length in bytes. */
  readonly size: number;
  /** Lower-case hex; null where the archive was not read to its end. */
  readonly sha256: string | null;
  /** Lower-case hex; null where nothing asked for it. */
  readonly md5: string | null;
}

/** Which package this is, by its own `info/index.json`. */
export interface PackageId {
  /** The package's name. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** Its build string. */
  readonly build: string;
  /** Among builds of one version clients take the one with the highest. */
  readonly buildNumber: number;
  /** The platform's folder in the channel. */
  readonly subdir: string | null;
}

/** A check that was made. */
export interface CheckReport {
  /** What was checked. */
  readonly check: Check;
  /** How that ended. */
  readonly outcome: Outcome;
}

/** A check that was not made, or not to its end. */
export interface NotChecked {
  /** What was not checked. */
  readonly check: Check;
  /** Why, in English; the wording may change. */
  readonly reason: string;
}

/** A fact that failed. Texts come from untrusted bytes: show them as text, never as HTML. */
export interface Finding {
  /** One of the stable codes; newer versions may know more. */
  readonly code: string;
  /** What it does to the verdict, under the policy that was asked for. */
  readonly severity: Severity;
  /** What happened, in English; the wording may change. */
  readonly message: string;
  /** What to do now. */
  readonly hint: string;
  /** The file, entry or document that it is about. */
  readonly path?: string;
  /** What was expected, as text; absent where nothing definite was. */
  readonly expected?: string;
  /** What was found instead, as text; absent where that can't be told. */
  readonly actual?: string;
  /** Further facts by name, where the code has some of its own: role, file, versions, key ids. */
  readonly details?: Readonly<Record<string, string | number | readonly string[]>>;
}

/**
 * The whole answer about one package file: plain data, frozen, structured-cloneable.
 * The JSON Schema `conda-verifier/schema/verdict.json` describes the same.
 */
export interface Verdict {
  /** The file's name as the caller gave it. */
  readonly file: string | null;
  /** The answer in one word. */
  readonly verdict: Status;
  /** Why it is not `verified` though nothing failed. */
  readonly reasons: readonly Reason[];
  /** On what the answer rests. */
  readonly trust: Trust;
  /** Null where the bytes show neither. */
  readonly format: Format | null;
  /** Null where the archive does not say. */
  readonly package: PackageId | null;
  /** Size and digests of the archive. */
  readonly digests: ArchiveDigests;
  /** What was checked. */
  readonly checks: readonly CheckReport[];
  /** What was not checked, and why. */
  readonly notChecked: readonly NotChecked[];
  /** What was found, errors first. */
  readonly findings: readonly Finding[];
  /** How many more findings there were than the limit `findings` allows. */
  readonly findingsOmitted: number;
  /** Codes that the policy made less of than they are by default. */
  readonly lowered: readonly string[];
  /** Files and links outside of `info/` that were unpacked. */
  readonly files: number;
  /** Bytes of the files outside of `info/`, unpacked. */
  readonly unpackedSize: number;
  /**
   * Who found the SHA-256 of large files, and of archives in memory: the platform's WebCrypto
   * (`host`), or the verifier itself where there is none (`core`).
   */
  readonly hashedBy: HashedBy;
}
