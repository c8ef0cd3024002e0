import type { HostSource } from '../core/core.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';

/**
 * Bytes that stay where they are and are read slice by slice: a file of Node.js, a
 * synchronous handle of the origin private file system.
 *
 * They may change meanwhile: what is decoded is compared with what was authenticated.
 */
export interface ReadableSource {
  /** Length in bytes. */
  readonly size: number;
  /** Fills `into` with the bytes from `offset` before it returns, or throws. */
  readAt(offset: number, into: Uint8Array): void;
}

/** A source of the caller's, whose exceptions are kept. */
export class CallersSource implements HostSource {
  readonly fixed = false;
  readonly size: number;
  readonly #source: ReadableSource;
  #failure: { readonly cause: unknown } | undefined;

  constructor(source: ReadableSource) {
    this.#source = source;
    this.size = source.size;
    if (!Number.isSafeInteger(this.size) || this.size < 0) {
      throw invalidArgument('source.size', 'a size is a whole number from 0 to 2^53 - 1');
    }
  }

  /** What readAt() threw last; the core keeps the message only. */
  get failure(): { readonly cause: unknown } | undefined {
    return this.#failure;
  }

  readAt(offset: number, into: Uint8Array): void {
    try {
      const returned: unknown = this.#source.readAt(offset, into);
      if (typeof (returned as { then?: unknown } | undefined)?.then === 'function') {
        // Nobody waits for it.
        void Promise.resolve(returned).catch(() => undefined);
        throw invalidArgument('source.readAt', 'it returned a promise; it has to be synchronous');
      }
    } catch (cause) {
      this.#failure = { cause };
      throw cause;
    }
  }
}

/** Adds what a source of the caller's threw to the error that the core made of it. */
export function withCause<T>(host: HostSource, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (host instanceof CallersSource && host.failure !== undefined && error instanceof Error) {
      const { cause } = host.failure;
      // The source is of no use, as the caller should know; to the core it could not be read.
      if (VerifierError.isVerifierError(cause) && cause.code === 'ARGUMENT_INVALID') throw cause;
      error.cause = cause;
    }
    throw error;
  }
}
