import type { AuditPiece, ChannelTrust } from '../trust/channel-trust.js';
import type { Core, HostSource, RecordOption, Repodata } from '../core/core.js';
import { Owned } from '../core/owned.js';
import type { RecordRow } from './record-row.js';
import type { RecordSource } from './record-source.js';
import type { RecordsFile } from './records-file.js';
import type { FoundRecord } from './repodata-record.js';

/** The records of a repodata file. */
export class RecordIndex implements RecordSource {
  readonly #handle: Owned<Repodata>;
  readonly file: RecordsFile;
  readonly subdir: string | undefined;
  readonly baseUrl: string | undefined;
  /** The number of files that have a record. */
  readonly length: number;
  /** The number of records: a file may have two. */
  readonly records: number;

  constructor(core: Core, source: HostSource, limits: Record<string, number>, file: RecordsFile) {
    this.file = file;
    this.#handle = new Owned(core, core.repodata(source, limits));
    [this.subdir, this.baseUrl, this.length, this.records] = this.#handle.call(
      ({ subdir, baseUrl, length, records }) => [subdir, baseUrl, length, records] as const,
    );
  }

  lookUp(fileName: string): RecordOption {
    const [json, signatures] = this.#handle.call((handle) => [
      handle.recordText(fileName),
      handle.signaturesText(fileName),
    ]);
    return { fileName, json, subdir: this.subdir, signatures };
  }

  find(fileName: string): FoundRecord {
    const json = this.#handle.call((handle) => handle.record(fileName));
    return { ...this.lookUp(fileName), json };
  }

  /** The file names, sorted. */
  fileNames(): string[] {
    return this.#handle.call((handle) => handle.fileNames());
  }

  /** Whether a file has a record in `v3`, and none beside it. */
  isV3(fileName: string): boolean {
    return this.#handle.call((handle) => handle.isV3(fileName));
  }

  /** So many records from that place on by their names, or fewer; and the place to go on with. */
  list(first: number, count: number): readonly [next: number, rows: readonly RecordRow[]] {
    const rows = this.#handle.call((handle) => handle.list(first, count)) as (RecordRow | number)[];
    return [rows.pop() as number, rows as RecordRow[]];
  }

  /** A function that verifies so many records from the one of that number on, in batches. */
  audit(trust: ChannelTrust, subdir: string): (first: number, count: number) => AuditPiece {
    return trust.audit(this.#handle, subdir, this.file);
  }

  free(): void {
    this.#handle.free();
    this.file.free();
  }
}
