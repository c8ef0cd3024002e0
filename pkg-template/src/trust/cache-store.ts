import { invalidArgument } from '../errors/invalid-argument.js';
import { checkNames } from '../options/named-options.js';
import type { TrustState } from './channel-trust.js';
import { KeyValueStore, type KeyValues } from './key-value-store.js';
import type { TrustStore } from './trust-store.js';

/** The options of `CacheStore`. */
export interface CacheStoreOptions {
  /** The channel, as the verifier has it: its URL, or another name. */
  readonly channel: string | URL;
  /** The name of the cache; `conda-verifier` unless given. Several channels may share one. */
  readonly name?: string | undefined;
}

/** A name that nobody has: nothing is ever fetched from there (RFC 6761, 6.4). */
const NOWHERE = 'https://conda-verifier.invalid/';

/**
 * Keeps what is trusted of a channel in the Cache API, which service workers have: for all tabs
 * and workers of the origin.
 *
 * Where there is none, as on pages that came over plain HTTP, calls reject with STORE_FAILED.
 * The caches of Cloudflare Workers are of one data centre, and forget: give what has to last a
 * `KeyValueStore`.
 */
export class CacheStore implements TrustStore {
  readonly #store: KeyValueStore;

  /** @throws VerifierError ARGUMENT_INVALID. */
  constructor(options: CacheStoreOptions) {
    checkNames('options', options, ['channel', 'name']);
    const { channel, name = 'conda-verifier' } = options;
    if (typeof name !== 'string' || name === '') throw invalidArgument('options.name', 'it is no name');
    this.#store = new KeyValueStore(valuesOf(name), { channel });
  }

  read(): Promise<TrustState> {
    return this.#store.read();
  }

  update(merge: (kept: TrustState) => TrustState): Promise<void> {
    return this.#store.update(merge);
  }

  clear(): Promise<void> {
    return this.#store.clear();
  }
}

/** Cloudflare Workers keep nothing that does not say for how long; browsers don't read it. */
const KEPT = { headers: { 'cache-control': 'max-age=31536000' } };

function valuesOf(name: string): KeyValues {
  const urlOf = (key: string) => NOWHERE + encodeURIComponent(key);
  return {
    get: async (key) => (await (await caches.open(name)).match(urlOf(key)))?.arrayBuffer(),
    put: async (key, value) =>
      (await caches.open(name)).put(urlOf(key), new Response(value as Uint8Array<ArrayBuffer>, KEPT)),
    delete: async (key) => (await caches.open(name)).delete(urlOf(key)),
  };
}
