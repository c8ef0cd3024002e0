import type { RecordTexts } from './record-location.js';
import type { RecordsFile } from './records-file.js';
import type { FoundRecord } from './repodata-record.js';

/**
 * The records of a subdir until `free()`: an index in the memory of the WebAssembly code, which
 * has the text too, unless that came plain and is in memory here.
 */
export interface RecordSource {
  /** The file that they were read from. */
  readonly file: RecordsFile;

  /** `info.subdir`. */
  readonly subdir: string | undefined;

  /**
   * What there is on a file, of which the record is sound. `texts` where the text was not kept.
   *
   * @throws VerifierError RECORD_MISSING; RECORD_CONFLICT; RECORD_INVALID and JSON_INVALID
   * where it is malformed; FREED.
   */
  find(fileName: string, texts?: RecordTexts): FoundRecord;

  free(): void;
}
