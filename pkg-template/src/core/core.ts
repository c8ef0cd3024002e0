import start, {
  __wbg_reset_state as restart,
  ChannelTrust,
  Examination,
  type ExaminationOptions,
  FileHasher,
  type HandedNode,
  HashedFile,
  type HostSource,
  PartialExamination,
  type RecordOption,
  Repodata,
  RepodataIndex,
  RepodataIndexer,
  type Shard,
  ShardIndex,
  type Thrown,
  type TrustOptions,
} from '../wasm/conda_verifier.js';
import { Instance, opening } from './instance.js';

export type {
  ChannelTrust,
  Examination,
  ExaminationOptions,
  FileHasher,
  HandedNode,
  HashedFile,
  HostSource,
  PartialExamination,
  RecordOption,
  Repodata,
  RepodataIndex,
  RepodataIndexer,
  Shard,
  ShardIndex,
  Thrown,
};

/** The instance of the code that every caller needs. */
export class Core extends Instance {
  /** The running instance; a new one if there is none, or if it trapped. */
  static readonly open = opening(
    { start: (module) => start({ module_or_path: module }), restart },
    () => new Core(),
  );

  /** Prepares to examine a source. */
  examination(source: HostSource, options: ExaminationOptions): Examination {
    return this.call(() => new Examination(source, options));
  }

  /** Prepares to examine a part of a source. */
  partialExamination(source: HostSource, options: ExaminationOptions): PartialExamination {
    return this.call(() => new PartialExamination(source, options));
  }

  /** Reads and indexes repodata. */
  repodata(source: HostSource, limits: Record<string, number>): Repodata {
    return this.call(() => new Repodata(source, limits));
  }

  /** Reads and indexes repodata, and keeps no text. */
  repodataIndex(source: HostSource, limits: Record<string, number>): RepodataIndex {
    return this.call(() => new RepodataIndex(source, limits));
  }

  /** Indexes a text of repodata that comes chunk by chunk. */
  repodataIndexer(limits: Record<string, number>): RepodataIndexer {
    return this.call(() => new RepodataIndexer(limits));
  }

  /** Reads and indexes an index of shards. */
  shardIndex(source: HostSource, limits: Record<string, number>): ShardIndex {
    return this.call(() => new ShardIndex(source, limits));
  }

  /** Trusts a root. */
  trust(file: string, root: Uint8Array, options: TrustOptions): ChannelTrust {
    return this.call(() => new ChannelTrust(file, root, options));
  }

  /** Finds the digests of a file that comes chunk by chunk. */
  fileHasher(sha512: boolean): FileHasher {
    return this.call(() => new FileHasher(sha512));
  }

  /** The file of what is in none that somebody could vouch for. */
  noFile(): HashedFile {
    return this.call(() => new HashedFile());
  }
}
