/** How far work has come. */
export interface Progress {
  /**
   * Reading a body or Blob, finding its digests, unpacking it, waiting for digests of files,
   * verifying records, looking at installed files, or done.
   */
  readonly phase: 'reading' | 'authenticating' | 'unpacking' | 'comparing' | 'records' | 'files' | 'done';
  /** Bytes that went through this phase; records or files, where those are verified. */
  readonly done: number;
  /** All of them; null while that is not known. */
  readonly total: number | null;
}
