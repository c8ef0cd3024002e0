import { invalidArgument } from '../errors/invalid-argument.js';

/**
 * Bytes in a buffer of their own, also out of shared memory; no more of them than `cut`, where
 * a longer whole is of no use.
 */
export function copied(bytes: ArrayBufferLike | ArrayBufferView, cut = Infinity): Uint8Array {
  try {
    const view = ArrayBuffer.isView(bytes)
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : new Uint8Array(bytes);
    return new Uint8Array(view.subarray(0, Math.min(cut, view.length)));
  } catch (error) {
    throw invalidArgument('source', 'its buffer was transferred away; pass a copy', error);
  }
}
