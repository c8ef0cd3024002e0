import type { Core, HashedFile, HostSource, RecordOption, Shard, ShardIndex } from '../core/core.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { quoted } from '../printable.js';
import type { RecordSource } from './record-source.js';

/** The records of a subdir by an index of shards (CEP 16), and those shards that were added. */
export class ShardedRecords implements RecordSource {
  readonly #core: Core;
  readonly #index: ShardIndex;
  readonly file: HashedFile;
  readonly #shards = new Map<string, Shard>();
  readonly subdir: string;
  readonly baseUrl: string;
  /** The names of the packages that have a shard, sorted. */
  readonly names: readonly string[];

  constructor(core: Core, source: HostSource, limits: Record<string, number>, file: HashedFile) {
    this.#core = core;
    this.file = file;
    const index = core.shardIndex(source, limits);
    this.#index = index;
    [this.subdir, this.baseUrl, this.names] = core.call(
      () => [index.subdir, index.baseUrl, Object.freeze(index.names())] as const,
    );
  }

  /** Where a package's shard is: absolute, or relative to the URL of the index. */
  path(name: string): string {
    return this.#core.call(() => this.#index.shardPath(name));
  }

  /** Opens a shard, if its bytes are those that the index names; gives what is in it. */
  add(name: string, source: HostSource): { fileNames: string[]; removed: string[] } {
    const shard = this.#core.call(() => this.#index.open(name, source));
    const before = this.#shards.get(name);
    if (before !== undefined) this.#core.free(before);
    this.#shards.set(name, shard);
    return this.#core.call(() => ({ fileNames: shard.fileNames(), removed: shard.removed() }));
  }

  find(fileName: string): RecordOption & { json: string } {
    // NAME-VERSION-BUILD.EXTENSION: only names have dashes (CEP 26).
    const name = fileName.split('-').slice(0, -2).join('-');
    if (name === '') throw invalidArgument('fileName', 'it is no NAME-VERSION-BUILD.conda or .tar.bz2');
    const shard = this.#shards.get(name);
    if (shard === undefined) {
      // Where the index has none, the core says so.
      this.path(name);
      throw invalidArgument('fileName', `the shard of ${quoted(name)} was not added; addShard() does it`);
    }
    const json = this.#core.call(() => shard.record(fileName));
    return { fileName, json, subdir: this.subdir };
  }

  free(): void {
    for (const shard of this.#shards.values()) this.#core.free(shard);
    this.#shards.clear();
    this.#core.free(this.#index);
    this.#core.free(this.file);
  }
}
