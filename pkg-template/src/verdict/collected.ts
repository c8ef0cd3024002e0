import { allocated } from '../allocated.js';

/**
 * The content of a file that comes in pieces, in memory of its own, or in that of one whose
 * content nobody holds any more: fresh memory costs more than to copy into it.
 */
export class Collected {
  readonly #what: string;
  readonly #size: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /**
   * @param what Whose content it is, for messages.
   * @param size The whole content's length in bytes, as a header says it.
   * @param most No more is set aside at once.
   * @param spare Memory to use.
   * @throws VerifierError OUT_OF_MEMORY.
   */
  constructor(what: string, size: number, most: number, spare?: Uint8Array<ArrayBuffer>) {
    this.#what = what;
    this.#size = size;
    const wanted = Math.min(size, most);
    this.#bytes = spare !== undefined && spare.length >= wanted ? spare : this.#allocated(wanted);
  }

  /**
   * Copies a piece to the end.
   *
   * @throws VerifierError OUT_OF_MEMORY.
   */
  push(piece: Uint8Array): void {
    const end = this.#length + piece.length;
    if (end > this.#bytes.length) {
      const longer = this.#allocated(Math.min(this.#size, Math.max(end, 2 * this.#bytes.length)));
      longer.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = longer;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = end;
  }

  /** All of it. */
  get whole(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** The memory, for another one, once nobody reads the content. */
  get spare(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  #allocated(length: number): Uint8Array<ArrayBuffer> {
    return allocated(this.#what, length, () => new Uint8Array(length));
  }
}
