import type { HostSource } from '../core/core.js';
import { copied } from './copied.js';

/** A copy of bytes that the caller holds and can change at any time. */
export class Snapshot implements HostSource {
  readonly fixed = true;
  readonly #bytes: Uint8Array;

  constructor(bytes: ArrayBufferLike | ArrayBufferView) {
    this.#bytes = copied(bytes);
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** All bytes. */
  get whole(): Uint8Array {
    return this.#bytes;
  }

  readAt(offset: number, into: Uint8Array): void {
    into.set(this.#bytes.subarray(offset, offset + into.length));
  }
}
