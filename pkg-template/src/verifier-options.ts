import type { WasmInput } from './core/runtime.js';
import type { Limits, Policy } from './options/settings.js';
import type { TrustOptions } from './trust/trust-settings.js';

/** The options of `Verifier.create`. */
export interface VerifierOptions extends TrustOptions {
  /** What findings do whose codes are adjustable: `throw` unless given. */
  readonly policy?: Policy | undefined;
  /** Bounds that differ from the defaults. */
  readonly limits?: Limits | undefined;
  /**
   * The WebAssembly file, where the package's own can't be found. All verifiers of a realm
   * share one instance, so only the first one's is used.
   */
  readonly wasm?: WasmInput | Promise<WasmInput> | undefined;
  /** Ends the waiting for the WebAssembly file; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
