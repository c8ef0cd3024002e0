import type { Core, HostSource, RepodataIndex, RepodataIndexer } from '../core/core.js';
import { Owned } from '../core/owned.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { Blocks } from '../sources/blocks.js';
import { type Bytes, isBytes } from '../sources/package-source.js';
import { withCause } from '../sources/callers-source.js';
import { copied } from '../sources/copied.js';
import type { RecordLocation, RecordTexts } from './record-location.js';
import type { RecordSource } from './record-source.js';
import type { RecordsFile } from './records-file.js';
import type { RepodataFile } from './repodata-file.js';
import type { FoundRecord } from './repodata-record.js';

/** The records of a repodata file of which the text is not kept: places and digests only. */
export class LocatedRecords implements RecordSource {
  readonly #handle: Owned<RepodataIndex>;
  readonly file: RecordsFile;
  readonly subdir: string | undefined;
  readonly baseUrl: string | undefined;
  /** The number of files that have a record. */
  readonly length: number;

  constructor(core: Core, handle: RepodataIndex, file: RecordsFile) {
    this.file = file;
    this.#handle = new Owned(core, handle);
    [this.subdir, this.baseUrl, this.length] = this.#handle.call(
      ({ subdir, baseUrl, length }) => [subdir, baseUrl, length] as const,
    );
  }

  /** Where a file's record is; null where it has none. */
  locate(fileName: string): RecordLocation | null {
    return this.#handle.call((handle) => handle.locate(fileName));
  }

  find(fileName: string, texts?: RecordTexts): FoundRecord {
    const place = this.locate(fileName);
    if (texts === undefined && place !== null) {
      throw invalidArgument('texts', 'the text was not kept; pass what is where locateRecord() says');
    }
    // Without a place the core says that there is no record.
    const record = textOf('record', texts?.record) ?? new Uint8Array(0);
    const twin = textOf('twin', texts?.twin);
    const signatures = textOf('signatures', texts?.signatures);
    const { json, signatures: signed } = this.#handle.call((handle) =>
      handle.open(fileName, record, twin, signatures),
    );
    const found = { fileName, json, subdir: this.subdir, signatures: signed ?? undefined };
    return twin === undefined ? found : { ...found, twin: new TextDecoder().decode(twin) };
  }

  free(): void {
    this.#handle.free();
    this.file.free();
  }
}

function textOf(name: string, bytes: Bytes | null | undefined): Uint8Array | undefined {
  if (bytes === undefined || bytes === null) return undefined;
  if (!isBytes(bytes)) throw invalidArgument(`texts.${name}`, 'it is neither a buffer nor a view of one');
  return copied(bytes);
}

/**
 * Where repodata goes that is read from a stream: a plain text into the indexer, and no
 * further; a compressed one into blocks, to be unpacked from there.
 */
export class IndexingBlocks extends Blocks {
  readonly #core: Core;
  readonly #limits: Record<string, number>;
  readonly #file: RepodataFile;
  #indexer: RepodataIndexer | undefined;
  #isPlain: boolean | undefined;
  #indexed = 0;

  constructor(core: Core, limits: Record<string, number>, file: RepodataFile) {
    super();
    this.#core = core;
    this.#limits = limits;
    this.#file = file;
  }

  override get length(): number {
    return this.#isPlain === true ? this.#indexed : super.length;
  }

  /** A plain text goes by: nothing is set aside for it. */
  override expect(): void {
    // Nothing.
  }

  override push(chunk: Uint8Array): void {
    const [first] = chunk;
    if (first === undefined) return;
    this.#file.push(chunk);
    this.#isPlain ??= !isCompressed(first);
    if (!this.#isPlain) {
      super.push(chunk);
      return;
    }
    this.#indexer ??= this.#core.repodataIndexer(this.#limits);
    const indexer = this.#indexer;
    this.#core.call(() => indexer.push(chunk));
    this.#indexed += chunk.length;
  }

  /** The index, once all has been read. */
  finish(): RepodataIndex {
    const indexer = this.#indexer;
    if (indexer === undefined) return this.#core.repodataIndex(this, this.#limits);
    this.#indexer = undefined;
    return this.#core.call(() => indexer.finish());
  }

  /** Gives the memory back of what came to no end. */
  free(): void {
    if (this.#indexer !== undefined) this.#core.free(this.#indexer);
    this.#indexer = undefined;
  }
}

/** By the first byte of zstd's frames, of its skippable ones, and of bzip2: JSON has none of them. */
function isCompressed(first: number): boolean {
  return first === 0x28 || first === 0x42 || (first >= 0x50 && first <= 0x5f);
}

/** Indexes a source; `read` brings it here, and what streams goes into the blocks it is given. */
export async function locatedRecords(
  core: Core,
  limits: Record<string, number>,
  file: RepodataFile,
  read: (into: Blocks) => Promise<HostSource>,
): Promise<LocatedRecords> {
  const blocks = new IndexingBlocks(core, limits, file);
  try {
    const host = await read(blocks);
    // Before anything is unpacked; a plain text was scanned as it came, which decides nothing.
    const hashed = file.finish();
    const index = () => (host === blocks ? blocks.finish() : core.repodataIndex(host, limits));
    try {
      return new LocatedRecords(core, withCause(host, index), hashed);
    } catch (error) {
      hashed.free();
      throw error;
    }
  } finally {
    blocks.free();
    file.free();
  }
}
