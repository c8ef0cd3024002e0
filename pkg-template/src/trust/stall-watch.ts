/** An answer comes along if so many bytes of it arrive in the time that it has, or its end. */
const LEAST = 16 << 10;

/**
 * The lowest rate of an answer, in bytes per millisecond: that of a modem of a telephone line.
 * Downloads that share a slow line have less each than the line has.
 */
const LOWEST = (4 << 10) / 1000;

/** The lowest rate at which as much as a file may have may come, in bytes per millisecond. */
const SLOWEST = (16 << 10) / 1000;

/** Nothing takes longer than a quarter of a day: 2 GiB come at 97 KiB/s by then. */
const LONGEST = 6 * 3_600_000;

/** What timers can wait for, in milliseconds; beyond, they do not wait at all. */
export const LONGEST_WAIT = 2 ** 31 - 1;

/**
 * Ends work that makes no progress, by a signal; also when the caller's own signal ends it.
 *
 * A byte now and then is no progress, nor is the least that is no stall, for ever: a server could
 * keep a client for days with it. So after `timeout` an answer has to have come at 4 KiB/s, on
 * the average since it began. And all of it has an end, some time after it has begun: `timeout`,
 * and 1 s for each 16 KiB that the file may have, but no more than 6 hours. So what may be 64 MiB
 * ends after 69 minutes, whoever sends it.
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
  #begun: number | undefined;

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
    this.#whole = Math.min(LONGEST_WAIT, timeout + Math.min(LONGEST, Math.ceil(maxLength / SLOWEST)));
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
    this.#begun ??= performance.now();
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
    const age = this.#begun === undefined ? 0 : performance.now() - this.#begun;
    // What has come is worth some time, of which the age was used up.
    const ahead = this.#seen / LOWEST - age;
    this.#timer = this.#after(this.#timeout + Math.min(0, ahead));
  }

  #after(milliseconds: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#end.abort(this.#stalled()), milliseconds);
  }
}
