import { Blocks } from './blocks.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';

/** How a stream is read. */
export interface StreamReading {
  /** Reading stops after so many bytes. */
  readonly cut: number;
  readonly signal: AbortSignal | undefined;
  /** Called with the number of bytes that have arrived. */
  readonly onBytes: (done: number) => void;
  /** The error for a stream that fails. */
  readonly failed: (cause: unknown) => VerifierError;
  /** Where the bytes go, if not into blocks of their own. */
  readonly into?: Blocks | undefined;
}

/** Reads a stream to its end, or to the cut. */
export async function readStream(
  stream: ReadableStream<unknown>,
  { cut, signal, onBytes, failed, into: blocks = new Blocks() }: StreamReading,
): Promise<Blocks> {
  const reader = readerOf(stream);
  // A stream that delivers nothing would otherwise be waited for.
  const abort = () => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    while (blocks.length < cut) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw failed(cause);
      });
      signal?.throwIfAborted();
      if (done) return blocks;
      blocks.push(bytesOf(value).subarray(0, cut - blocks.length));
      onBytes(blocks.length);
    }
    // Not awaited: what a stream does on cancelling is its own affair.
    void reader.cancel().catch(() => undefined);
    return blocks;
  } catch (error) {
    void reader.cancel(error).catch(() => undefined);
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function readerOf(stream: ReadableStream<unknown>): ReadableStreamDefaultReader<unknown> {
  try {
    return stream.getReader();
  } catch (error) {
    const reason = 'its stream is being read elsewhere, or was; pass a new one, or a clone()';
    throw invalidArgument('source', reason, error);
  }
}

function bytesOf(chunk: unknown): Uint8Array {
  if (ArrayBuffer.isView(chunk)) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw invalidArgument('source', `its stream delivers ${typeof chunk}s, not bytes`);
}
