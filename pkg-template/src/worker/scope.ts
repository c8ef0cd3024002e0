/** What the other side may call: functions by name. `end` is called when it can do so no more. */
export type Exposed = Readonly<Record<string, (...args: never[]) => unknown>>;

/** A handle of something that ends with the call that it was sent for. */
export interface Entry {
  readonly exposed?: Exposed;
  /** What was thrown, for the case that it comes back. */
  readonly thrown?: object;
  readonly scope: Scope;
}

/** What one call has sent handles of. */
export class Scope {
  readonly #ends: (() => void)[] = [];
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Calls when it is over, or at once. */
  atEnd(end: () => void): void {
    if (this.#isOver) end();
    else this.#ends.push(end);
  }

  end(): void {
    this.#isOver = true;
    for (const end of this.#ends.splice(0)) end();
  }
}
