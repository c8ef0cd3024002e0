import { closeSync, readSync } from 'node:fs';

import { unreadable } from '../files/file-errors.js';
import { openRegular } from '../files/regular-file.js';
import type { RemoteFetch } from '../sources/remote-file.js';

/**
 * A regular file that answers as a server does that knows ranges.
 *
 * @throws VerifierError FILE_UNREADABLE.
 */
export function rangedFile(path: string): RemoteFetch {
  return (_, { method, headers }) => {
    const read = (work: (descriptor: number, size: number) => Response): Response => {
      try {
        const { descriptor, size } = openRegular(path);
        try {
          return work(descriptor, size);
        } finally {
          closeSync(descriptor);
        }
      } catch (error) {
        throw unreadable(path, error);
      }
    };
    return read((descriptor, size) => {
      if (method === 'HEAD') return new Response(null, { headers: { 'content-length': String(size) } });
      const range = /^bytes=(\d+)-(\d+)$/.exec(new Headers(headers).get('range') ?? '');
      const first = Number(range?.[1] ?? 0);
      const last = Math.min(Number(range?.[2] ?? size - 1), size - 1);
      const bytes = bytesOf(descriptor, first, Math.max(0, last - first + 1));
      if (range === null) return new Response(bytes);
      const told = { 'content-range': `bytes ${first}-${last}/${size}` };
      return new Response(bytes, { status: 206, headers: told });
    });
  };
}

function bytesOf(descriptor: number, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let done = 0;
  for (let read = 1; read > 0 && done < length; done += read) {
    read = readSync(descriptor, bytes, done, length - done, offset + done);
  }
  return bytes.subarray(0, done);
}
