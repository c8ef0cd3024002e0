/** A record in a list: whoever signed it, no signature was looked at. */
export interface ListedRecord {
  /** Its key in the repodata. */
  readonly fileName: string;
  /** Null where the record has none, or has something else there, as all that follows. */
  readonly name: string | null;
  readonly version: string | null;
  readonly build: string | null;
  readonly buildNumber: number | null;
  /** In bytes. */
  readonly size: number | null;
  /** When the package was built, in milliseconds since 1970 began; old records have seconds. */
  readonly timestamp: number | null;
  readonly license: string | null;
  /** Why `findRecord` would refuse it; null where it would not. */
  readonly fault: { readonly code: string; readonly message: string } | null;
}
