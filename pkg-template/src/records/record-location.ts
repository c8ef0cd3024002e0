import type { Bytes } from '../sources/package-source.js';

/** From a byte of a text to the one behind the last. */
export type ByteRange = readonly [start: number, end: number];

/** Where in an unpacked repodata text a file's record and its signatures are. */
export interface RecordLocation {
  readonly record: ByteRange;
  /** A second record of the file (CEP 48), which has to say the same. */
  readonly twin: ByteRange | null;
  readonly signatures: ByteRange | null;
}

/** The bytes at a `RecordLocation`. */
export interface RecordTexts {
  readonly record: Bytes;
  readonly twin?: Bytes | null;
  readonly signatures?: Bytes | null;
}
