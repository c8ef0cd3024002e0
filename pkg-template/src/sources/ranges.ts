import type { HostSource } from '../core/core.js';
import { Blocks } from './blocks.js';

/** The bytes of a file that have been fetched, of a file that is said to be that long. */
export class Ranges implements HostSource {
  readonly fixed = true;
  readonly size: number;
  readonly #pieces: { readonly offset: number; readonly bytes: Uint8Array }[] = [];

  constructor(size: number) {
    this.size = size;
  }

  /** How many pieces there are. */
  get count(): number {
    return this.#pieces.length;
  }

  /** Keeps bytes that nobody else holds. */
  put(offset: number, bytes: Uint8Array): void {
    this.#pieces.push({ offset, bytes });
  }

  /** All bytes, if all have been fetched. */
  all(): Blocks | undefined {
    // Before memory is set aside for it.
    if (this.#pieces.reduce((sum, { bytes }) => sum + bytes.length, 0) < this.size) return undefined;
    const blocks = new Blocks();
    blocks.expect(this.size);
    const inOrder = [...this.#pieces].sort((one, other) => one.offset - other.offset);
    for (const { offset, bytes } of inOrder) {
      if (offset > blocks.length) return undefined;
      blocks.push(bytes.subarray(blocks.length - offset));
    }
    return blocks.length === this.size ? blocks : undefined;
  }

  readAt(offset: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const position = offset + done;
      const piece = this.#pieces.find(
        ({ offset, bytes }) => offset <= position && position < offset + bytes.length,
      );
      if (piece === undefined) throw new RangeError('these bytes were not fetched');
      const from = position - piece.offset;
      const bytes = piece.bytes.subarray(from, from + into.length - done);
      into.set(bytes, done);
      done += bytes.length;
    }
  }
}
