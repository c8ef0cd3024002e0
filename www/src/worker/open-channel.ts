import { type ErrorJson, type MirrorFailure, type TrustStore, Verifier, type WorkOptions } from 'conda-verifier';
import type { ChannelView, Place, SubdirView } from '../protocol.js';
import type { PageFetch } from './web-fetch.js';
import { type Change, RecordTable } from './record-table.js';
import { faultOf } from './thrown.js';

/** What to do about a record that can't be read. */
const UNREADABLE = 'Whoever made the repodata has to mend it.';

/** How a channel is opened. */
export interface Opening {
  readonly place: Place;
  readonly name: string;
  readonly wasm: WebAssembly.Module;
  readonly mirrors: readonly string[];
  /** Null where nobody's signatures are wanted. */
  readonly root: Uint8Array | null;
  readonly store: TrustStore;
  readonly fetcher: PageFetch;
  /** Null for the clock of the machine. */
  readonly now: number | null;
}

/** A channel, what is trusted of it, and the records that were read. */
export class OpenChannel {
  readonly verifier: Verifier;
  readonly mirrors: readonly string[];
  readonly fetcher: PageFetch;
  readonly #opening: Opening;
  readonly #tables = new Map<string, RecordTable>();
  #fault: ErrorJson | null = null;
  #failures: readonly MirrorFailure[] = [];
  #store: ChannelView['store'] = null;

  private constructor(opening: Opening, verifier: Verifier) {
    this.#opening = opening;
    this.verifier = verifier;
    this.mirrors = opening.mirrors;
    this.fetcher = opening.fetcher;
  }

  /** What is wrong with a root is thrown; what a channel does wrong is in the view. */
  static async open(opening: Opening, signal: AbortSignal): Promise<OpenChannel> {
    const { wasm, root, mirrors, now } = opening;
    const limits = { findings: 1_000_000 };
    const verifier = await Verifier.create({
      wasm,
      signal,
      limits,
      ...(root === null
        ? {}
        : { trustedRoot: root, channel: mirrors[0], ...(now === null ? {} : { now: () => new Date(now) }) }),
    });
    const channel = new OpenChannel(opening, verifier);
    try {
      if (root !== null) await channel.#refresh(signal);
    } catch (error) {
      verifier.free();
      throw error;
    }
    return channel;
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    const { fetcher, mirrors, store } = this.#opening;
    try {
      const report = await this.verifier.refresh(fetcher, { mirrors, store, signal });
      this.#failures = report.mirrors;
      this.#store = report.store;
    } catch (error) {
      signal.throwIfAborted();
      this.#fault = faultOf(error);
    }
  }

  view(): ChannelView {
    const { place, name, now } = this.#opening;
    const { trust } = this.verifier;
    return {
      place,
      name,
      anchor: trust?.anchor ?? null,
      now: now ?? Date.now(),
      trust,
      roles: trust === null ? [] : this.verifier.roles(),
      fault: this.#fault,
      mirrors: this.#failures,
      store: this.#store,
      subdirs: [...this.#tables.keys()],
    };
  }

  /** Reads repodata, and verifies its records. */
  async openSubdir(subdir: string, { signal, onProgress }: WorkOptions): Promise<SubdirView> {
    const { mirrors, store } = this.#opening;
    const options = { mirrors, ...(this.verifier.trust === null ? {} : { store }), signal, onProgress };
    const fetched = await this.verifier.fetchRepodata(subdir, this.fetcher, options);
    const listed = await this.verifier.listRecords(subdir, { signal, onProgress });
    const table = new RecordTable(
      listed.map(({ fault, ...row }) => ({ ...row, fault: fault === null ? null : { name: 'VerifierError', hint: UNREADABLE, ...fault } })),
    );
    this.#tables.set(subdir, table);
    const fault = this.verifier.trust === null ? null : await this.#audit(subdir, table, { signal, onProgress });
    const { path, bytes, target, mirrors: failures } = fetched;
    const { length: records, counts } = table;
    return { subdir, path, records, size: bytes.length, target, counts, fault, mirrors: failures };
  }

  /** The records of a platform that was opened. */
  table(subdir: string): RecordTable {
    const table = this.#tables.get(subdir);
    if (table === undefined) throw new Error('the platform is not open');
    return table;
  }

  /** Whether the platform was opened. */
  has(subdir: string): boolean {
    return this.#tables.has(subdir);
  }

  free(): void {
    this.verifier.free();
  }

  async #audit(subdir: string, table: RecordTable, options: WorkOptions): Promise<ErrorJson | null> {
    try {
      const report = await this.verifier.auditRecords(subdir, options);
      const others = new Map<string, Change>();
      for (const name of report.weak) others.set(name, { state: 'weak' });
      for (const name of report.unsigned) others.set(name, { state: 'unsigned' });
      for (const { fileName, error } of report.bad) {
        others.set(fileName, { state: 'bad', fault: { name: 'VerifierError', ...error } });
      }
      table.setAll('trusted', others);
      return null;
    } catch (error) {
      options.signal?.throwIfAborted();
      table.setAll('unknown', new Map());
      return faultOf(error);
    }
  }
}
