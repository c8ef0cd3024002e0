//! The border to JavaScript: values are converted here, nothing is decided.
//!
//! No export is async and none calls JavaScript while it is borrowed, except to
//! read from a source. What fails is thrown as a plain object with `code`,
//! `message` and `hint`; the TypeScript half makes errors of them.

mod members;
mod thrown;

// What is installed is asked for by few pages: it is compiled to a file of its own.
#[cfg(feature = "wasm-installed")]
mod installed;
#[cfg(feature = "wasm-installed")]
mod installed_options;

#[cfg(feature = "bench")]
mod bench;
#[cfg(not(feature = "wasm-installed"))]
mod examination;
#[cfg(not(feature = "wasm-installed"))]
mod options;
#[cfg(not(feature = "wasm-installed"))]
mod partial;
#[cfg(not(feature = "wasm-installed"))]
mod repodata;
#[cfg(not(feature = "wasm-installed"))]
mod repodata_index;
#[cfg(not(feature = "wasm-installed"))]
mod row;
#[cfg(not(feature = "wasm-installed"))]
mod shards;
#[cfg(not(feature = "wasm-installed"))]
mod signers;
#[cfg(not(feature = "wasm-installed"))]
mod source;
#[cfg(not(feature = "wasm-installed"))]
mod target;
#[cfg(not(feature = "wasm-installed"))]
mod trust;

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Bytes that stay in JavaScript and are read slice by slice, synchronously. */
export interface HostSource {
  /** Length in bytes. */
  readonly size: number;
  /** Whether nobody can change the bytes while they are read. */
  readonly fixed: boolean;
  /** Fills `into` with the bytes from `offset`, or throws. */
  readAt(offset: number, into: Uint8Array): void;
}

/** What fails is thrown in this shape. */
export interface Thrown {
  code: string;
  message: string;
  hint: string;
  path?: string;
  expected?: string;
  actual?: string;
  details?: Record<string, unknown>;
}

/** What repodata has on a file. Under the trust of a channel its signatures decide. */
export interface RecordOption {
  /** Its key in the repodata. */
  fileName: string;
  /** Its JSON text; absent where the repodata has no record for the file. */
  json?: string | undefined;
  /** `info.subdir`. */
  subdir?: string | undefined;
  /** The JSON text of its signatures; absent where it has none. */
  signatures?: string | undefined;
  /** The subdir that the repodata was asked for in. */
  requested?: string | undefined;
}

/** The options of a channel's trust; an unknown one is refused. */
export interface TrustOptions {
  channel?: string | undefined;
  mambaForm?: boolean | undefined;
  rawRootSignatures?: boolean | undefined;
  requirePkgMgr?: boolean | undefined;
  minVersions?: Record<string, number> | undefined;
  limits?: Record<string, number> | undefined;
}

/** A file that a refresh needs next. */
export interface Want {
  role: string;
  path: string;
  maxLength: number;
  optional: boolean;
}

/** A role of a channel and the file that it was read from. */
export interface RoleInfo {
  version: number;
  expires: string;
}

/** What is trusted of a channel. */
export interface TrustInfo {
  format: 'content-trust' | 'tuf';
  anchor: string;
  channel: string | null;
  root: RoleInfo;
  keyMgr: RoleInfo | null;
  pkgMgr: RoleInfo | null;
  timestamp: RoleInfo | null;
  snapshot: RoleInfo | null;
  targets: RoleInfo | null;
  notChecked: { check: string; reason: string }[];
}

/** What became of the signatures of a document. */
export type SignatureRow = [
  signers: [
    role: string,
    version: number,
    threshold: number,
    signed: number,
    keys: [
      keyid: string,
      keyType: string | null,
      state: 'signed' | 'bad' | 'malformed' | 'unsupported' | 'unverified' | 'missing',
    ][],
  ][],
  foreign: string[],
  foreignCount: number,
];

/** A role that is trusted, and who signed its file. */
export type RoleRow = [
  role: string,
  path: string,
  version: number,
  expires: string,
  isExpired: 0 | 1,
  ...signatures: SignatureRow,
];

/** A file that the roles of TUF vouch for. */
export interface Target {
  path: string;
  length: number;
  hashes: { sha256?: string; sha512?: string };
  custom?: string;
  roles: string[];
  expires: string;
  paths: string[];
}

/** A target, or the role that is needed to find it. */
export type Lookup = { target: Target; want: null } | { target: null; want: Want };

/** Where in an unpacked text values are: from a byte to the one behind the last. */
export interface RecordLocation {
  record: [number, number];
  /** A second record of the file, which has to say the same. */
  twin: [number, number] | null;
  signatures: [number, number] | null;
}

/** A record in a list. */
export type RecordRow = [
  fileName: string,
  name: string | null,
  version: string | null,
  build: string | null,
  buildNumber: number | null,
  size: number | null,
  timestamp: number | null,
  license: string | null,
  ...fault: [] | [code: string, message: string],
];

/** What became of some of the records of repodata. */
export interface AuditSummary {
  next: number;
  trusted: number;
  weak: string[];
  unsigned: string[];
  bad: [string, Thrown][];
}

/** A link or directory that is as it is listed. */
export interface HandedNode {
  path: string;
  kind: 'symlink' | 'hardlink' | 'directory';
  target: string;
}

/** What a partial examination does or needs next: ranges, by offset and length. */
export type PartialStep = ['wanted' | 'tar.bz2' | 'container' | 'working' | 'done', ...[number, number][]];

/** The options of an examination; an unknown one is refused. */
export interface ExaminationOptions {
  fileName?: string | undefined;
  sha256?: string | undefined;
  size?: number | undefined;
  record?: RecordOption | undefined;
  /** The path of the package as a target of its own. */
  target?: string | undefined;
  policy?:
    | { profile?: string | undefined; default?: string | undefined; codes?: Record<string, string> | undefined }
    | undefined;
  limits?: Record<string, number> | undefined;
}

/** The options of an inspection; an unknown one is refused. */
export interface InspectionOptions {
  file?: string | undefined;
  level?: string | undefined;
  prefix?: string | undefined;
  platform?: string | undefined;
  manifestPath?: string | undefined;
  policy?: ExaminationOptions['policy'];
  limits?: Record<string, number> | undefined;
}

/** What the verdict on an archive says, for what was installed from it. */
export interface OriginalOption {
  file?: string | undefined;
  verdict: string;
  reasons: readonly string[];
  basis: string;
  anchor?: string | undefined;
  size: number;
  sha256?: string | undefined;
  name?: string | undefined;
  version?: string | undefined;
  build?: string | undefined;
  buildNumber?: number | undefined;
  subdir?: string | undefined;
  rejection?: string | undefined;
  message?: string | undefined;
  expected?: string | undefined;
  actual?: string | undefined;
}
"#;
