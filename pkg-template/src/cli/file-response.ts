import { closeSync, readSync } from 'node:fs';

import { unreadable } from '../files/file-errors.js';
import { openRegular } from '../files/regular-file.js';

/** Bytes that are read at once. */
const PIECE = 1 << 18;

/**
 * A regular file as a server's answer, which is read as far as somebody wants it.
 *
 * @throws VerifierError FILE_UNREADABLE.
 */
export function fileResponse(path: string): Response {
  let file;
  try {
    file = openRegular(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  const { descriptor, size } = file;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = new Uint8Array(PIECE);
        try {
          const read = readSync(descriptor, piece, 0, PIECE, null);
          if (read > 0) return controller.enqueue(piece.subarray(0, read));
        } catch (error) {
          closeSync(descriptor);
          return controller.error(unreadable(path, error));
        }
        closeSync(descriptor);
        controller.close();
      },
      cancel: () => closeSync(descriptor),
    },
    // Not before somebody reads.
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { 'content-length': String(size) } });
}
