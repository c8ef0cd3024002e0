import type { Core, FileHasher, HostSource } from '../core/core.js';
import type { Pace } from '../core/pace.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';
import { readPieces } from '../sources/lasting.js';
import type { ChannelTrust } from '../trust/channel-trust.js';
import type { Target } from '../trust/target.js';
import type { WorkOptions } from '../work.js';
import { RecordsFile } from './records-file.js';

/** The options of what reads repodata. */
export interface RepodataOptions extends WorkOptions {
  /**
   * Under a root of TUF: the target that the file has to be, e.g. `noarch/repodata.json.zst`.
   * Unless given, it is the one of the usual names that it is like.
   */
  readonly target?: string | undefined;
}

/** The names of `RepodataOptions`, without those of `WorkOptions`. */
export const REPODATA_OPTIONS = ['target'] as const;

/** The names of repodata in a subdir. */
export const REPODATA = ['repodata.json.zst', 'repodata.json', 'repodata.json.bz2'] as const;

/** The name of the index of shards in a subdir (CEP 16). */
export const SHARDS = ['repodata_shards.msgpack.zst'] as const;

/**
 * Finds out which target of TUF a file of repodata is, from its bytes as they were fetched:
 * all of its records are trusted then.
 */
export class RepodataFile {
  readonly #core: Core;
  readonly #trust: ChannelTrust | undefined;
  readonly #targets: readonly Target[];
  #hasher: FileHasher | undefined;
  #size = 0;

  /**
   * @throws VerifierError TARGET_MISSING for a target that nobody vouches for; ROLES_NOT_LOADED
   * where a role is needed to know.
   */
  constructor(
    core: Core,
    trust: ChannelTrust | undefined,
    subdir: string,
    names: readonly string[],
    { target }: RepodataOptions,
  ) {
    this.#core = core;
    this.#trust = trust;
    const isTuf = trust?.info().format === 'tuf';
    if (target !== undefined && (!isTuf || typeof target !== 'string')) {
      const reason = isTuf ? 'it is no string' : 'targets are looked for under a root of TUF';
      throw invalidArgument('options.target', reason);
    }
    this.#targets = !isTuf
      ? []
      : target !== undefined
        ? [trust.knownTarget(target)]
        : known(trust, names.map((name) => `${subdir}/${name}`));
    if (this.#targets.length > 0) {
      const sha512 = this.#targets.some(({ hashes }) => hashes.sha512 !== undefined);
      this.#hasher = core.fileHasher(sha512);
    }
  }

  /** Whether its bytes matter to anybody. */
  get isLookedAt(): boolean {
    return this.#hasher !== undefined;
  }

  /** Takes the next bytes. */
  push(chunk: Uint8Array): void {
    const hasher = this.#hasher;
    if (hasher === undefined) return;
    this.#core.call(() => hasher.push(chunk));
    this.#size += chunk.length;
  }

  /** Takes all bytes of a source that nobody can change. */
  async read(host: HostSource, pace: Pace, signal: AbortSignal | undefined): Promise<void> {
    if (!this.isLookedAt) return;
    await readPieces(host, pace, signal, (piece) => this.push(piece));
  }

  /**
   * The file, of which all bytes were taken; of no file where no role vouches for one like it.
   *
   * @throws VerifierError TARGET_DIGEST_MISMATCH.
   */
  finish(): RecordsFile {
    const hasher = this.#hasher;
    const trust = this.#trust;
    if (hasher === undefined || trust === undefined) return new RecordsFile(this.#core, this.#core.noFile(), null);
    // The one of the same length first: what is wrong with it says most.
    const targets = [...this.#targets].sort(
      (a, b) => Number(b.length === this.#size) - Number(a.length === this.#size),
    );
    let refused: unknown;
    for (const { path } of targets) {
      const handle = this.#core.call(() => hasher.finish(path));
      const file = new RecordsFile(this.#core, handle, path);
      try {
        trust.verifyTarget(handle);
        return file;
      } catch (error) {
        file.free();
        refused ??= error;
      }
    }
    throw refused;
  }

  /** Gives the memory back. */
  free(): void {
    if (this.#hasher !== undefined) this.#core.free(this.#hasher);
    this.#hasher = undefined;
  }
}

/** The targets of those paths; none where no role vouches for any. */
function known(trust: ChannelTrust, paths: readonly string[]): Target[] {
  const targets: Target[] = [];
  let unknown: unknown;
  for (const path of paths) {
    try {
      targets.push(trust.knownTarget(path));
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      if (error.code === 'ROLES_NOT_LOADED') unknown ??= error;
      else if (error.code !== 'TARGET_MISSING') throw error;
    }
  }
  // Nobody knows whether they are vouched for.
  if (targets.length === 0 && unknown !== undefined) throw unknown;
  return targets;
}
