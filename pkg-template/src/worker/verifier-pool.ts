import { compile } from '../core/wasm-module.js';
import { letDispose } from '../disposable.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { LIMITS } from '../options/limits.js';
import type { RepodataOptions } from '../records/repodata-file.js';
import { Running } from '../running.js';
import { has, isResponse } from '../sources/shapes.js';
import type { RepodataSource } from '../sources/repodata-source.js';
import type { TrustInfo } from '../trust/channel-trust.js';
import { unlessAborted } from '../unless-aborted.js';
import type { VerifierOptions } from '../verifier-options.js';
import { type WorkOptions, workOf } from '../work.js';
import { type Addition, Journal, told } from './journal.js';
import { keptSource } from './kept-source.js';
import { Member, THE_POOL } from './member.js';
import { type Args, type Given, type Method, METHODS, type RemoteVerifier } from './methods.js';
import { withOwnBytes } from './own-bytes.js';
import { type PoolOptions, sizeOf } from './pool-options.js';
import type { WorkerPort } from './port.js';
import { checkPlain, sendable } from './sendable.js';
import { VerifierWorker } from './verifier-worker.js';
import { signalOf } from './watched.js';
import { weightOf } from './weight.js';

/** What is done step by step with one verifier: a pool has several. */
type Stepwise = 'next' | 'update' | 'unavailable' | 'abandon' | 'findTarget';

/** What changes nothing of what a verifier trusts and has. */
type Asking = Exclude<Method, Stepwise | 'trust' | Changing | Addition['name']>;
type Changing = 'refresh' | 'loadTarget' | 'fetchTarget' | 'fetchRepodata' | 'restore';

/**
 * Several verifiers in workers, which verify several packages at once. Made by
 * `VerifierPool.create()`.
 */
export class VerifierPool implements Omit<RemoteVerifier, Stepwise> {
  /** Makes a worker of this package's own; each entry of the package says how. */
  protected static readonly makeWorker: () => WorkerPort;

  static {
    letDispose(this.prototype);
  }

  /** As `free()`, for `using`; there is none where the engine has no `Symbol.dispose`. */
  declare [Symbol.dispose]: () => void;

  readonly #members: readonly Member[];
  readonly #journal = new Journal();
  readonly #repodataBytes: number;
  /** The end of what was begun to change: one after the other. */
  #changed: Promise<unknown> = Promise.resolve();
  /** What callers wait for: a worker, a turn, a source that is read here. */
  readonly #running = new Running(THE_POOL);

