import type { FetchedPackage } from '../channel/fetched.js';
import { ownFetcher } from '../channel/own-requests.js';
import { VerifierError } from '../errors/verifier-error.js';
import type { Fetcher } from '../trust/fetching.js';
import { UnpackedFiles } from './unpacked-files.js';
import type { ChannelPlace, UntarjsSettings } from './untarjs-options.js';

/** What newer roles or newer repodata may mend. */
const OUTDATED: readonly string[] = ['RECORD_MISSING', 'EXPIRED', 'HTTP_STATUS', 'TARGET_DIGEST_MISMATCH', 'TARGET_MISSING'];

/** Fetches packages of a channel, by the repodata that its verifier was given here. */
export class ChannelPackages {
  readonly #place: ChannelPlace;
  readonly #settings: UntarjsSettings;
  readonly #fetcher: Fetcher;
  #roles: Promise<unknown> | undefined;
  /** Subdir → its repodata on the way, or there. */
  readonly #repodata = new Map<string, Promise<unknown>>();

  constructor(place: ChannelPlace, settings: UntarjsSettings) {
    this.#place = place;
    this.#settings = settings;
    this.#fetcher = ownFetcher(place.verifier, settings.fetcher);
  }

  /** Fetches and verifies a package. What is in memory may be older than the installer's lock. */
  async fetch(subdir: string, fileName: string): Promise<{ fetched: FetchedPackage; files: UnpackedFiles }> {
    const roles = this.#roles;
    const isNew = roles === undefined && !this.#repodata.has(subdir);
    const ready = this.#ready(subdir);
    try {
      return await this.#attempt(ready, subdir, fileName);
    } catch (error) {
      const isOutdated = VerifierError.isVerifierError(error) && OUTDATED.includes(error.code);
      if (!isOutdated || isNew) throw error;
      // Once for all that have noticed.
      if (this.#repodata.get(subdir) === ready) this.#repodata.delete(subdir);
      if (this.#roles === roles) this.#roles = undefined;
      return this.#attempt(this.#ready(subdir), subdir, fileName);
    }
  }

  async #attempt(ready: Promise<unknown>, subdir: string, fileName: string): Promise<{ fetched: FetchedPackage; files: UnpackedFiles }> {
    await ready;
    const { verifier, mirrors, store } = this.#place;
    const { timeout, signal } = this.#settings;
    const files = new UnpackedFiles();
    const options = { mirrors, store, timeout, signal, onFile: files.take };
    return { fetched: await verifier.fetchPackage(subdir, fileName, this.#fetcher, options), files };
  }

  /** Brings roles up to date, and fetches a subdir's repodata, when they are first needed. */
  #ready(subdir: string): Promise<unknown> {
    const { verifier, mirrors, store } = this.#place;
    const { timeout, signal } = this.#settings;
    const options = { mirrors, store, timeout, signal };
    let ready = this.#repodata.get(subdir);
    if (ready !== undefined) return ready;
    const refreshed = async () => {
      if ((await verifier.trust) !== null) await verifier.refresh(this.#fetcher, options);
    };
    const roles = (this.#roles ??= refreshed());
    ready = roles.then(() => verifier.fetchRepodata(subdir, this.#fetcher, options));
    this.#repodata.set(subdir, ready);
    // What failed is tried again when it is needed again.
    ready.catch(() => {
      if (this.#roles === roles) this.#roles = undefined;
      if (this.#repodata.get(subdir) === ready) this.#repodata.delete(subdir);
    });
    return ready;
  }
}
