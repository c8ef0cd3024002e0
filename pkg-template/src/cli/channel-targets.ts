import { VerifierError } from '../errors/verifier-error.js';
import type { Progress } from '../progress.js';
import type { Target } from '../trust/target.js';
import type { FetchedTarget } from '../trust/target-fetching.js';
import type { Verifier } from '../verifier.js';
import type { ChannelFiles } from './channel-files.js';

/** The files that the roles of a channel vouch for; none where its root is none of TUF. */
export class ChannelTargets {
  readonly #files: ChannelFiles;
  readonly #verifier: Verifier;

  constructor(files: ChannelFiles, verifier: Verifier) {
    this.#files = files;
    this.#verifier = verifier;
  }

  /** Whether files are what roles vouch for. */
  get isTuf(): boolean {
    return this.#verifier.trust?.format === 'tuf';
  }

  /**
   * Finds a file, and fetches the roles that this takes; null where no role lists it.
   *
   * @throws VerifierError as `Verifier.loadTarget`.
   */
  async find(path: string): Promise<Target | null> {
    if (!this.isTuf) return null;
    const { fetcher, mirrors } = this.#files;
    try {
      return await this.#verifier.loadTarget(path, fetcher, { mirrors });
    } catch (error) {
      if (VerifierError.isVerifierError(error) && error.code === 'TARGET_MISSING') return null;
      throw error;
    }
  }

  /**
   * Fetches a file from the first place that has it right.
   *
   * @throws VerifierError as `Verifier.fetchTarget`.
   */
  async fetch(path: string, onProgress: (progress: Progress) => void): Promise<FetchedTarget> {
    const { fetcher, mirrors } = this.#files;
    const fetched = await this.#verifier.fetchTarget(path, fetcher, { mirrors, onProgress });
    this.#files.passedOver(fetched.mirrors);
    return fetched;
  }
}
