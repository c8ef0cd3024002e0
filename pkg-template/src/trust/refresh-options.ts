import { invalidArgument } from '../errors/invalid-argument.js';
import type { WorkOptions } from '../work.js';
import type { Mirror } from './mirror-places.js';
import { LONGEST_WAIT } from './stall-watch.js';
import type { TrustStore } from './trust-store.js';

/** The options of `Verifier.refresh`. */
export interface RefreshOptions extends WorkOptions {
  /** Where to fetch from, each file from the first that has it; the channel unless given. */
  readonly mirrors?: readonly Mirror[] | undefined;
  /** Where what is trusted is kept. */
  readonly store?: TrustStore | undefined;
  /**
   * Milliseconds without progress after which a mirror is left; 30,000 unless given. Progress
   * is an answer that begins, 16 KiB more of it, or its end. After this time an answer has to
   * have come at 4 KiB/s on the average. One that comes along has an end too: this time, and 1 s
   * for each 16 KiB that the file may have, but no more than 6 hours.
   */
  readonly timeout?: number | undefined;
}

/** The names of `RefreshOptions`, without those of `WorkOptions`. */
export const REFRESH_OPTIONS = ['mirrors', 'store', 'timeout'] as const;

/** Milliseconds: what browsers wait for is longer, and what people do is not. */
const TIMEOUT = 30_000;

/** @throws VerifierError ARGUMENT_INVALID. */
export function timeoutOf({ timeout = TIMEOUT }: RefreshOptions): number {
  if (Number.isInteger(timeout) && timeout >= 1 && timeout <= LONGEST_WAIT) return timeout;
  throw invalidArgument('options.timeout', `it is no whole number of milliseconds from 1 to ${LONGEST_WAIT}`);
}

/** @throws VerifierError ARGUMENT_INVALID. */
export function storeOf({ store }: RefreshOptions): TrustStore | undefined {
  if (store === undefined) return undefined;
  const { read, update, clear } = (store ?? {}) as Partial<TrustStore>;
  if ([read, update, clear].every((method) => typeof method === 'function')) return store;
  throw invalidArgument('options.store', 'it is no object with read(), update() and clear()');
}
