import type { Core, ExaminationOptions, HostSource, Repodata } from './core.js';
import { type RepodataRecord, recordOf } from './repodata-record.js';

/** The records of a repodata file, in the memory of the WebAssembly code until `free()`. */
export class RecordIndex {
  readonly #core: Core;
  readonly #handle: Repodata;
  /** `info.subdir`. */
  readonly subdir: string | undefined;
  /** The number of records. */
  readonly length: number;

  constructor(core: Core, source: HostSource, limits: Record<string, number>) {
    this.#core = core;
    // A handle that is forgotten is freed by the glue's own FinalizationRegistry.
    const handle = core.repodata(source, limits);
    this.#handle = handle;
    [this.subdir, this.length] = core.call(() => [handle.subdir, handle.length] as const);
  }

  /**
   * The record of a file.
   *
   * @throws VerifierError RECORD_MISSING; RECORD_CONFLICT where there are two that differ;
   * RECORD_INVALID and JSON_INVALID where it is malformed.
   */
  find(fileName: string): RepodataRecord {
    const json = this.#core.call(() => this.#handle.record(fileName));
    return recordOf(fileName, this.subdir, json);
  }

  /**
   * What looking a file up comes to, for the core to judge: it rejects what is no record.
   *
   * @throws VerifierError RECORD_CONFLICT where there are two records that differ.
   */
  lookUp(fileName: string): NonNullable<ExaminationOptions['record']> {
    const json = this.#core.call(() => this.#handle.recordText(fileName));
    return { fileName, json, subdir: this.subdir };
  }

  free(): void {
    this.#core.free(this.#handle);
  }
}
