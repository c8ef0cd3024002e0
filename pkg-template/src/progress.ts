/** How far the verification of a package has come. */
export interface Progress {
  /** Reading a body or Blob, finding its digests, unpacking it, or done. */
  readonly phase: 'reading' | 'authenticating' | 'unpacking' | 'done';
  /** Bytes of the archive that went through this phase. */
  readonly done: number;
  /** Bytes of the archive; null while that is not known. */
  readonly total: number | null;
}
