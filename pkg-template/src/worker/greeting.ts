import type { VerifierError } from '../errors/verifier-error.js';
import { PROTOCOL } from './messages.js';
import { workerFailed } from './port.js';

/** Milliseconds that a worker has to begin. */
const PATIENCE = 30_000;

/** The wait for a worker to say that it is there. */
export class Greeting {
  readonly heard: Promise<void>;
  readonly #fail: (error: VerifierError) => void;
  readonly #timer: ReturnType<typeof setTimeout>;
  #settle: { resolve(): void; reject(error: unknown): void } | undefined;
  #isHeard = false;

  constructor(fail: (error: VerifierError) => void) {
    this.#fail = fail;
    this.heard = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Who creates a verifier hears of it; nobody else waits.
    this.heard.catch(() => undefined);
    this.#timer = setTimeout(() => fail(workerFailed(`it does not answer in ${PATIENCE} ms`)), PATIENCE);
  }

  get isHeard(): boolean {
    return this.#isHeard;
  }

  hello(protocol: number): void {
    clearTimeout(this.#timer);
    this.#isHeard = true;
    if (protocol === PROTOCOL) this.#settle?.resolve();
    else this.#fail(workerFailed('its script is of another version of conda-verifier'));
  }

  end(error: unknown): void {
    clearTimeout(this.#timer);
    this.#settle?.reject(error);
  }
}
