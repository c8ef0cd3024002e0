import { type ErrorJson, VerifierError, type WorkOptions } from 'conda-verifier';
import type { PageFetch } from './web-fetch.js';

/** The most bytes of an archive, as the verifier has it. */
const LONGEST = 2 ** 31;

/** Fetches a file, and tells how far that has come. */
export async function download(url: string, fetcher: PageFetch, { signal, onProgress }: WorkOptions): Promise<Blob> {
  try {
    const response = await fetcher(url, { signal: signal ?? null });
    if (!response.ok) throw new VerifierError(refused(url, response.status));
    // A length that is told of what comes compressed is not that of the file.
    const told = response.headers.has('content-encoding') ? null : response.headers.get('content-length');
    const total = told === null ? null : Number(told);
    const reader = response.body?.getReader();
    const parts: BlobPart[] = [];
    let done = 0;
    for (;;) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) return new Blob(parts);
      parts.push(piece.value);
      done += piece.value.length;
      if (done > LONGEST) {
        await reader?.cancel();
        throw new VerifierError(tooLong(url));
      }
      onProgress?.({ phase: 'reading', done, total: total !== null && total >= done ? total : null });
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if (VerifierError.isVerifierError(cause)) throw cause;
    throw new VerifierError(unreachable(url, cause), { cause });
  }
}

function refused(url: string, status: number): ErrorJson {
  return {
    name: 'VerifierError',
    code: 'HTTP_STATUS',
    message: `${url} was asked for, and the answer was ${status}`,
    hint: 'Check the address; packages are removed from channels too.',
    details: { status },
  };
}

function tooLong(url: string): ErrorJson {
  return {
    name: 'VerifierError',
    code: 'LIMIT_EXCEEDED',
    message: `${url} has more than 2 GiB`,
    hint: 'No package that conda installs is as long. The command line can be told to read it.',
  };
}

function unreachable(url: string, cause: unknown): ErrorJson {
  return {
    name: 'VerifierError',
    code: 'NETWORK_FAILED',
    message: `can't fetch ${url}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Check the address and the connection. A page may only read from another server if that sends Access-Control-Allow-Origin: if it does not, download the file and drop it here.',
  };
}
