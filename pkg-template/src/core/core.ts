import { VerifierError } from '../errors/verifier-error.js';
import start, {
  __wbg_reset_state as restart,
  ChannelTrust,
  Examination,
  type ExaminationOptions,
  FileHasher,
  HashedFile,
  type HostSource,
  Inspection,
  type InspectionOptions,
  type OriginalOption,
  PartialExamination,
  PieceHasher,
  type RecordOption,
  Repodata,
  RepodataIndex,
  RepodataIndexer,
  type Shard,
  ShardIndex,
  type Thrown,
  type TrustOptions,
} from '../wasm/conda_verifier.js';
import { unavailable } from './wasm-module.js';

export type {
  ChannelTrust,
  Examination,
  ExaminationOptions,
  FileHasher,
  HashedFile,
  HostSource,
  Inspection,
  OriginalOption,
  PartialExamination,
  RecordOption,
  Repodata,
  RepodataIndex,
  RepodataIndexer,
  Shard,
  ShardIndex,
  Thrown,
};

// The glue holds one instance of the WebAssembly code, so there is one here.
let latest: Promise<Core> | undefined;

/**
 * The one instance of the WebAssembly code, which all verifiers share.
 *
 * Every call into it goes through `call`, which keeps calls apart and notices traps.
 */
export class Core {
  #isBusy = false;
  #poison: { readonly cause: unknown } | undefined;

  private constructor() {}

  /** The running instance; a new one if there is none, or if it trapped. */
  static open(compile: () => Promise<WebAssembly.Module>): Promise<Core> {
    const previous = latest;
    // One after the other: two that start at once would overwrite each other's memory.
    latest = (async () => {
      const core = await previous?.catch(() => undefined);
      if (core !== undefined && core.#poison === undefined) return core;
      if (core === undefined) {
        const module = await compile();
        await begin(() => start({ module_or_path: module }));
      } else {
        await begin(restart);
      }
      return new Core();
    })();
    return latest;
  }

  /**
   * Calls into the instance.
   *
   * @throws VerifierError what the core throws; BUSY within another call;
   * INSTANCE_POISONED after a trap, and for the trap itself.
   */
  call<T>(work: () => T): T {
    if (this.#poison !== undefined) throw poisoned(this.#poison.cause);
    if (this.#isBusy) {
      throw VerifierError.of('BUSY', 'the verifier is at work; readAt() must not call it');
    }
    this.#isBusy = true;
    try {
      return work();
    } catch (thrown) {
      if (isThrown(thrown)) throw new VerifierError(thrown);
      this.#poison = { cause: thrown };
      throw poisoned(thrown);
    } finally {
      this.#isBusy = false;
    }
  }

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

  /** Prepares to look at what is installed. */
  inspection(manifest: Uint8Array, options: InspectionOptions): Inspection {
    return this.call(() => new Inspection(manifest, options));
  }

  /** Finds the SHA-256 of bytes that come piece by piece. */
  pieceHasher(): PieceHasher {
    return this.call(() => new PieceHasher());
  }

  /** The file of what is in none that somebody could vouch for. */
  noFile(): HashedFile {
    return this.call(() => new HashedFile());
  }

  /** Gives memory back. After a trap there is nothing to give back to. */
  free(handle: { free(): void }): void {
    if (this.#poison === undefined) this.call(() => handle.free());
  }
}

async function begin(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw unavailable(error instanceof Error ? error.message : String(error), error);
  }
}

function poisoned(cause: unknown): VerifierError {
  const message = 'the WebAssembly code trapped; its memory can no longer be relied on';
  return VerifierError.of('INSTANCE_POISONED', message, { cause });
}

/** Whether it is what the core throws, and not a trap or a defect of the glue. */
function isThrown(thrown: unknown): thrown is Thrown {
  if (typeof thrown !== 'object' || thrown === null || thrown instanceof Error) return false;
  const { code, message, hint } = thrown as Record<string, unknown>;
  return [code, message, hint].every((text) => typeof text === 'string');
}
