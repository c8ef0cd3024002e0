import { allocated } from '../allocated.js';
import type { HostSource } from '../core/core.js';

const BLOCK = 1 << 20;

/** A first chunk that is no longer gets a block of its own size: most roles are that small. */
const SMALL = 64 << 10;

/** No more is set aside for bytes that somebody says will come. */
const MOST_EXPECTED = 256 << 20;

/**
 * Bytes of unknown number, kept as copies that nobody else holds.
 *
 * In one piece as far as they were expected, in blocks beyond: one buffer for all would have to
 * be copied as it grows.
 */
export class Blocks implements HostSource {
  readonly fixed = true;
  #first: Uint8Array = new Uint8Array(0);
  #blocks: Uint8Array[] = [];
  #length = 0;
  #declared = 0;

  /** Bytes that nobody else holds, in place of a copy of them. */
  static owning(bytes: Uint8Array): Blocks {
    const blocks = new Blocks();
    blocks.#first = bytes;
    blocks.#length = bytes.length;
    return blocks;
  }

  /** Bytes that are here. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of the whole, which was cut where it is more than `length`. */
  get size(): number {
    return Math.max(this.#length, this.#declared);
  }

  /** All bytes, where they lie in one piece and nothing was cut off. */
  get whole(): Uint8Array | undefined {
    if (this.#declared > this.#length) return undefined;
    if (this.#length <= this.#first.length) return this.#first.subarray(0, this.#length);
    const [only] = this.#blocks;
    const isOnly = this.#first.length === 0 && this.#length <= (only?.length ?? 0);
    return isOnly ? only?.subarray(0, this.#length) : undefined;
  }

  /**
   * All bytes that are here, in one piece and a buffer of their own: a copy, unless they lie so.
   *
   * @throws VerifierError OUT_OF_MEMORY.
   */
  get bytes(): Uint8Array {
    const { whole } = this;
    if (whole !== undefined && whole.length === whole.buffer.byteLength) return whole;
    return this.copy();
  }

  /**
   * A copy of all bytes that are here, for somebody else.
   *
   * @throws VerifierError OUT_OF_MEMORY.
   */
  copy(): Uint8Array {
    const bytes = this.#allocated(this.#length);
    this.readAt(0, bytes);
    return bytes;
  }

  /** Sets one piece of memory aside for so many bytes, before the first of them comes. */
  expect(length: number): void {
    if (this.#length > 0 || length > MOST_EXPECTED) return;
    try {
      this.#first = new Uint8Array(length);
    } catch {
      // There may be room for all of it, and not in one piece.
    }
  }

  /** Tells how many bytes the whole has, of which only the beginning is here. */
  declare(size: number): void {
    this.#declared = size;
  }

  /**
   * Copies bytes to the end.
   *
   * @throws VerifierError OUT_OF_MEMORY.
   */
  push(chunk: Uint8Array): void {
    const first = chunk.subarray(0, Math.max(0, this.#first.length - this.#length));
    this.#first.set(first, first.length === 0 ? 0 : this.#length);
    this.#length += first.length;
    for (let from = first.length; from < chunk.length; ) {
      const within = (this.#length - this.#first.length) % BLOCK;
      const taken = chunk.subarray(from, from + BLOCK - within);
      this.#last(within, within + taken.length).set(taken, within);
      from += taken.length;
      this.#length += taken.length;
    }
  }

  /** The block to go on with, which has so many bytes, and room up to `end`. */
  #last(within: number, end: number): Uint8Array {
    const last = within === 0 ? undefined : this.#blocks.at(-1);
    if (last !== undefined && last.length >= end) return last;
    const block = this.#allocated(this.#blocks.length === 0 && end <= SMALL ? end : BLOCK);
    if (last !== undefined) {
      block.set(last);
      this.#blocks.pop();
    }
    this.#blocks.push(block);
    return block;
  }

  #allocated(length: number): Uint8Array {
    return allocated(`what is read, of which ${this.#length} bytes are here`, length, () => new Uint8Array(length));
  }

  readAt(offset: number, into: Uint8Array): void {
    if (offset + into.length > this.#length) throw new RangeError('the rest was not read');
    const first = this.#first.subarray(offset, offset + into.length);
    into.set(first);
    for (let done = first.length; done < into.length; ) {
      const position = offset + done - this.#first.length;
      const within = position % BLOCK;
      const left = Math.min(BLOCK - within, into.length - done);
      const block = this.#blocks[Math.floor(position / BLOCK)];
      if (block === undefined) throw new RangeError('the rest was not read');
      into.set(block.subarray(within, within + left), done);
      done += left;
    }
  }
}
