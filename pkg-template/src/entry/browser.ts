/**
 * Verifies packages and channels, by the WebAssembly that comes along.
 *
 * @module
 */

import type { Runtime } from '../core/runtime.js';
import { sharedTurn } from '../core/turn.js';
import { Verifier as AnyVerifier } from '../verifier.js';

export type * from '../types.js';
export { InstalledRejected, PackageRejected, VerifierError } from '../errors/verifier-error.js';
export { CacheStore } from '../trust/cache-store.js';
export { IndexedDbStore } from '../trust/indexed-db-store.js';
export { KeyValueStore } from '../trust/key-value-store.js';
export { MemoryStore } from '../trust/memory-store.js';

const runtime: Runtime = {
  // Written out where it is used: this is the form that bundlers find files by.
  ownWasm: () => fetch(new URL('../wasm/conda_verifier_bg.wasm', import.meta.url)),
  installedWasm: () => fetch(new URL('../wasm/conda_verifier_installed_bg.wasm', import.meta.url)),
  fetchWasm: (address) => fetch(address),
  fetchOptions: { cache: 'no-cache' },
  turn: sharedTurn,
};

/**
 * Verifies packages. Made by `Verifier.create()`.
 *
 * All verifiers of a realm share one WebAssembly instance. Calls may overlap: each
 * verification goes on by itself, and works for a few milliseconds at a time.
 */
export class Verifier extends AnyVerifier {
  protected static override readonly runtime: Runtime = runtime;
}
