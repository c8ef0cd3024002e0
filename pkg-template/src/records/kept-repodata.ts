import { VerifierError } from '../errors/verifier-error.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import type { Foundation } from '../foundation.js';
import { frozen } from '../frozen.js';
import { withCause } from '../sources/callers-source.js';
import type { PackageSource } from '../sources/package-source.js';
import type { RepodataSource } from '../sources/repodata-source.js';
import type { PinnedChannel } from '../trust/pinned-channel.js';
import type { Signatures } from '../trust/role-report.js';
import type { Work, WorkOptions } from '../work.js';
import type { AddedRepodata, AddedShard, AddedShardIndex } from './added.js';
import type { ListedRecord } from './listed-record.js';
import { type ListOptions, listRecords } from './listing.js';
import type { LocatedRecords } from './located-records.js';
import type { RecordIndex } from './record-index.js';
import type { RecordLocation, RecordTexts } from './record-location.js';
import { RecordList } from './record-list.js';
import type { RecordSource } from './record-source.js';
import { auditRecords, type RecordsReport } from './records-report.js';
import { REPODATA_OPTIONS, type RepodataOptions } from './repodata-file.js';
import {
  type FoundRecord,
  optionOf,
  recordOf,
  type RepodataRecord,
  type VerifiedRecord,
  verifiedRecordOf,
} from './repodata-record.js';
import { RepodataReader } from './repodata-reader.js';
import { checkSubdir, Subdirs } from './subdirs.js';
import { type TrustedRepodata, trustedRepodata } from './trusted-repodata.js';

/** The repodata that a verifier was given, and its records. */
export class KeptRepodata {
  readonly #foundation: Foundation;
  readonly #channel: PinnedChannel;
  readonly #subdirs = new Subdirs();

  constructor(foundation: Foundation, channel: PinnedChannel) {
    this.#foundation = foundation;
    this.#channel = channel;
  }

  /** The records by their subdirs. */
  get subdirs(): Subdirs {
    return this.#subdirs;
  }

  /** Keeps the text. */
  async add(subdir: string, source: RepodataSource, options: RepodataOptions): Promise<AddedRepodata> {
    checkSubdir(subdir);
    const index = await this.read(subdir, source, options);
    this.#put(subdir, index);
    return addedOf(subdir, index);
  }

