import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';
import { wordsOf } from '../errors/words.js';
import { checkNames } from '../options/named-options.js';
import type { TrustState } from './channel-trust.js';
import { packed, unpacked } from './packed-state.js';
import { channelOf } from './trust-settings.js';
import { storeFailed, type TrustStore } from './trust-store.js';
import { webLocks } from '../web-locks.js';

/** Values by their keys: what a KV namespace of Cloudflare Workers has, and many others. */
export interface KeyValues {
  /** The value of a key as bytes; null or undefined where there is none. */
  get(key: string, type: 'arrayBuffer'): Promise<ArrayBufferLike | ArrayBufferView | null | undefined>;
  /** Puts bytes in the place of a key's value: all of them or none. */
  put(key: string, value: Uint8Array): Promise<unknown>;
  /** Removes a key and its value; it is no error where there is none. */
  delete(key: string): Promise<unknown>;
}

/** Milliseconds that values have to answer: as long as a store has. */
const PATIENCE = 30_000;

/** Does work while nobody else does work under that name. */
export type Lock = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** The options of `KeyValueStore`. */
export interface KeyValueStoreOptions {
  /** The channel, as the verifier has it: its URL, or another name. */
  readonly channel: string | URL;
  /**
   * Keeps holders apart who share the values. Unless given, `navigator.locks` does that for one
   * origin, but not in Node.js; and the updates of one store come one after the other.
   */
  readonly lock?: Lock | undefined;
}

/**
 * Keeps what is trusted of a channel as one value among others.
 *
 * Values that other machines change too, and that are not the same everywhere at once, as those
 * of Workers KV, can lose what one of two holders kept: then an older version may be taken for
 * the newest for a while. Give such a store one writer, or a `lock` that reaches all of them.
 */
export class KeyValueStore implements TrustStore {
  readonly #values: KeyValues;
  readonly #key: string;
  readonly #lock: Lock;
  #last: Promise<unknown> = Promise.resolve();

  /** @throws VerifierError ARGUMENT_INVALID. */
  constructor(values: KeyValues, options: KeyValueStoreOptions) {
    checkNames('options', options, ['channel', 'lock']);
    const { channel, lock = ownLock } = options;
    const methods = (['get', 'put', 'delete'] as const).map((name) => (values as Partial<KeyValues> | null | undefined)?.[name]);
    if (!methods.every((method) => typeof method === 'function')) {
      throw invalidArgument('values', 'it is no object with get(), put() and delete()');
    }
    if (typeof lock !== 'function') throw invalidArgument('options.lock', 'it is no function');
    this.#values = values;
    this.#lock = lock;
    this.#key = `conda-verifier trust ${channelOf(channel)}`;
  }

  async read(): Promise<TrustState> {
    return unpacked(await this.#asked(() => this.#values.get(this.#key, 'arrayBuffer')));
  }

  async update(merge: (kept: TrustState) => TrustState): Promise<void> {
    await this.#alone(async () => {
      const state = packed(merge(await this.read()));
      await this.#asked(() => this.#values.put(this.#key, state));
    });
  }

  async clear(): Promise<void> {
    await this.#alone(() => this.#asked(() => this.#values.delete(this.#key)));
  }

  #alone(work: () => Promise<unknown>): Promise<unknown> {
    const turn = this.#last.then(() => this.#lock(this.#key, work));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Values that never answer hold nobody else up for ever. */
  async #asked<T>(work: () => Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(storeFailed(`its values give no answer in ${PATIENCE} ms`)), PATIENCE);
    });
    try {
      return await Promise.race([work(), late]);
    } catch (error) {
      throw VerifierError.isVerifierError(error) ? error : storeFailed(wordsOf(error), error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** That of the origin, where the engine has one. */
function ownLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = webLocks();
  return locks === undefined ? work() : locks.request(name, work);
}
