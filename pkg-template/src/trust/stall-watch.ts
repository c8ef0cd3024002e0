/** An answer comes along if so many bytes of it arrive in the time that it has, or its end. */
const LEAST = 16 << 10;

/** The lowest rate at which as much as a file may have may come, in bytes per millisecond. */
const SLOWEST = (16 << 10) / 1000;

/** What timers can wait for, in milliseconds; beyond, they do not wait at all. */
export const LONGEST_WAIT = 2 ** 31 - 1;

/**
 * Ends work that makes no progress, by a signal; also when the caller's own signal ends it.
 *
 * A byte now and then is no progress: a server could keep a client for days with it. And all of
 * an answer has an end, some time after it has begun: `timeout`, and 1 s for each 16 KiB that the
 * file may have. So what may be 64 MiB ends after 69 minutes, whoever sends it.
 */
export class StallWatch {
  readonly #end = new AbortController();
  readonly #timeout: number;
  readonly #outer: AbortSignal | undefined;
  readonly #stalled: () => unknown;
  readonly #abort = (): void => this.#end.abort(this.#outer?.reason);
  readonly #whole: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #endTimer: ReturnType<typeof setTimeout> | undefined;
  #seen = 0;

  /**
   * @param timeout In milliseconds.
   * @param maxLength The most bytes that the answer may have.
   * @param stalled Makes the reason that the work is ended with.
   */
  constructor(
    timeout: number,
    maxLength: number,
    outer: AbortSignal | undefined,
    stalled: () => unknown,
  ) {
    this.#timeout = timeout;
    this.#whole = Math.min(LONGEST_WAIT, timeout + Math.ceil(maxLength / SLOWEST));
    this.#outer = outer;
    this.#stalled = stalled;
    outer?.addEventListener('abort', this.#abort, { once: true });
    if (outer?.aborted) this.#abort();
    this.#restart();
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** The answer has begun. */
  begun(): void {
    this.#restart();
    this.#endTimer ??= this.#after(this.#whole);
  }

  /** So many bytes of it have arrived in all. */
  arrived(bytes: number): void {
    if (bytes - this.#seen < LEAST) return;
    this.#seen = bytes;
    this.#restart();
  }

  /** The work is done. */
  end(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#endTimer);
    this.#outer?.removeEventListener('abort', this.#abort);
  }

  #restart(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#after(this.#timeout);
  }

  #after(milliseconds: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#end.abort(this.#stalled()), milliseconds);
  }
}
