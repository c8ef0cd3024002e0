import { VerifierError } from '../errors/verifier-error.js';
import type { Thrown } from '../wasm/conda_verifier.js';
import { unavailable } from './wasm-module.js';

/** What the glue around a WebAssembly file does to begin. */
export interface Beginning {
  /** Makes an instance of the module. */
  start(module: WebAssembly.Module): Promise<unknown>;
  /** Makes another one of it, after a trap. */
  restart(): unknown;
}

/**
 * An instance of WebAssembly code, which all verifiers share.
 *
 * Every call into it goes through `call`, which keeps calls apart and notices traps.
 */
export class Instance {
  #isBusy = false;
  #poison: { readonly cause: unknown } | undefined;

  /** Whether it trapped. */
  get isPoisoned(): boolean {
    return this.#poison !== undefined;
  }

  /**
   * Calls into the instance.
   *
   * @throws VerifierError what the core throws; BUSY within another call;
   * INSTANCE_POISONED after a trap, and for the trap itself.
   */
  call<T>(work: () => T): T {
    if (this.#poison !== undefined) throw poisoned(this.#poison.cause);
    if (this.#isBusy) {
      throw VerifierError.of('BUSY', 'the verifier is at work; readAt() must not call it');
    }
    this.#isBusy = true;
    try {
      return work();
    } catch (thrown) {
      if (isThrown(thrown)) throw new VerifierError(thrown);
      this.#poison = { cause: thrown };
      throw poisoned(thrown);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Gives memory back. After a trap there is nothing to give back to. */
  free(handle: { free(): void }): void {
    if (this.#poison === undefined) this.call(() => handle.free());
  }
}

/**
 * What opens the one instance that the glue of a file holds: the running one; a new one if
 * there is none, or if it trapped.
 */
export function opening<I extends Instance>(
  beginning: Beginning,
  make: () => I,
): (compile: () => Promise<WebAssembly.Module>) => Promise<I> {
  let latest: Promise<I> | undefined;
  return (compile) => {
    const previous = latest;
    // One after the other: two that start at once would overwrite each other's memory.
    latest = (async () => {
      const instance = await previous?.catch(() => undefined);
      if (instance !== undefined && !instance.isPoisoned) return instance;
      if (instance === undefined) {
        const module = await compile();
        await begin(() => beginning.start(module));
      } else {
        await begin(() => beginning.restart());
      }
      return make();
    })();
    return latest;
  };
}

async function begin(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw unavailable(error instanceof Error ? error.message : String(error), error);
  }
}

function poisoned(cause: unknown): VerifierError {
  const message = 'the WebAssembly code trapped; its memory can no longer be relied on';
  return VerifierError.of('INSTANCE_POISONED', message, { cause });
}

/** Whether it is what the core throws, and not a trap or a defect of the glue. */
function isThrown(thrown: unknown): thrown is Thrown {
  if (typeof thrown !== 'object' || thrown === null || thrown instanceof Error) return false;
  const { code, message, hint } = thrown as Record<string, unknown>;
  return [code, message, hint].every((text) => typeof text === 'string');
}
