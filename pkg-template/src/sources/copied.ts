import { allocated } from '../allocated.js';
import { invalidArgument } from '../errors/invalid-argument.js';

/**
 * Bytes in a buffer of their own, also out of shared memory; no more of them than `cut`, where
 * a longer whole is of no use.
 *
 * @throws VerifierError ARGUMENT_INVALID for a buffer that is gone; OUT_OF_MEMORY.
 */
export function copied(bytes: ArrayBufferLike | ArrayBufferView, cut = Infinity): Uint8Array {
  const view = viewOf(bytes);
  const taken = view.subarray(0, Math.min(cut, view.length));
  return allocated('a copy of the bytes', taken.length, () => new Uint8Array(taken));
}

/**
 * All bytes of a buffer or view.
 *
 * @throws VerifierError ARGUMENT_INVALID for a buffer that is gone.
 */
export function viewOf(bytes: ArrayBufferLike | ArrayBufferView): Uint8Array {
  try {
    return ArrayBuffer.isView(bytes)
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : new Uint8Array(bytes);
  } catch (error) {
    throw invalidArgument('source', 'its buffer was transferred away; pass a copy', error);
  }
}
