import type { Core, HostSource } from '../core/core.js';
import { Pace } from '../core/pace.js';
import type { Runtime } from '../core/runtime.js';
import { limitReached } from '../errors/limit-reached.js';
import type { LimitName } from '../options/limits.js';
import type { Settings } from '../options/settings.js';
import { withCause } from '../sources/callers-source.js';
import { lasting } from '../sources/lasting.js';
import { hostSource, type PackageSource, type Reading } from '../sources/package-source.js';
import { type RepodataSource, repodataSource } from '../sources/repodata-source.js';
import type { ChannelTrust } from '../trust/channel-trust.js';
import type { Work } from '../work.js';
import { type LocatedRecords, locatedRecords } from './located-records.js';
import { RecordIndex } from './record-index.js';
import type { RecordsFile } from './records-file.js';
import { REPODATA, RepodataFile, type RepodataOptions, SHARDS } from './repodata-file.js';
import { ShardedRecords } from './sharded-records.js';

/** Reads repodata, and finds out whether the roles of TUF vouch for it. */
export class RepodataReader {
  readonly #core: Core;
  readonly #settings: Settings;
  readonly #runtime: Runtime;
  readonly #trust: ChannelTrust | undefined;

  constructor(core: Core, settings: Settings, runtime: Runtime, trust: ChannelTrust | undefined) {
    this.#core = core;
    this.#settings = settings;
    this.#runtime = runtime;
    this.#trust = trust;
  }

  /** Repodata whose text is kept. `names`: the targets that it may be. */
  async index(
    subdir: string,
    source: RepodataSource,
    options: RepodataOptions,
    work: Work,
    names: readonly string[] = REPODATA,
  ): Promise<RecordIndex> {
    const file = new RepodataFile(this.#core, this.#trust, subdir, names, options);
    const read = (reading: Reading) => repodataSource(source, reading);
    return this.#opened(file, read, 'repodataBytes', work, (host, hashed) =>
      new RecordIndex(this.#core, host, this.#settings.limits, hashed),
    );
  }

  /** Repodata of which places and digests are kept. */
  async located(
    subdir: string,
    source: RepodataSource,
    options: RepodataOptions,
    work: Work,
  ): Promise<LocatedRecords> {
    const file = new RepodataFile(this.#core, this.#trust, subdir, REPODATA, options);
    return locatedRecords(this.#core, this.#settings.limits, file, async (into) => {
      const host = await repodataSource(source, { ...this.#reading('repodataBytes', work), into });
      // What streams went through the file on its way.
      return host === into ? host : this.#hashed(file, host, work);
    });
  }

  /** An index of shards. */
  async shardIndex(
    subdir: string,
    source: PackageSource,
    options: RepodataOptions,
    work: Work,
  ): Promise<ShardedRecords> {
    const file = new RepodataFile(this.#core, this.#trust, subdir, SHARDS, options);
    const read = (reading: Reading) => hostSource(source, reading);
    return this.#opened(file, read, 'shardBytes', work, (host, hashed) =>
      new ShardedRecords(this.#core, host, this.#settings.limits, hashed),
    );
  }

  /** The bytes of a shard. */
  shard(source: PackageSource, work: Work): Promise<HostSource> {
    return hostSource(source, this.#reading('shardBytes', work));
  }

  /** Opens what is the target that it should be, if it should be one; frees the file else. */
  async #opened<T>(
    file: RepodataFile,
    read: (reading: Reading) => Promise<HostSource>,
    limit: LimitName,
    work: Work,
    open: (host: HostSource, hashed: RecordsFile) => T,
  ): Promise<T> {
    let hashed: RecordsFile | undefined;
    try {
      const source = await read(this.#reading(limit, work));
      // It is cut there, and has other digests than the whole.
      const most = this.#settings.limit(limit);
      if (source.size > most) throw limitReached(limit, most);
      const host = await this.#hashed(file, source, work);
      // Nobody would free it.
      work.signal?.throwIfAborted();
      const finished = (hashed = file.finish());
      return withCause(host, () => open(host, finished));
    } catch (error) {
      hashed?.free();
      throw error;
    } finally {
      file.free();
    }
  }

  /** Takes the bytes of a file that may be a target: of a source that nobody can change. */
  async #hashed(file: RepodataFile, host: HostSource, { signal }: Work): Promise<HostSource> {
    if (!file.isLookedAt) return host;
    const kept = await lasting(host);
    await file.read(kept, new Pace(this.#runtime.turn), signal);
    return kept;
  }

  #reading(limit: LimitName, { signal, report }: Work): Reading {
    return {
      cut: this.#settings.limit(limit) + 1,
      signal,
      onBytes: (done, total) => report({ phase: 'reading', done, total }),
    };
  }
}
