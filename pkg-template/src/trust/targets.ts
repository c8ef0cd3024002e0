import type { Core, HashedFile, HostSource } from '../core/core.js';
import { Pace } from '../core/pace.js';
import type { Runtime } from '../core/runtime.js';
import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import { lasting, readPieces } from '../sources/lasting.js';
import type { Blocks } from '../sources/blocks.js';
import { hostSource, type PackageSource } from '../sources/package-source.js';
import type { Work } from '../work.js';
import type { ChannelTrust } from './channel-trust.js';
import type { Mirrors } from './mirrors.js';
import type { Target } from './target.js';
import { fetchTarget, loadTarget } from './target-fetching.js';

/** Files that the roles of TUF vouch for, and their bytes. */
export class Targets {
  readonly #core: Core;
  readonly #runtime: Runtime;
  readonly #trust: ChannelTrust;
  readonly #longest: number;

  /** `longest`: the limit `archiveBytes`; roles may say any length. */
  constructor(core: Core, runtime: Runtime, trust: ChannelTrust, longest: number) {
    this.#core = core;
    this.#runtime = runtime;
    this.#trust = trust;
    this.#longest = longest;
  }

  /** Finds a file, and fetches it from the first mirror that has it right. */
  async fetch(
    mirrors: Mirrors,
    path: string,
    hashPrefix: boolean | undefined,
  ): Promise<{ readonly target: Target; readonly blocks: Blocks }> {
    const target = await loadTarget(this.#trust, mirrors, path);
    this.#checkLength(target);
    const hashed = (target: Target, file: Blocks) => this.#hashed(target, file);
    const blocks = await fetchTarget(this.#trust, mirrors, target, hashPrefix, hashed, this.#core);
    return { target, blocks };
  }

  /** Compares a source with what the roles say of a path; throws where it is something else. */
  async verify(target: Target, source: PackageSource, { signal, report }: Work): Promise<Target> {
    this.#checkLength(target);
    const host = await hostSource(source, {
      cut: target.length + 1,
      signal,
      onBytes: (done, total) => report({ phase: 'reading', done, total }),
    });
    const file = await this.#hashed(target, await lasting(host), signal);
    try {
      return this.#trust.verifyTarget(file);
    } finally {
      this.#core.free(file);
    }
  }

  #checkLength({ path, length }: Target): void {
    const max = this.#longest;
    if (length <= max) return;
    throw new VerifierError({
      code: 'LIMIT_EXCEEDED',
      message: `${quoted(path)} has ${length} bytes: the limit archiveBytes of ${max} was reached`,
      hint: 'Real files stay far below the default limits; treat this one as hostile. If you know that it is not, raise the named limit.',
      path,
      expected: String(max),
      actual: String(length),
      details: { limit: 'archiveBytes', max },
    });
  }

  /** The digests of a file of which the target is known. */
  async #hashed(target: Target, host: HostSource, signal?: AbortSignal): Promise<HashedFile> {
    const hasher = this.#core.fileHasher(target.hashes.sha512 !== undefined);
    try {
      await readPieces(host, new Pace(this.#runtime.turn), signal, (piece) => {
        this.#core.call(() => hasher.push(piece));
      });
      return this.#core.call(() => hasher.finish(target.path));
    } finally {
      this.#core.free(hasher);
    }
  }
}
