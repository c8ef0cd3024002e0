import { invalidArgument } from '../errors/invalid-argument.js';

/** A time: a Date, milliseconds since 1970 began, or a text like `2030-01-31T23:59:59Z`. */
export type Time = Date | number | string;

/** What time it is, as a caller says. */
export type Now = Time | (() => Time);

/** The caller's clock, in the seconds that the core takes. */
export class Clock {
  readonly #now: Now;

  /** Checks what it shows right away, so that a wrong option is told where it is given. */
  constructor(now: Now = Date.now) {
    this.#now = now;
    this.seconds();
  }

  /**
   * Whole seconds since 1970 began.
   *
   * @throws VerifierError ARGUMENT_INVALID for what is no time.
   */
  seconds(): number {
    const time = typeof this.#now === 'function' ? this.#now() : this.#now;
    const seconds = Math.floor(milliseconds(time) / 1000);
    // NaN too. The core knows no year beyond 9999.
    if (seconds >= 0 && seconds < 253_402_300_800) return seconds;
    throw invalidArgument(
      'now',
      'a time is a Date, milliseconds since 1970 or a text like 2030-01-31T23:59:59Z, until the year 9999',
    );
  }
}

function milliseconds(time: unknown): number {
  if (typeof time === 'number') return time;
  // With a time zone: without one, it would be another time elsewhere.
  if (typeof time === 'string') {
    const [, wall] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$/.exec(time) ?? [];
    const date = new Date(wall === undefined ? NaN : time);
    // Engines make the 2nd of March of the 30th of February: there is no such day.
    return Number.isNaN(date.getTime()) || !date.toISOString().startsWith(`${wall}`) ? NaN : date.getTime();
  }
  // By its tag, not its class: it may be of another realm.
  const isDate = Object.prototype.toString.call(time) === '[object Date]';
  return isDate ? Number(time as Date) : NaN;
}