  /** Not for use: `VerifierPool.create()` makes them. */
  protected constructor(options: VerifierOptions, size: number, worker: () => WorkerPort) {
    if (typeof worker !== 'function') {
      throw invalidArgument('new VerifierPool', 'a pool is made by `await VerifierPool.create()`');
    }
    this.#repodataBytes = options.limits?.repodataBytes ?? LIMITS.repodataBytes;
    const begin = async (signal: AbortSignal): Promise<VerifierWorker> => {
      const made = await VerifierWorker.create({ ...options, signal }, { worker });
      try {
        await unlessAborted(this.#journal.tell(made), signal);
        return made;
      } catch (error) {
        made.free();
        throw error;
      }
    };
    this.#members = Array.from({ length: size }, () => new Member(begin));
  }

  /**
   * Starts the workers, and makes a verifier in each.
   *
   * Its methods are those of `VerifierWorker`, but for those that go step by step. A package goes
   * to the worker that has the least to do. What changes what is trusted or what repodata there is
   * is done by one worker, and the others are told before the promise resolves. Each of them
   * verifies it again.
   *
   * A worker that fails (WORKER_FAILED, INSTANCE_POISONED) is replaced by a new one that is told
   * all of it. What it was at fails with that error; what others do goes on.
   *
   * Each worker has memory of its own, also for repodata.
   *
   * @param options Those of `Verifier.create`.
   * @throws VerifierError as `VerifierWorker.create`.
   */
  static async create(options: VerifierOptions = {}, place: PoolOptions = {}): Promise<VerifierPool> {
    const size = sizeOf(place);
    checkPlain(options);
    workOf({ signal: options.signal });
    const given = await unlessAborted(repeatable(options), options.signal);
    const pool = new this(given, size, place.worker ?? this.makeWorker);
    try {
      await unlessAborted(Promise.all(pool.#members.map((member) => member.start())), options.signal);
      return pool;
    } catch (error) {
      pool.free();
      throw error;
    }
  }

  /** The number of workers. */
  get size(): number {
    return this.#members.length;
  }

  /** What is trusted of the channel now; null without `trustedRoot`. */
  get trust(): Promise<TrustInfo | null> {
    return this.#during(undefined, () => this.#least((worker) => worker.trust));
  }

  /** As `Verifier.roles`. */
  async roles(...args: Args<'roles'>): Promise<Given<'roles'>> {
    return this.#ask('roles', args);
  }

  /** As `Verifier.verifyTarget`. */
  async verifyTarget(...args: Args<'verifyTarget'>): Promise<Given<'verifyTarget'>> {
    return this.#ask('verifyTarget', args);
  }

  /** As `Verifier.export`. */
  async export(...args: Args<'export'>): Promise<Given<'export'>> {
    return this.#ask('export', args);
  }

  /** As `Verifier.locateRecord`. */
  async locateRecord(...args: Args<'locateRecord'>): Promise<Given<'locateRecord'>> {
    return this.#ask('locateRecord', args);
  }

  /** As `Verifier.shardPath`. */
  async shardPath(...args: Args<'shardPath'>): Promise<Given<'shardPath'>> {
    return this.#ask('shardPath', args);
  }

  /** As `Verifier.findRecord`. */
  async findRecord(...args: Args<'findRecord'>): Promise<Given<'findRecord'>> {
    return this.#ask('findRecord', args);
  }

  /** As `Verifier.verifyRecord`. */
  async verifyRecord(...args: Args<'verifyRecord'>): Promise<Given<'verifyRecord'>> {
    return this.#ask('verifyRecord', args);
  }

  /** As `Verifier.recordSigners`. */
  async recordSigners(...args: Args<'recordSigners'>): Promise<Given<'recordSigners'>> {
    return this.#ask('recordSigners', args);
  }

  /** As `Verifier.listRecords`. */
  async listRecords(...args: Args<'listRecords'>): Promise<Given<'listRecords'>> {
    return this.#ask('listRecords', args);
  }

  /** As `Verifier.auditRecords`. */
  async auditRecords(...args: Args<'auditRecords'>): Promise<Given<'auditRecords'>> {
    return this.#ask('auditRecords', args);
  }

  /** As `Verifier.trustedRepodata`. */
  async trustedRepodata(...args: Args<'trustedRepodata'>): Promise<Given<'trustedRepodata'>> {
    return this.#ask('trustedRepodata', args);
  }

  /** As `Verifier.verifyPackage`. */
  async verifyPackage(...args: Args<'verifyPackage'>): Promise<Given<'verifyPackage'>> {
    return this.#ask('verifyPackage', args);
  }

  /** As `Verifier.inspectPackage`. */
  async inspectPackage(...args: Args<'inspectPackage'>): Promise<Given<'inspectPackage'>> {
    return this.#ask('inspectPackage', args);
  }

  /** As `VerifierWorker.fetchPackage`. */
  async fetchPackage(...args: Args<'fetchPackage'>): Promise<Given<'fetchPackage'>> {
    return this.#ask('fetchPackage', args);
  }

  /** As `Verifier.inspectRemote`. */
  async inspectRemote(...args: Args<'inspectRemote'>): Promise<Given<'inspectRemote'>> {
    return this.#ask('inspectRemote', args);
  }

  /** As `Verifier.verifyInstalled`. */
  async verifyInstalled(...args: Args<'verifyInstalled'>): Promise<Given<'verifyInstalled'>> {
    return this.#ask('verifyInstalled', args);
  }

  /** As `Verifier.inspectInstalled`. */
  async inspectInstalled(...args: Args<'inspectInstalled'>): Promise<Given<'inspectInstalled'>> {
    return this.#ask('inspectInstalled', args);
  }

  /** As `VerifierWorker.refresh`, for all workers. */
  async refresh(...args: Args<'refresh'>): Promise<Given<'refresh'>> {
    return this.#change('refresh', args);
  }

  /** As `VerifierWorker.loadTarget`, for all workers. */
  async loadTarget(...args: Args<'loadTarget'>): Promise<Given<'loadTarget'>> {
    return this.#change('loadTarget', args);
  }

  /** As `VerifierWorker.fetchTarget`, for all workers. */
  async fetchTarget(...args: Args<'fetchTarget'>): Promise<Given<'fetchTarget'>> {
    return this.#change('fetchTarget', args);
  }

  /** As `VerifierWorker.restore`, for all workers. */
  async restore(...args: Args<'restore'>): Promise<Given<'restore'>> {
    const [state] = args;
    return this.#change('restore', [has(state, Symbol.iterator) ? [...state] : state]);
  }

  /** As `VerifierWorker.fetchRepodata`, for all workers. */
  async fetchRepodata(...args: Args<'fetchRepodata'>): Promise<Given<'fetchRepodata'>> {
    const [subdir] = args;
    return this.#change('fetchRepodata', args, ({ bytes, target }) => ({
      name: 'addRepodata',
      args: [subdir, new Blob([bytes as Uint8Array<ArrayBuffer>]), target === null ? {} : { target }],
    }));
  }

