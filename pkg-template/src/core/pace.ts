/** How long work goes on before everything else gets its turn: half a frame of a page. */
const STRETCH = 8;

/**
 * Lets the event loop turn now and then while there is work for long: pages stay alive,
 * and an AbortSignal is heard.
 */
export class Pace {
  readonly #turn: () => Promise<void>;
  #since = performance.now();

  constructor(turn: () => Promise<void>) {
    this.#turn = turn;
  }

  /** Waits for a turn of the event loop, if it is time. */
  async keep(): Promise<void> {
    if (performance.now() - this.#since < STRETCH) return;
    await this.#turn();
    this.#since = performance.now();
  }
}
