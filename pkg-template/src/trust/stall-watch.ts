/** An answer comes along if so many bytes of it arrive in the time that it has, or its end. */
const LEAST = 16 << 10;

/**
 * Ends work that makes no progress, by a signal; also when the caller's own signal ends it.
 *
 * A byte now and then is no progress: a server could keep a client for days with it.
 */
export class StallWatch {
  readonly #end = new AbortController();
  readonly #timeout: number;
  readonly #outer: AbortSignal | undefined;
  readonly #stalled: () => unknown;
  readonly #abort = (): void => this.#end.abort(this.#outer?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seen = 0;

  /**
   * @param timeout In milliseconds.
   * @param stalled Makes the reason that the work is ended with.
   */
  constructor(timeout: number, outer: AbortSignal | undefined, stalled: () => unknown) {
    this.#timeout = timeout;
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
    this.#outer?.removeEventListener('abort', this.#abort);
  }

  #restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end.abort(this.#stalled()), this.#timeout);
  }
}
