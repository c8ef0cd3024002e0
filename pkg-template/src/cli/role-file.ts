import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

import { systemError, unreadable } from '../files/file-errors.js';

const PIECE = 1 << 16;

/**
 * Reads a role file, or a pipe in its place: no more of it than shows that it has more than
 * `longest` bytes.
 *
 * @throws VerifierError FILE_UNREADABLE.
 */
export function readRoleFile(path: string, longest: number): Uint8Array<ArrayBuffer> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    if (fstatSync(descriptor).isDirectory()) throw systemError('EISDIR');
    // Piece by piece: a limit may be far above what there is.
    const pieces: Uint8Array[] = [];
    let length = 0;
    while (length <= longest) {
      const piece = new Uint8Array(Math.min(PIECE, longest + 1 - length));
      const read = readSync(descriptor, piece, 0, piece.length, null);
      if (read === 0) break;
      pieces.push(piece.subarray(0, read));
      length += read;
    }
    return new Uint8Array(Buffer.concat(pieces));
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
