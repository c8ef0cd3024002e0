import { invalidArgument } from '../errors/invalid-argument.js';
import { copied } from '../sources/copied.js';
import { type Bytes, isBytes } from '../sources/package-source.js';

/** The bytes of a manifest; undefined where there is none. */
export function manifestOf(manifest: Bytes | string | null): Uint8Array | undefined {
  if (manifest === null) return undefined;
  if (typeof manifest === 'string') return new TextEncoder().encode(manifest);
  if (isBytes(manifest)) return copied(manifest);
  throw invalidArgument('manifest', 'it is neither bytes nor a string, nor null');
}
