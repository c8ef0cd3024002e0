import type { HashedFile, RecordOption } from '../core/core.js';
import type { RecordTexts } from './record-location.js';

/**
 * The records of a subdir until `free()`: an index in the memory of the WebAssembly code, which
 * has the text too, unless that came plain and is in memory here.
 */
export interface RecordSource {
  /** The file that they were read from, as far as the roles of TUF may vouch for it. */
  readonly file: HashedFile;

  /** `info.subdir`. */
  readonly subdir: string | undefined;

  /**
   * What there is on a file, of which the record is sound. `texts` where the text was not kept.
   *
   * @throws VerifierError RECORD_MISSING; RECORD_CONFLICT; RECORD_INVALID and JSON_INVALID
   * where it is malformed.
   */
  find(fileName: string, texts?: RecordTexts): RecordOption & { json: string };

  free(): void;
}
