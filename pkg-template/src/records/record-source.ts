import type { RecordOption } from '../core/core.js';

/**
 * The records of a subdir until `free()`: an index in the memory of the WebAssembly code, which
 * has the text too, unless that came plain and is in memory here.
 */
export interface RecordSource {
  /** `info.subdir`. */
  readonly subdir: string | undefined;

  /**
   * What there is on a file, without anything read of it; no `json` where there is nothing.
   *
   * @throws VerifierError RECORD_CONFLICT where there are two records that differ.
   */
  lookUp(fileName: string): RecordOption;

  /**
   * The same for a file of which the record is sound.
   *
   * @throws VerifierError RECORD_MISSING; RECORD_CONFLICT; RECORD_INVALID and JSON_INVALID
   * where it is malformed.
   */
  find(fileName: string): RecordOption & { json: string };

  free(): void;
}
