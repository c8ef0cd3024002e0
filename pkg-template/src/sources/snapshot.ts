import type { HostSource } from '../core/core.js';
import { invalidArgument } from '../errors/invalid-argument.js';

/** A copy of bytes that the caller holds and can change at any time. */
export class Snapshot implements HostSource {
  readonly fixed = true;
  readonly #bytes: Uint8Array;

  constructor(bytes: ArrayBufferLike | ArrayBufferView) {
    try {
      const view = ArrayBuffer.isView(bytes)
        ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        : new Uint8Array(bytes);
      // Into a buffer of its own, also from shared memory.
      this.#bytes = new Uint8Array(view);
    } catch (error) {
      throw invalidArgument('source', 'its buffer was transferred away; pass a copy', error);
    }
  }

  get size(): number {
    return this.#bytes.length;
  }

  readAt(offset: number, into: Uint8Array): void {
    into.set(this.#bytes.subarray(offset, offset + into.length));
  }
}
