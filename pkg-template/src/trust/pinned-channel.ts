import type { Foundation } from '../foundation.js';
import { frozen } from '../frozen.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import type { Blocks } from '../sources/blocks.js';
import type { PackageSource } from '../sources/package-source.js';
import type { Work, WorkOptions } from '../work.js';
import { ChannelTrust } from './channel-trust.js';
import type { Fetcher } from './fetching.js';
import type { Mirrors } from './mirrors.js';
import { refresh } from './refresh.js';
import { REFRESH_OPTIONS, type RefreshOptions } from './refresh-options.js';
import type { RefreshReport } from './refresh-report.js';
import { type Outcome, Session } from './session.js';
import type { Lookup, Target } from './target.js';
import { type FetchedTarget, loadTarget, type TargetOptions } from './target-fetching.js';
import { Targets } from './targets.js';
import type { TrustSettings } from './trust-settings.js';

/** The channel that a verifier has the root of, if it has one, and what is fetched from it. */
export class PinnedChannel {
  readonly #foundation: Foundation;
  #trust: ChannelTrust | undefined;
  #refreshing: Promise<unknown> = Promise.resolve();

  constructor(foundation: Foundation) {
    this.#foundation = foundation;
  }

  /** Trusts a root, and what follows from it. */
  pin(settings: TrustSettings): void {
    this.#trust = new ChannelTrust(this.#foundation.core, settings);
  }

  /** What is trusted of it; undefined where no root was pinned. */
  get known(): ChannelTrust | undefined {
    return this.#trust;
  }

  /** @throws VerifierError ARGUMENT_INVALID where no root was pinned; FREED. */
  get trust(): ChannelTrust {
    this.#foundation.running.checkAlive();
    if (this.#trust !== undefined) return this.#trust;
    throw invalidArgument('options.trustedRoot', 'signatures are verified from a root on; give Verifier.create() one');
  }

  /** Brings what is trusted up to date. */
  async refresh(fetcher: Fetcher, options: RefreshOptions): Promise<RefreshReport> {
    const { mirrors, store } = await this.#inSession(fetcher, options, REFRESH_OPTIONS, refresh);
    return frozen({ ...this.trust.info(), mirrors, store });
  }

  /** Finds a file among the roles that are loaded. */
  findTarget(path: string): Lookup {
    return this.trust.findTarget(pathOf(path));
  }

  /** Finds a file, and loads the roles that this takes. */
  async loadTarget(path: string, fetcher: Fetcher, options: RefreshOptions): Promise<Outcome<Target>> {
    return this.#inSession(fetcher, options, REFRESH_OPTIONS, (trust, mirrors) =>
      loadTarget(trust, mirrors, pathOf(path)),
    );
  }

  /** Fetches a file of which the roles are loaded, for a caller who keeps account of the mirrors. */
  async fetchFrom(mirrors: Mirrors, path: string): Promise<Blocks> {
    return (await this.#targetsOf(this.trust).fetch(mirrors, path, undefined)).blocks;
  }

  /** The same, and fetches the file. */
  async fetchTarget(path: string, fetcher: Fetcher, options: TargetOptions): Promise<FetchedTarget> {
    const { hashPrefix } = options;
    if (hashPrefix !== undefined && typeof hashPrefix !== 'boolean') {
      throw invalidArgument('options.hashPrefix', 'it is neither true nor false');
    }
    const names = [...REFRESH_OPTIONS, 'hashPrefix'];
    const { value: { target, blocks }, mirrors } = await this.#inSession(fetcher, options, names, (trust, mirrors) =>
      this.#targetsOf(trust).fetch(mirrors, pathOf(path), hashPrefix),
    );
    return Object.freeze({ target, bytes: blocks.bytes, mirrors: frozen(mirrors) });
  }

  /** Compares a file with what the roles that are loaded say of it. */
  async verifyTarget(path: string, source: PackageSource, options: WorkOptions): Promise<Target> {
    const { trust } = this;
    const target = trust.knownTarget(pathOf(path));
    return this.#foundation.running.during(options, (work) => this.#targetsOf(trust).verify(target, source, work));
  }

  /** Gives the memory back. */
  free(): void {
    this.#trust?.free();
    this.#trust = undefined;
  }

  /** Work with mirrors and a store, after what was begun before. */
  async #inSession<T>(
    fetcher: Fetcher,
    options: RefreshOptions,
    names: readonly string[],
    work: (trust: ChannelTrust, mirrors: Mirrors) => Promise<T>,
  ): Promise<Outcome<T>> {
    const { running, runtime } = this.#foundation;
    const run = (during: Work): Promise<Outcome<T>> => {
      const { trust } = this;
      const session = new Session(trust, fetcher, options, runtime.fetchOptions, during);
      const turn = this.#refreshing.then(() => session.run((mirrors) => work(trust, mirrors)));
      this.#refreshing = turn.catch(() => undefined);
      return turn;
    };
    return running.during(options, run, names);
  }

  #targetsOf(trust: ChannelTrust): Targets {
    const { core, runtime, settings } = this.#foundation;
    return new Targets(core, runtime, trust, settings.limit('archiveBytes'));
  }
}

function pathOf(path: unknown): string {
  if (typeof path === 'string') return path;
  throw invalidArgument('path', 'it is no string');
}
