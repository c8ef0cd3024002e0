import { Blocks } from '../sources/blocks.js';
import type { ReadableSource } from '../sources/callers-source.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { moved } from './moved.js';
import type { Exposed } from './scope.js';
import type { Caller } from './stream.js';

/** Bytes that are read at one time. */
const PIECE = 1 << 20;

/** A source that is read where it is, piece by piece. */
export function exposedReadable(source: ReadableSource): Exposed {
  return {
    read(offset: number, length: number) {
      const piece = new Uint8Array(length);
      const returned: unknown = source.readAt(offset, piece);
      if (typeof (returned as { then?: unknown } | undefined)?.then === 'function') {
        void Promise.resolve(returned).catch(() => undefined);
        throw invalidArgument('source.readAt', 'it returned a promise; it has to be synchronous');
      }
      return moved(piece);
    },
  };
}

/** A source on the other side, which can't be read while somebody waits. */
export class DistantSource {
  readonly #size: unknown;
  readonly #call: Caller;

  constructor(size: unknown, call: Caller) {
    this.#size = size;
    this.#call = call;
  }

  /**
   * The same with the bytes here; of one that is longer than `most`, as many as show that.
   * Where it can't be read, its `readAt` says so.
   */
  async fetched(most: number, signal: AbortSignal | undefined): Promise<ReadableSource> {
    const size = this.#size as number;
    const isSize = Number.isSafeInteger(size) && size >= 0;
    // Whoever opens it says what is wrong with it.
    if (!isSize) return { size, readAt: () => undefined };
    const blocks = new Blocks();
    const end = Math.min(size, most + 1);
    try {
      for (let offset = 0; offset < end; offset += PIECE) {
        signal?.throwIfAborted();
        blocks.push((await this.#call('read', offset, Math.min(PIECE, end - offset))) as Uint8Array);
      }
    } catch (error) {
      signal?.throwIfAborted();
      const readAt = () => {
        throw error;
      };
      return { size, readAt };
    }
    blocks.declare(size);
    return blocks;
  }
}
