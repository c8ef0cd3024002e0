import { closeSync, constants, fstatSync, openSync } from 'node:fs';

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
