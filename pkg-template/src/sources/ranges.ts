import type { HostSource } from '../core/core.js';

/** The bytes of a file that have been fetched, of a file that is said to be that long. */
export class Ranges implements HostSource {
  readonly fixed = true;
  readonly size: number;
  readonly #pieces: { readonly offset: number; readonly bytes: Uint8Array }[] = [];

  constructor(size: number) {
    this.size = size;
  }

  /** Keeps bytes that nobody else holds. */
  put(offset: number, bytes: Uint8Array): void {
    this.#pieces.push({ offset, bytes });
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
