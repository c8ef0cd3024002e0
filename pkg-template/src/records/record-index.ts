import type { AuditPiece, ChannelTrust } from '../trust/channel-trust.js';
import type { Core, HashedFile, HostSource, RecordOption, Repodata } from '../core/core.js';
import type { RecordSource } from './record-source.js';

/** The records of a repodata file. */
export class RecordIndex implements RecordSource {
  readonly #core: Core;
  readonly #handle: Repodata;
  readonly file: HashedFile;
  readonly subdir: string | undefined;
  /** The number of files that have a record. */
  readonly length: number;
  /** The number of records: a file may have two. */
  readonly records: number;

  constructor(core: Core, source: HostSource, limits: Record<string, number>, file: HashedFile) {
    this.#core = core;
    this.file = file;
    // A handle that is forgotten is freed by the glue's own FinalizationRegistry.
    const handle = core.repodata(source, limits);
    this.#handle = handle;
    [this.subdir, this.length, this.records] = core.call(
      () => [handle.subdir, handle.length, handle.records] as const,
    );
  }

  lookUp(fileName: string): RecordOption {
    const [json, signatures] = this.#core.call(() => [
      this.#handle.recordText(fileName),
      this.#handle.signaturesText(fileName),
    ]);
    return { fileName, json, subdir: this.subdir, signatures };
  }

  find(fileName: string): RecordOption & { json: string } {
    const json = this.#core.call(() => this.#handle.record(fileName));
    return { ...this.lookUp(fileName), json };
  }

  /** The file names, sorted. */
  fileNames(): string[] {
    return this.#core.call(() => this.#handle.fileNames());
  }

  /** A function that verifies so many records from the one of that number on, in batches. */
  audit(trust: ChannelTrust, subdir: string): (first: number, count: number) => AuditPiece {
    return trust.audit(this.#handle, subdir, this.file);
  }

  free(): void {
    this.#core.free(this.#handle);
    this.#core.free(this.file);
  }
}
