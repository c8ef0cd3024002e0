import { closeSync, readSync } from 'node:fs';

import type { ReadableSource } from '../sources/callers-source.js';

/** An open file, read slice by slice: a package is never in memory as a whole. */
export class FileSource implements ReadableSource {
  readonly #descriptor: number;
  readonly size: number;

  constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor;
    this.size = size;
  }

  readAt(offset: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const read = readSync(this.#descriptor, into, done, into.length - done, offset + done);
      if (read === 0) throw new Error('the file became shorter while it was read');
      done += read;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
