import { VerifierError } from './errors/verifier-error.js';
import { unlessAborted } from './unless-aborted.js';
import { type Work, type WorkOptions, workOf } from './work.js';

/** What a verifier, or a pool of them, has under way, all of which ends with `free()`. */
export class Running {
  readonly #who: string;
  readonly #underWay = new Set<AbortController>();
  #isFreed = false;

  /** `who`: as messages call whoever was freed. */
  constructor(who = 'the verifier') {
    this.#who = who;
  }

  get isFreed(): boolean {
    return this.#isFreed;
  }

  /** @throws VerifierError FREED after `end`. */
  checkAlive(): void {
    if (this.#isFreed) throw freed(this.#who);
  }

  /**
   * Runs what takes time, until it is done, or is ended by the caller or by `end()`.
   *
   * @param others The names of options beside those of all work.
   */
  async during<T>(
    options: WorkOptions,
    run: (work: Work) => Promise<T>,
    others: readonly string[] = [],
  ): Promise<T> {
    this.checkAlive();
    const { signal, report } = workOf(options, others);
    const end = new AbortController();
    const abort = () => end.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#underWay.add(end);
    try {
      return await unlessAborted(run({ signal: end.signal, report }), end.signal);
    } finally {
      this.#underWay.delete(end);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Ends what is under way with FREED. Nothing begins afterwards. */
  end(): void {
    this.#isFreed = true;
    for (const work of this.#underWay) work.abort(freed(this.#who));
  }
}

/** The error for what is asked after `free()`. */
export function freed(who: string): VerifierError {
  return VerifierError.of('FREED', `${who} was used after free()`);
}
