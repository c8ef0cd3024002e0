//! The border to JavaScript: values are converted here, nothing is decided.
//!
//! No export is async and none calls JavaScript while it is borrowed, except to
//! read from a source. What fails is thrown as a plain object with `code`,
//! `message` and `hint`; the TypeScript half makes errors of them.

#[cfg(feature = "bench")]
mod bench;
mod examination;
mod options;
mod repodata;
mod source;
mod thrown;

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

/** The options of an examination; an unknown one is refused. */
export interface ExaminationOptions {
  fileName?: string | undefined;
  sha256?: string | undefined;
  size?: number | undefined;
  /**
   * A record of repodata that nobody signed: its key, its JSON text, which is
   * absent where the repodata has no record for the file, and `info.subdir`.
   */
  record?:
    | { fileName: string; json?: string | undefined; subdir?: string | undefined }
    | undefined;
  policy?: { default?: string | undefined; codes?: Record<string, string> | undefined } | undefined;
  limits?: Record<string, number> | undefined;
}
"#;
