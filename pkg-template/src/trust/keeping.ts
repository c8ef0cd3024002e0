import { VerifierError } from '../errors/verifier-error.js';
import { unlessAborted } from '../unless-aborted.js';
import type { ChannelTrust, TrustState } from './channel-trust.js';
import { checkedState, storeFailed, type TrustStore } from './trust-store.js';

/** Milliseconds that a store has to answer: longer than it takes to wait for another holder. */
const PATIENCE = 30_000;

/** A store beside a refresh: what it holds before, and what it is to hold afterwards. */
export class Keeping {
  readonly #store: TrustStore;
  readonly #trust: ChannelTrust;
  /** What was taken from the store when the work began. */
  #begun: unknown;
  #fault: VerifierError | null = null;

  constructor(store: TrustStore, trust: ChannelTrust) {
    this.#store = store;
    this.#trust = trust;
  }

  /** What the store did wrong first. */
  get fault(): VerifierError | null {
    return this.#fault;
  }

  /**
   * Takes back what is kept. A store that is spoiled locks nobody out: what is trusted without
   * it is the floor then, and the report says so.
   */
  async begin(signal: AbortSignal | undefined): Promise<void> {
    try {
      const kept = await unlessAborted(Keeping.#within(this.#store.read()), signal);
      this.#take(kept);
      this.#begun = kept;
    } catch (error) {
      signal?.throwIfAborted();
      this.#note(error);
    }
  }

  /**
   * Keeps what is trusted now, together with what somebody else kept meanwhile. What does not
   * verify is left as it is: it may be another channel's, and a person may want to look at it.
   */
  async end(): Promise<void> {
    // Many targets are found in roles that are there already.
    if (this.#trust.isKept(this.#begun)) return;
    let isOver = false;
    let isMerged = false;
    const merge = (kept: TrustState): TrustState => {
      if (isOver) throw storeFailed('it comes too late');
      if (kept !== this.#begun) this.#take(kept);
      isMerged = true;
      return this.#trust.kept();
    };
    try {
      await Keeping.#within(this.#store.update(merge));
      if (!isMerged) throw storeFailed('its update() does not call the function that it is given');
    } catch (error) {
      this.#note(error);
    } finally {
      isOver = true;
    }
  }

  /** A store in memory gives back the very list that it was given, which tells nothing new. */
  #take(kept: unknown): void {
    if (!this.#trust.isKept(kept)) this.#trust.restore(checkedState(kept));
  }

  #note(error: unknown): void {
    if (this.#fault !== null) return;
    if (VerifierError.isVerifierError(error)) this.#fault = error;
    else this.#fault = storeFailed(error instanceof Error ? error.message : String(error), error);
  }

  /** Nobody waits for a store for ever, or no other refresh would ever get its turn. */
  static async #within<T>(work: Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(storeFailed(`it gives no answer in ${PATIENCE} ms`)), PATIENCE);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
