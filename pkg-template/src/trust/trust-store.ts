import { VerifierError } from '../errors/verifier-error.js';
import { isBytes } from '../sources/package-source.js';
import type { TrustState } from './channel-trust.js';

/**
 * Where what is trusted of a channel is kept from one refresh to the next. Each channel has one
 * of its own.
 *
 * A store is not trusted: what comes out of it is verified again. It has to be there again
 * later, and to keep two holders at once from taking back what the other one kept.
 */
export interface TrustStore {
  /** What is kept; an empty list where nothing is. */
  read(): Promise<TrustState>;
  /**
   * Puts what `merge` gives in the place of what is kept, of which it has to be told as it is
   * right then: nobody else may change it in between. Rejects with what `merge` throws, and
   * keeps what was kept then. It may call `merge` more than once; the last result counts.
   */
  update(merge: (kept: TrustState) => TrustState): Promise<void>;
  /** Forgets all of it, also what nobody can read. */
  clear(): Promise<void>;
}

/** Bytes of all that is kept: more than any channel has that the limits of roles let through. */
export const STORED_BYTES = 256 << 20;

/** The most entries: one for each role that was asked for, and some more. */
export const STORED_ENTRIES = 100_000;

/** What the keys of delegated roles begin with. */
const DELEGATED = 'delegated.';

/**
 * What a store says that it holds, if that is a state at all, and no larger than one may be. Of
 * one that is larger the delegated roles are left out: they can be fetched again, and the
 * versions of the others are the floor that nobody may fall below. The next update writes less.
 *
 * @throws VerifierError STATE_INVALID.
 */
export function checkedState(kept: unknown): TrustState {
  if (!Array.isArray(kept)) throw spoiled('it is no list of entries');
  let all = 0;
  let needed = 0;
  const others: TrustState[number][] = [];
  for (const entry of kept as readonly unknown[]) {
    const { key, bytes } = (entry ?? {}) as { key?: unknown; bytes?: unknown };
    if (typeof key !== 'string' || !isBytes(bytes)) throw spoiled('an entry of it is no key with bytes');
    const length = bytes.byteLength + key.length;
    all += length;
    if (isDelegated(key)) continue;
    needed += length;
    if (needed > STORED_BYTES) throw spoiled(`it has more than ${STORED_BYTES} bytes`);
    if (others.push(entry as TrustState[number]) > STORED_ENTRIES) throw spoiled(`it has more than ${STORED_ENTRIES} entries`);
  }
  return all > STORED_BYTES || kept.length > STORED_ENTRIES ? others : (kept as TrustState);
}

/** Whether an entry is a delegated role's, which can be done without. */
export function isDelegated(key: string): boolean {
  return key.startsWith(DELEGATED);
}

/** What a store holds is nothing that was ever kept. */
export function spoiled(reason: string, cause?: unknown): VerifierError {
  return new VerifierError(
    {
      code: 'STATE_INVALID',
      message: `what the store holds can't be used: ${reason}`,
      hint: 'The store was damaged, changed, or filled by another program. Its clear() begins anew, which gives up the memory of versions seen.',
    },
    cause === undefined ? undefined : { cause },
  );
}

/** A store that does not do what it is there for. */
export function storeFailed(reason: string, cause?: unknown): VerifierError {
  return VerifierError.of('STORE_FAILED', `the store failed: ${reason}`, { cause });
}