  /** As `Verifier.addRepodata`, for all workers. */
  async addRepodata(...[subdir, source, options]: Args<'addRepodata'>): Promise<Given<'addRepodata'>> {
    return this.#add(source, options, (kept, more) => ({ name: 'addRepodata', args: [subdir, kept, more] }), (worker, kept) =>
      worker.addRepodata(subdir, kept, options),
    );
  }

  /** As `Verifier.indexRepodata`, for all workers. */
  async indexRepodata(...[subdir, source, options]: Args<'indexRepodata'>): Promise<Given<'indexRepodata'>> {
    return this.#add(source, options, (kept, more) => ({ name: 'indexRepodata', args: [subdir, kept, more] }), (worker, kept) =>
      worker.indexRepodata(subdir, kept, options),
    );
  }

  /** As `Verifier.addShardIndex`, for all workers. */
  async addShardIndex(...[subdir, source, options]: Args<'addShardIndex'>): Promise<Given<'addShardIndex'>> {
    return this.#add(source, options, (kept, more) => ({ name: 'addShardIndex', args: [subdir, kept, more] }), (worker, kept) =>
      worker.addShardIndex(subdir, kept as Blob, options),
    );
  }

  /** As `Verifier.addShard`, for all workers. */
  async addShard(...[subdir, name, source, options]: Args<'addShard'>): Promise<Given<'addShard'>> {
    return this.#add(source, options, (kept) => ({ name: 'addShard', args: [subdir, name, kept as Blob] }), (worker, kept) =>
      worker.addShard(subdir, name, kept as Blob, options),
    );
  }

  /** Ends all workers, and what is under way with FREED. */
  free(): void {
    this.#running.end();
    for (const member of this.#members) member.free();
  }

  /** The member that has the least to do. */
  get #idlest(): Member {
    const [first, ...others] = this.#members as [Member, ...Member[]];
    return others.reduce((least, member) => (member.load < least.load ? member : least), first);
  }

  /** Runs what the caller's signal ends, or `free()`, whatever it waits for. */
  async #during<T>(options: unknown, run: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
    return this.#running.during({ signal: signalOf(options) }, ({ signal }) => run(signal));
  }

  async #least<T>(work: (worker: VerifierWorker) => Promise<T>, weight = 0): Promise<T> {
    return this.#idlest.call(weight, work);
  }

  /** Asks the worker that has the least to do. */
  async #ask<Name extends Asking>(name: Name, args: Args<Name>): Promise<Given<Name>> {
    const own = withOwnBytes(args);
    return this.#during(optionsOf(name, args), () =>
      this.#least((worker) => carriedOut(worker, name, own), weightOf(own)),
    );
  }

  /** Has one worker change what is trusted, and tells the others, also of what came before an error. */
  async #change<Name extends Changing>(
    name: Name,
    args: Args<Name>,
    addition?: (given: Given<Name>) => Addition,
  ): Promise<Given<Name>> {
    const own = withOwnBytes(args);
    return this.#inTurn(optionsOf(name, args), async () => {
      const lead = this.#idlest;
      let by: VerifierWorker | undefined;
      let given: Given<Name>;
      try {
        given = await lead.call(weightOf([]), (worker) => carriedOut((by = worker), name, own));
      } finally {
        // Where there is no root, the call has said so.
        const state = await lead.call(0, (worker) => worker.export()).catch(() => undefined);
        if (state !== undefined) {
          this.#journal.trust(state);
          await this.#tellOthers(by, (worker) => worker.restore(state));
        }
      }
      if (addition !== undefined) await this.#added(by, addition(given));
      return given;
    });
  }

  /** Has one worker add repodata, and tells the others. */
  async #add<T>(
    source: RepodataSource,
    options: WorkOptions | RepodataOptions | undefined,
    addition: (kept: string | Blob, more: Pick<RepodataOptions, 'target'>) => Addition,
    work: (worker: VerifierWorker, kept: string | Blob) => Promise<T>,
  ): Promise<T> {
    const kept = await this.#during(options, (signal) =>
      keptSource(source, { ...options, signal }, this.#repodataBytes),
    );
    return this.#inTurn(options, async () => {
      const lead = this.#idlest;
      let by: VerifierWorker | undefined;
      const given = await lead.call(weightOf([kept]), (worker) => work((by = worker), kept));
      const { target } = (options ?? {}) as RepodataOptions;
      await this.#added(by, addition(kept, target === undefined ? {} : { target }));
      return given;
    });
  }

  /** What one worker has added, all have to. */
  async #added(by: VerifierWorker | undefined, addition: Addition): Promise<void> {
    this.#journal.add(addition);
    await this.#tellOthers(by, (worker) => told(worker, addition));
  }

  /** Tells all workers but the one that did it, in whose place there may be another by now. */
  async #tellOthers(by: VerifierWorker | undefined, tell: (worker: VerifierWorker) => Promise<unknown>): Promise<void> {
    const telling = async (worker: VerifierWorker) => (worker === by ? undefined : tell(worker));
    const ends = await Promise.allSettled(this.#members.map((member) => member.call(weightOf([]), telling)));
    for (const [index, end] of ends.entries()) {
      // One that has failed is told when it begins again.
      if (end.status === 'rejected' && this.#members[index]?.isThere === true) throw end.reason;
    }
  }

  /** One change after the other. Who no longer waits for a change may have begun it all the same. */
  async #inTurn<T>(options: unknown, work: () => Promise<T>): Promise<T> {
    return this.#during(options, (signal) => {
      const turn = this.#changed.then(() => {
        signal?.throwIfAborted();
        return work();
      });
      this.#changed = turn.catch(() => undefined);
      return turn;
    });
  }
}

/** The options of a call of what takes time. */
function optionsOf(name: Method, args: readonly unknown[]): unknown {
  const { options: at } = METHODS[name];
  return at === undefined ? undefined : args[at];
}

function carriedOut<Name extends Method>(worker: VerifierWorker, name: Name, args: Args<Name>): Promise<Given<Name>> {
  return (worker[name] as unknown as (...args: Args<Name>) => Promise<Given<Name>>).apply(worker, args);
}

/** Options for as many workers as there will be: a body can be read once. */
async function repeatable(options: VerifierOptions): Promise<VerifierOptions> {
  const { now } = options;
  const given = await sendable(options);
  const { wasm } = given;
  const module = isResponse(wasm) ? { wasm: await compile('own', wasm, UNUSED) } : {};
  return { ...given, ...module, ...(now === undefined ? {} : { now }) };
}

/** A module out of a response takes nothing of the runtime. */
const UNUSED = {
  ownWasm: () => '',
  installedWasm: () => '',
  fetchWasm: (address: URL | string) => fetch(address),
  fetchOptions: {},
  turn: async () => undefined,
};
