import type { Bytes } from '../sources/package-source.js';

/** From a byte of a text to the one behind the last. */
export type ByteRange = readonly [start: number, end: number];

/** Where in an unpacked repodata text a file's record and its signatures are. */
export interface RecordLocation {
  /** The record's JSON. */
  readonly record: ByteRange;
  /** A second record of the file (CEP 48), which has to say the same. */
  readonly twin: ByteRange | null;
  /** The JSON of its signatures; null where it has none. */
  readonly signatures: ByteRange | null;
}

/** The bytes at a `RecordLocation`. */
export interface RecordTexts {
  /** The record's JSON. */
  readonly record: Bytes;
  /** The second record's; null or absent where there is none. */
  readonly twin?: Bytes | null;
  /** The JSON of its signatures; null or absent where it has none. */
  readonly signatures?: Bytes | null;
}
