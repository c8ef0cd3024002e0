/**
 * Verifies packages and channels, by the WebAssembly that comes along.
 *
 * @module
 */

import type { Runtime } from '../core/runtime.js';
import { ownTurn } from '../core/turn.js';
import { Verifier as AnyVerifier } from '../verifier.js';
import module from '../wasm/conda_verifier_bg.wasm';
import installed from '../wasm/conda_verifier_installed_bg.wasm';

export type * from '../types.js';
export { InstalledRejected, PackageRejected, VerifierError } from '../errors/verifier-error.js';
export { CacheStore } from '../trust/cache-store.js';
export { IndexedDbStore } from '../trust/indexed-db-store.js';
export { KeyValueStore } from '../trust/key-value-store.js';
export { MemoryStore } from '../trust/memory-store.js';

const runtime: Runtime = {
  // workerd refuses to compile bytes: the file is compiled when the Worker is uploaded.
  ownWasm: () => module,
  installedWasm: () => installed,
  fetchWasm: (address) => fetch(address),
  // Older versions of it refuse the option `cache`.
  fetchOptions: {},
  // A request there must not wait for what happens in another one.
  turn: ownTurn,
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
