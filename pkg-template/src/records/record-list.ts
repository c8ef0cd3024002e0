import type { ListedRecord } from './listed-record.js';
import type { RecordRow } from './record-row.js';

/** A list of records in the making. */
export class RecordList {
  readonly #rows: ListedRecord[] = [];
  #isSorted = true;

  /** Neighbours mostly have the same texts, of which one is enough. */
  add(rows: readonly RecordRow[]): void {
    let last = this.#rows.at(-1);
    const kept = (text: string | null, before: string | null | undefined) => (text === before ? before : text);
    for (const [fileName, name, version, build, buildNumber, size, timestamp, license, code, message = ''] of rows) {
      if (last !== undefined && fileName < last.fileName) this.#isSorted = false;
      const row: ListedRecord = Object.freeze({
        fileName,
        name: kept(name, last?.name),
        version: kept(version, last?.version),
        build: kept(build, last?.build),
        buildNumber,
        size,
        timestamp,
        license: kept(license, last?.license),
        fault: code === undefined ? null : Object.freeze({ code, message }),
      });
      this.#rows.push(row);
      last = row;
    }
  }

  /** The list, by the file names. Nothing is added afterwards. */
  finish(): readonly ListedRecord[] {
    // Pieces of one file come in this order; those of several shards do not.
    if (!this.#isSorted) this.#rows.sort(({ fileName: a }, { fileName: b }) => (a < b ? -1 : Number(a > b)));
    return Object.freeze(this.#rows);
  }
}
