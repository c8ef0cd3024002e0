import type { Core, HostSource, Shard, ShardIndex } from '../core/core.js';
import { Owned } from '../core/owned.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { quoted } from '../printable.js';
import type { RecordRow } from './record-row.js';
import type { RecordSource } from './record-source.js';
import type { RecordsFile } from './records-file.js';
import type { FoundRecord } from './repodata-record.js';

/** The records of a subdir by an index of shards (CEP 16), and those shards that were added. */
export class ShardedRecords implements RecordSource {
  readonly #core: Core;
  readonly #index: Owned<ShardIndex>;
  readonly file: RecordsFile;
  readonly #shards = new Map<string, Owned<Shard>>();
  readonly subdir: string;
  readonly baseUrl: string;
  /** The names of the packages that have a shard, sorted. */
  readonly names: readonly string[];

  constructor(core: Core, source: HostSource, limits: Record<string, number>, file: RecordsFile) {
    this.#core = core;
    this.file = file;
    this.#index = new Owned(core, core.shardIndex(source, limits));
    [this.subdir, this.baseUrl, this.names] = this.#index.call(
      (index) => [index.subdir, index.baseUrl, Object.freeze(index.names())] as const,
    );
  }

  /** Where a package's shard is: absolute, or relative to the URL of the index. */
  path(name: string): string {
    return this.#index.call((index) => index.shardPath(name));
  }

  /** Opens a shard, if its bytes are those that the index names; gives what is in it. */
  add(name: string, source: HostSource): { fileNames: string[]; removed: string[] } {
    const shard = new Owned(this.#core, this.#index.call((index) => index.open(name, source)));
    this.#shards.get(name)?.free();
    this.#shards.set(name, shard);
    return shard.call((shard) => ({ fileNames: shard.fileNames(), removed: shard.removed() }));
  }

  find(fileName: string): FoundRecord {
    // NAME-VERSION-BUILD.EXTENSION: only names have dashes (CEP 26).
    const name = fileName.split('-').slice(0, -2).join('-');
    if (name === '') throw invalidArgument('fileName', 'it is no NAME-VERSION-BUILD.conda or .tar.bz2');
    const shard = this.#shards.get(name);
    if (shard === undefined) {
      // Where the index has none, the core says so.
      this.path(name);
      throw invalidArgument('fileName', `the shard of ${quoted(name)} was not added; addShard() does it`);
    }
    const json = shard.call((shard) => shard.record(fileName));
    return { fileName, json, subdir: this.subdir };
  }

  /** The files of each shard that was added, and how to list some of them. */
  lists(): readonly { fileNames: readonly string[]; rows: (fileNames: string[]) => readonly RecordRow[] }[] {
    return [...this.#shards.values()].map((shard) => ({
      fileNames: shard.call((shard) => shard.fileNames()),
      rows: (fileNames) => shard.call((shard) => shard.list(fileNames)),
    }));
  }

  free(): void {
    for (const shard of this.#shards.values()) shard.free();
    this.#shards.clear();
    this.#index.free();
    this.file.free();
  }
}
