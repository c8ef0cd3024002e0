import { invalidArgument } from '../errors/invalid-argument.js';
import { checkNames } from '../options/named-options.js';
import type { TrustState } from './channel-trust.js';
import { channelOf } from './trust-settings.js';
import { storeFailed, type TrustStore } from './trust-store.js';

/** Of the database; a higher one converts what lower ones have left. */
const VERSION = 1;

/** The one table of the database: a state under the name of each channel. */
const TABLE = 'trust';

/** Milliseconds that the browser has to open the database. */
const PATIENCE = 10_000;

/** The options of `IndexedDbStore`. */
export interface IndexedDbStoreOptions {
  /** The channel, as the verifier has it: its URL, or another name. */
  readonly channel: string | URL;
  /** The name of the database; `conda-verifier` unless given. Several channels may share one. */
  readonly name?: string | undefined;
}

/**
 * Keeps what is trusted of a channel in a browser's IndexedDB, for all tabs and workers of the
 * origin: each update is one transaction. No connection stays open between calls.
 *
 * Where there is no IndexedDB, or the person does not let it be used, calls reject with
 * STORE_FAILED.
 */
export class IndexedDbStore implements TrustStore {
  readonly #name: string;
  readonly #channel: string;

  /** @throws VerifierError ARGUMENT_INVALID. */
  constructor(options: IndexedDbStoreOptions) {
    checkNames('options', options, ['channel', 'name']);
    const { channel, name = 'conda-verifier' } = options;
    if (typeof name !== 'string' || name === '') throw invalidArgument('options.name', 'it is no name');
    this.#channel = channelOf(channel);
    this.#name = name;
  }

  async read(): Promise<TrustState> {
    return this.#transaction('readonly', (table, finish) => {
      const request = table.get(this.#channel);
      request.onsuccess = () => finish((request.result ?? []) as TrustState);
    });
  }

  async update(merge: (kept: TrustState) => TrustState): Promise<void> {
    return this.#transaction('readwrite', (table, finish, fail) => {
      const request = table.get(this.#channel);
      request.onsuccess = () => {
        try {
          table.put(merge((request.result ?? []) as TrustState), this.#channel);
          finish(undefined);
        } catch (error) {
          fail(error);
        }
      };
    });
  }

  async clear(): Promise<void> {
    return this.#transaction('readwrite', (table, finish) => {
      table.delete(this.#channel);
      finish(undefined);
    });
  }

  /** Gives what `work` finishes with, once all of it is done for good. */
  async #transaction<T>(
    mode: 'readonly' | 'readwrite',
    work: (table: IDBObjectStore, finish: (value: T) => void, fail: (error: unknown) => void) => void,
  ): Promise<T> {
    const database = await opened(this.#name);
    try {
      return await new Promise<T>((resolve, reject) => {
        const transaction = database.transaction(TABLE, mode, { durability: 'strict' });
        let done: T;
        transaction.oncomplete = () => resolve(done);
        // Also for what its requests fail with, and where the disk is full.
        transaction.onabort = () => reject(storeFailed(wordsOf(transaction.error), transaction.error));
        const fail = (error: unknown) => {
          reject(error);
          transaction.abort();
        };
        work(transaction.objectStore(TABLE), (value) => (done = value), fail);
      });
    } catch (error) {
      throw error instanceof DOMException ? storeFailed(wordsOf(error), error) : error;
    } finally {
      database.close();
    }
  }
}

function opened(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    let request: IDBOpenDBRequest;
    try {
      // Some have none, and some throw where the person has forbidden it.
      request = indexedDB.open(name, VERSION);
    } catch (error) {
      reject(storeFailed(`there is no IndexedDB to be had: ${wordsOf(error)}`, error));
      return;
    }
    let isLate = false;
    const giveUp = (reason: string) => {
      isLate = true;
      reject(storeFailed(reason));
    };
    // Not all browsers say what they wait for.
    const timer = setTimeout(() => giveUp(`IndexedDB does not open ${name}`), PATIENCE);
    request.onupgradeneeded = () => void request.result.createObjectStore(TABLE);
    request.onblocked = () => giveUp(`another tab keeps an older version of ${name} open`);
    request.onerror = () => {
      clearTimeout(timer);
      reject(storeFailed(wordsOf(request.error), request.error));
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const { result } = request;
      // Whoever wants to convert or delete it need not wait.
      result.onversionchange = () => result.close();
      if (isLate) result.close();
      else resolve(result);
    };
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : 'the transaction was aborted';
}
