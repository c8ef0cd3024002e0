import type { WasmInput } from '../core/runtime.js';
import { checkNames } from '../options/named-options.js';
import { copied } from '../sources/copied.js';
import { isBytes } from '../sources/shapes.js';
import type { VerifierOptions } from '../verifier-options.js';

/** Whether options are some at all. Their names are for the verifier to judge. */
export function checkPlain(options: VerifierOptions): void {
  checkNames('options', options, Object.keys(options ?? {}));
}

/**
 * Options as they are sent: what is a promise is awaited, a relative address is made absolute,
 * and a clock and a signal stay here. What is wrong with them is for the verifier to say.
 */
export async function sendable(options: VerifierOptions): Promise<VerifierOptions> {
  const { trustedRoot, now, wasm, signal: _, ...others } = options;
  // At once, so that nobody changes it meanwhile.
  const root = isBytes(trustedRoot) ? copied(trustedRoot) : trustedRoot;
  return {
    ...others,
    // One that was looked up in vain must not pass for one that nobody wanted.
    ...('trustedRoot' in options ? { trustedRoot: root as string | Uint8Array } : {}),
    ...(now === undefined || typeof now === 'function' ? {} : { now }),
    ...(wasm === undefined ? {} : { wasm: absolute((await wasm) as WasmInput) }),
  };
}

/** An address that means the same in a worker, which has another base. */
export function absolute<T>(address: T | string): T | string {
  const base: string | undefined = globalThis.location?.href;
  if (typeof address !== 'string' || base === undefined || !URL.canParse(address, base)) return address;
  return new URL(address, base).href;
}
