/** A record in a list: whoever signed it, no signature was looked at. */
export interface ListedRecord {
  /** Its key in the repodata. */
  readonly fileName: string;
  /** Null where the record has none, or has something else there, as all that follows. */
  readonly name: string | null;
  /** Of the package. */
  readonly version: string | null;
  /** The build string. */
  readonly build: string | null;
  /** By which builds of a version are ordered. */
  readonly buildNumber: number | null;
  /** In bytes. */
  readonly size: number | null;
  /** When the package was built, in milliseconds since 1970 began; old records have seconds. */
  readonly timestamp: number | null;
  /** As the record has it; mostly an SPDX expression. */
  readonly license: string | null;
  /** Why `findRecord` would refuse it; null where it would not. */
  readonly fault: {
    /** Stable. */
    readonly code: string;
    /** What is wrong, in English. */
    readonly message: string;
  } | null;
}
