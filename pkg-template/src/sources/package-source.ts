import { Blocks } from './blocks.js';
import { CallersSource, type ReadableSource } from './callers-source.js';
import type { HostSource } from '../core/core.js';
import { wordsOf } from '../errors/words.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { type Bytes, has, isBlob, isBytes, isResponse } from './shapes.js';
import { Snapshot } from './snapshot.js';
import { readStream, type StreamReading } from './stream-reading.js';
import { VerifierError } from '../errors/verifier-error.js';

export { type Bytes, isBytes } from './shapes.js';

/** Where a package's bytes come from. */
export type PackageSource =
  | Response
  | Blob
  | Bytes
  | ReadableStream<ArrayBufferLike | ArrayBufferView>
  | ReadableSource;

/** How a source is read, where it has to be read beforehand. */
export interface Reading {
  /** A whole that is longer than this is of no use, so reading stops there. */
  readonly cut: number;
  readonly signal: AbortSignal | undefined;
  /** Called with the bytes that have arrived, and with their total where it is known. */
  readonly onBytes: (done: number, total: number | null) => void;
  /** Where the bytes of a body, Blob or stream go, if not into blocks of their own. */
  readonly into?: Blocks;
}

/** A source as the core reads it. */
export async function hostSource(source: PackageSource, reading: Reading): Promise<HostSource> {
  // Read before, into copies of our own.
  if (source instanceof Blocks) return source;
  if (isBytes(source)) return new Snapshot(source);
  if (isResponse(source)) return readResponse(source, reading);
  if (isBlob(source)) return readBlob(source, reading);
  if (has(source, 'getReader')) {
    return readStream(source as ReadableStream<unknown>, {
      ...untold(reading),
      failed: (cause) =>
        VerifierError.of('STREAM_FAILED', `the stream failed: ${wordsOf(cause)}`, { cause }),
    });
  }
  if (has(source, 'then')) {
    throw invalidArgument('source', 'it is a promise; await it first, as in verifyPackage(await fetch(url))');
  }
  if (has(source, 'readAt')) return new CallersSource(source as ReadableSource);
  throw invalidArgument(
    'source',
    'it is no Response, Blob, bytes, ReadableStream or object with size and readAt()',
  );
}

/** The name that a source goes by, without folders. */
export function fileNameOf(source: PackageSource): string | undefined {
  if (isBytes(source)) return undefined;
  if (isResponse(source)) return fileNameOfUrl(source.url);
  const name = isBlob(source) && 'name' in source ? source.name : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** The last part of a URL, if it names a package: many a redirect ends at a mere number. */
export function fileNameOfUrl(url: string): string | undefined {
  const path = url.replace(/[?#].*$/s, '');
  const name = decoded(path.slice(path.lastIndexOf('/') + 1));
  return /\.(conda|tar\.bz2)$/.test(name) ? name : undefined;
}

/** Percent signs that encode nothing stand for themselves. */
export function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

async function readResponse(response: Response, reading: Reading): Promise<HostSource> {
  const url = response.url === '' ? 'the server' : response.url;
  // 204 and 206 are successes too, with no body or a part of one.
  if (!response.ok || response.status === 204 || response.status === 206) {
    void response.body?.cancel().catch(() => undefined);
    throw statusError(response, url);
  }
  if (response.bodyUsed) {
    throw invalidArgument('source', 'its body was read before; pass a new Response, or a clone()');
  }
  return bodyOf(response, reading);
}

/** The error for a response that is no success, or none of the kind that was asked for. */
export function statusError({ status, type, url }: Response, asked: URL | string): VerifierError {
  const place = url === '' ? String(asked) : url;
  const message =
    type === 'opaque'
      ? `the response of ${place} is opaque: it was fetched in the mode no-cors`
      : `${place} answers with status ${status}`;
  return VerifierError.of('HTTP_STATUS', message, { details: { status, url } });
}

/** Reads the body of a response to its end, or to the cut. */
export async function bodyOf(response: Response, reading: Reading): Promise<Blocks> {
  const url = response.url === '' ? 'the server' : response.url;
  const total = contentLength(response);
  const into = reading.into ?? new Blocks();
  into.expect(Math.min(total ?? 0, reading.cut));
  const blocks =
    response.body === null
      ? into
      : await readStream(response.body, {
          ...reading,
          into,
          onBytes: (done) => reading.onBytes(done, total),
          failed: (cause) =>
            VerifierError.of('NETWORK_FAILED', `the connection to ${url} broke: ${wordsOf(cause)}`, {
              details: { url: response.url },
              cause,
            }),
        });
  // Only a body that was cut: a server may say anything of one that came to its end.
  if (blocks.length >= reading.cut && total !== null) blocks.declare(total);
  return blocks;
}

async function readBlob(blob: Blob, reading: Reading): Promise<HostSource> {
  const into = reading.into ?? new Blocks();
  // workerd throws for an end that takes more than 32 bits, even beyond the Blob's own.
  const end = Math.min(blob.size, reading.cut);
  into.expect(end);
  const blocks = await readStream(blob.slice(0, end).stream(), {
    ...reading,
    into,
    onBytes: (done) => reading.onBytes(done, end),
    failed: (cause) =>
      VerifierError.of('FILE_UNREADABLE', `the Blob can't be read: ${wordsOf(cause)}`, { cause }),
  });
  blocks.declare(blob.size);
  return blocks;
}

/** A stream has no length. */
function untold(reading: Reading): Omit<StreamReading, 'failed'> {
  return { ...reading, onBytes: (done) => reading.onBytes(done, null) };
}

/** The length of the body, unless it is that of a compressed form. */
function contentLength(response: Response): number | null {
  if (response.headers.has('content-encoding')) return null;
  const length = Number(response.headers.get('content-length') ?? NaN);
  return Number.isSafeInteger(length) && length >= 0 ? length : null;
}
