import type { HostSource } from '../core/core.js';

const BLOCK = 1 << 20;

/** A first chunk that is no longer gets a block of its own size: most roles are that small. */
const SMALL = 64 << 10;

/**
 * Bytes of unknown number, kept as copies that nobody else holds.
 *
 * In blocks: one buffer would have to be allocated at its full size, or copied as it grows.
 */
export class Blocks implements HostSource {
  readonly fixed = true;
  #blocks: Uint8Array[] = [];
  #length = 0;
  #declared = 0;

  /** Bytes that are here. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of the whole, which was cut where it is more than `length`. */
  get size(): number {
    return Math.max(this.#length, this.#declared);
  }

  /** Tells how many bytes the whole has, of which only the beginning is here. */
  declare(size: number): void {
    this.#declared = size;
  }

  /** Copies bytes to the end. */
  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      const within = this.#length % BLOCK;
      const taken = chunk.subarray(from, from + BLOCK - within);
      this.#last(within, within + taken.length).set(taken, within);
      from += taken.length;
      this.#length += taken.length;
    }
  }

  /** The block to go on with, which has so many bytes, and room up to `end`. */
  #last(within: number, end: number): Uint8Array {
    const last = within === 0 ? undefined : this.#blocks.pop();
    const isFirst = this.#blocks.length === 0 && last === undefined;
    let block = last ?? new Uint8Array(isFirst && end <= SMALL ? end : BLOCK);
    if (block.length < end) {
      block = new Uint8Array(BLOCK);
      if (last !== undefined) block.set(last);
    }
    this.#blocks.push(block);
    return block;
  }

  readAt(offset: number, into: Uint8Array): void {
    if (offset + into.length > this.#length) throw new RangeError('the rest was not read');
    for (let done = 0; done < into.length; ) {
      const position = offset + done;
      const within = position % BLOCK;
      const left = Math.min(BLOCK - within, into.length - done);
      const block = this.#blocks[Math.floor(position / BLOCK)];
      if (block === undefined) throw new RangeError('the rest was not read');
      into.set(block.subarray(within, within + left), done);
      done += left;
    }
  }
}
