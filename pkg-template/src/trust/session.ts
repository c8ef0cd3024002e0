import type { Runtime } from '../core/runtime.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import type { Work } from '../work.js';
import type { ChannelTrust } from './channel-trust.js';
import type { Fetcher, Fetching } from './fetching.js';
import { Keeping } from './keeping.js';
import { type MirrorPlace, mirrorPlaces } from './mirror-places.js';
import { Mirrors } from './mirrors.js';
import { type RefreshOptions, storeOf, timeoutOf } from './refresh-options.js';
import { withReport } from './failure-report.js';
import type { RefreshReport } from './refresh-report.js';
import type { TrustStore } from './trust-store.js';

/** What work came to, and what was passed over. */
export interface Outcome<T> extends Pick<RefreshReport, 'mirrors' | 'store'> {
  readonly value: T;
}

/** Work with mirrors and a store, of which every option was looked at. */
export class Session {
  readonly #trust: ChannelTrust;
  readonly #fetching: Fetching;
  readonly #places: readonly MirrorPlace[];
  readonly #store: TrustStore | undefined;

  /** @throws VerifierError ARGUMENT_INVALID. */
  constructor(
    trust: ChannelTrust,
    fetcher: Fetcher,
    options: RefreshOptions,
    fetchOptions: Runtime['fetchOptions'],
    { signal, report }: Work,
  ) {
    if (typeof fetcher !== 'function') throw invalidArgument('fetcher', 'it is no function like fetch');
    this.#trust = trust;
    this.#fetching = { fetcher, fetchOptions, timeout: timeoutOf(options), signal, report };
    this.#places = mirrorPlaces(options.mirrors, trust.info().channel);
    this.#store = storeOf(options);
  }

  /** Does the work to its end; keeps what was accepted in either case. */
  async run<T>(work: (mirrors: Mirrors) => Promise<T>): Promise<Outcome<T>> {
    const { signal } = this.#fetching;
    signal?.throwIfAborted();
    const mirrors = new Mirrors(this.#places, this.#fetching);
    const keeping = this.#store && new Keeping(this.#store, this.#trust);
    let value: T;
    try {
      await keeping?.begin(signal);
      try {
        value = await work(mirrors);
      } finally {
        await keeping?.end();
      }
    } catch (error) {
      signal?.throwIfAborted();
      const hasOthers = this.#places.length > 1;
      throw withReport(error, hasOthers ? mirrors.failures : [], keeping?.fault ?? null);
    }
    const fault = keeping?.fault ?? null;
    const store = fault && { code: fault.code, message: fault.message };
    return { value, mirrors: [...mirrors.failures], store };
  }
}