  /** Keeps places and digests alone. */
  async index(subdir: string, source: RepodataSource, options: RepodataOptions): Promise<AddedRepodata> {
    checkSubdir(subdir);
    const records = await this.#reading(options, (reader, work) =>
      reader.located(subdir, source, options, work),
    );
    this.#put(subdir, records);
    return addedOf(subdir, records);
  }

  /** Where the record of a file is. */
  locate(subdir: string, fileName: string): RecordLocation | null {
    this.#foundation.running.checkAlive();
    checkFileName(fileName);
    return frozen(this.#subdirs.located(subdir).locate(fileName));
  }

  /** Keeps an index of shards. */
  async addShardIndex(
    subdir: string,
    source: PackageSource,
    options: RepodataOptions,
  ): Promise<AddedShardIndex> {
    checkSubdir(subdir);
    const index = await this.#reading(options, (reader, work) =>
      reader.shardIndex(subdir, source, options, work),
    );
    this.#put(subdir, index);
    const { names, baseUrl, file } = index;
    return Object.freeze({ subdir, names, baseUrl, target: file.target });
  }

  /** Where the shard of a package is. */
  shardPath(subdir: string, name: string): string {
    this.#foundation.running.checkAlive();
    if (typeof name !== 'string') throw invalidArgument('name', 'it is no string');
    return this.#subdirs.sharded(subdir).path(name);
  }

  /** Keeps a shard. */
  async addShard(
    subdir: string,
    name: string,
    source: PackageSource,
    options: WorkOptions,
  ): Promise<AddedShard> {
    this.shardPath(subdir, name);
    const host = await this.#reading(options, (reader, work) => reader.shard(source, work), []);
    return frozen(withCause(host, () => this.#subdirs.sharded(subdir).add(name, host)));
  }

  /** The record of a file, whoever signed it. */
  find(subdir: string, fileName: string, texts?: RecordTexts): RepodataRecord {
    const record = this.#found(subdir, fileName, texts);
    const trust = this.#channel.known;
    if (trust === undefined) return recordOf(record, false);
    return recordOf({ ...record, requested: subdir }, trust.info().format === 'tuf');
  }

  /** The record of a file, which somebody vouches for. */
  verify(subdir: string, fileName: string, texts?: RecordTexts): VerifiedRecord {
    const { trust } = this.#channel;
    const record = { ...this.#found(subdir, fileName, texts), requested: subdir };
    try {
      trust.verifyRecord(optionOf(record), this.#subdirs.get(subdir).file);
    } catch (error) {
      throw withoutPolicy(error);
    }
    return verifiedRecordOf(record, trust.info());
  }

  /** What becomes of all records of a subdir. */
  async audit(subdir: string, options: WorkOptions): Promise<RecordsReport> {
    const { running, runtime, settings } = this.#foundation;
    return running.during(options, async ({ signal, report }) => {
      const { trust } = this.#channel;
      const index = this.#subdirs.index(subdir);
      return auditRecords(index, trust, subdir, settings.limit('findings'), async (done) => {
        report({ phase: 'records', done, total: index.records });
        await runtime.turn();
        signal?.throwIfAborted();
        this.#checkCurrent(subdir, index);
      });
    });
  }

  /** All records of a subdir by their file names. */
  async list(subdir: string, options: ListOptions): Promise<readonly ListedRecord[]> {
    const { running, runtime } = this.#foundation;
    const list = async ({ signal, report }: Work): Promise<readonly ListedRecord[]> => {
      const records = this.#subdirs.get(subdir);
      const list = new RecordList();
      const give = options.onRows ?? ((rows) => list.add(rows));
      await listRecords(records, give, async (done, total) => {
        report({ phase: 'records', done, total });
        await runtime.turn();
        signal?.throwIfAborted();
        this.#checkCurrent(subdir, records);
      });
      return list.finish();
    };
    return running.during(options, list, ['onRows']);
  }

  /** Who signed the record of a file; null where signatures of records count no more. */
  signatures(subdir: string, fileName: string, texts?: RecordTexts): Signatures | null {
    const { trust } = this.#channel;
    return trust.recordSignatures(optionOf(this.#found(subdir, fileName, texts)));
  }

  /** The records of a subdir that somebody vouches for, as repodata. */
  async trusted(subdir: string, options: WorkOptions): Promise<TrustedRepodata> {
    const { running, runtime, settings } = this.#foundation;
    return running.during(options, async ({ signal, report }) => {
      const { trust } = this.#channel;
      const index = this.#subdirs.index(subdir);
      return trustedRepodata(index, trust, subdir, settings.limit('findings'), async (done) => {
        report({ phase: 'records', done, total: index.length });
        await runtime.turn();
        signal?.throwIfAborted();
        this.#checkCurrent(subdir, index);
      });
    });
  }

  /** Reads repodata for a caller who frees it. `names`: the targets that it may be. */
  async read(
    subdir: string,
    source: RepodataSource,
    options: RepodataOptions,
    names?: readonly string[],
  ): Promise<RecordIndex> {
    return this.#reading(options, (reader, work) => reader.index(subdir, source, options, work, names));
  }

  /** Gives the memory back. */
  free(): void {
    this.#subdirs.free();
  }

  #reading<T>(
    options: WorkOptions,
    read: (reader: RepodataReader, work: Work) => Promise<T>,
    names: readonly string[] = REPODATA_OPTIONS,
  ): Promise<T> {
    const { core, settings, runtime, running } = this.#foundation;
    return running.during(
      options,
      (work) => read(new RepodataReader(core, settings, runtime, this.#channel.known), work),
      names,
    );
  }

  #put(subdir: string, records: RecordSource): void {
    const { running } = this.#foundation;
    if (running.isFreed) records.free();
    running.checkAlive();
    this.#subdirs.put(subdir, records);
  }

  #checkCurrent(subdir: string, records: RecordSource): void {
    if (this.#subdirs.has(subdir, records)) return;
    throw invalidArgument('subdir', 'its repodata was replaced meanwhile; begin again');
  }

  /** What there is on a file, of which the record is sound. */
  #found(subdir: string, fileName: string, texts: RecordTexts | undefined): FoundRecord {
    this.#foundation.running.checkAlive();
    checkFileName(fileName);
    return this.#subdirs.find(subdir, fileName, texts);
  }
}

function addedOf(subdir: string, { length, baseUrl, file }: RecordIndex | LocatedRecords): AddedRepodata {
  return Object.freeze({ subdir, records: length, target: file.target, baseUrl: baseUrl ?? null });
}

function checkFileName(fileName: unknown): void {
  if (typeof fileName !== 'string') throw invalidArgument('fileName', 'it is no string');
}

/** What is asked for here is a proof, which no policy makes of a record that has none. */
function withoutPolicy(error: unknown): unknown {
  if (!VerifierError.isVerifierError(error) || error.code !== 'RECORD_UNSIGNED') return error;
  const { name: _, ...fault } = error.toJSON();
  const hint =
    'The channel has not signed this record, or somebody took the signature away. Try another mirror. Where what nobody vouches for may be used, take the record from findRecord(): verifyPackage() then asks the policy.';
  return new VerifierError({ ...fault, hint }, { cause: error });
}
