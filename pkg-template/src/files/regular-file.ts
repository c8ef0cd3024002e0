import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

import { systemError } from './file-errors.js';

/** Not on every system; elsewhere there are no pipes in folders. */
const { O_NONBLOCK = 0, O_RDONLY } = constants as Partial<typeof constants> & { O_RDONLY: number };

/** An open file. */
export interface OpenFile {
  readonly descriptor: number;
  readonly size: number;
}

/** Opens a regular file; throws as the system does for everything else. Never waits for a pipe. */
export function openRegular(path: string): OpenFile {
  const descriptor = openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    const facts = fstatSync(descriptor);
    if (facts.isDirectory()) throw systemError('EISDIR');
    if (!facts.isFile()) throw new Error('it is no regular file');
    return { descriptor, size: facts.size };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The bytes of a regular file; undefined where it has more than `longest`. */
export function readRegular(path: string, longest: number): Uint8Array | undefined {
  const { descriptor, size } = openRegular(path);
  try {
    if (size > longest) return undefined;
    // Not to its end, which may be further by now.
    const bytes = new Uint8Array(size);
    let length = 0;
    for (let read = 1; read > 0 && length < size; length += read) {
      read = readSync(descriptor, bytes, length, size - length, length);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}
