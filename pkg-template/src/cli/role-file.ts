import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

import { LIMITS } from '../options/limits.js';
import { systemError, unreadable } from '../files/file-errors.js';

/**
 * Reads a role file, or a pipe in its place: no more of it than shows that it is too long.
 *
 * @throws VerifierError FILE_UNREADABLE.
 */
export function readRoleFile(path: string): Uint8Array<ArrayBuffer> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    if (fstatSync(descriptor).isDirectory()) throw systemError('EISDIR');
    const bytes = new Uint8Array(LIMITS.roleBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
    }
    return bytes.slice(0, length);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
