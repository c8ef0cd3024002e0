import type { TrustState } from './channel-trust.js';
import type { TrustStore } from './trust-store.js';

/** Keeps what is trusted of a channel in memory: for several verifiers of one realm, and for tests. */
export class MemoryStore implements TrustStore {
  #kept: TrustState = [];

  async read(): Promise<TrustState> {
    return this.#kept;
  }

  async update(merge: (kept: TrustState) => TrustState): Promise<void> {
    this.#kept = merge(this.#kept);
  }

  async clear(): Promise<void> {
    this.#kept = [];
  }
}
