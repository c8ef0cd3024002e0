/** Room for the first bytes; a size in a header may be any number. */
const FIRST = 16 << 20;

/** The content of a file that comes in pieces. */
export class Collected {
  readonly #size: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** @param size The whole content's length in bytes. */
  constructor(size: number) {
    this.#size = size;
    this.#bytes = new Uint8Array(Math.min(size, FIRST));
  }

  /** Copies a piece to the end. */
  push(piece: Uint8Array): void {
    const end = this.#length + piece.length;
    if (end > this.#bytes.length) {
      const longer = new Uint8Array(Math.min(this.#size, Math.max(end, 2 * this.#bytes.length)));
      longer.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = longer;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = end;
  }

  /** All of it. */
  get whole(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }
}
