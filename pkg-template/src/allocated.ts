import { VerifierError } from './errors/verifier-error.js';

/**
 * New memory. Every engine has a most that one piece may have, some of them 2 GiB, and whatever
 * is free may be less.
 *
 * @param what Whose memory it is, for the message.
 * @param length In bytes.
 * @throws VerifierError OUT_OF_MEMORY where the engine has none.
 */
export function allocated<T>(what: string, length: number, allocate: () => T): T {
  try {
    return allocate();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = `there is no memory for ${what}, which takes ${length} bytes in one piece: ${cause.message}`;
    throw VerifierError.of('OUT_OF_MEMORY', message, { details: { length }, cause });
  }
}
