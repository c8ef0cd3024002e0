import { VerifierError } from '../errors/verifier-error.js';
import type { Instance } from './instance.js';

/**
 * What is in the memory of the WebAssembly code until its owner frees it.
 *
 * The glue's own complaint about a handle that was freed would be taken for a trap, and end all
 * verifiers of the realm: so whoever comes too late is told here.
 */
export class Owned<T extends { free(): void }> {
  readonly #core: Instance;
  // One that is forgotten is freed by the glue's own FinalizationRegistry.
  #handle: T | undefined;

  constructor(core: Instance, handle: T) {
    this.#core = core;
    this.#handle = handle;
  }

  /** @throws VerifierError FREED. */
  get handle(): T {
    if (this.#handle !== undefined) return this.#handle;
    throw VerifierError.of('FREED', 'the repodata was replaced or given back meanwhile');
  }

  /**
   * Calls into the instance.
   *
   * @throws VerifierError FREED, and as `Core.call`.
   */
  call<R>(work: (handle: T) => R): R {
    const { handle } = this;
    return this.#core.call(() => work(handle));
  }

  /** The handle, for a call that consumes it. */
  take(): T {
    const { handle } = this;
    this.#handle = undefined;
    return handle;
  }

  /** Gives the memory back, once. */
  free(): void {
    if (this.#handle === undefined) return;
    this.#core.free(this.#handle);
    this.#handle = undefined;
  }
}
