import { letDispose } from '../disposable.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';
import { wordsOf } from '../errors/words.js';
import { checkNames } from '../options/named-options.js';
import type { ListOptions } from '../records/listing.js';
import { RecordList } from '../records/record-list.js';
import type { TrustInfo } from '../trust/channel-trust.js';
import type { Time } from '../trust/clock.js';
import type { VerifierOptions } from '../verifier-options.js';
import { has } from '../sources/shapes.js';
import { unlessAborted } from '../unless-aborted.js';
import { workOf } from '../work.js';
import { frozenData } from './frozen-data.js';
import { Greeting } from './greeting.js';
import { listed } from './listed.js';
import { type Connect, PROTOCOL } from './messages.js';
import { type Args, type Given, type Method, METHODS, type RemoteVerifier } from './methods.js';
import { absolute, checkPlain, sendable } from './sendable.js';
import { Peer, ROOT } from './peer.js';
import { placed } from './placed.js';
import { on, workerFailed, type WorkerPort } from './port.js';
import { watched } from './watched.js';
import type { WorkerOptions } from './worker-options.js';

/**
 * A verifier that works in a Web Worker, so that the page has its own thread for itself. Made by
 * `VerifierWorker.create()`.
 */
export class VerifierWorker implements RemoteVerifier {
  /** Makes a worker of this package's own; each entry of the package says how. */
  protected static readonly makeWorker: () => WorkerPort;

  static {
    letDispose(this.prototype);
  }

  /** As `free()`, for `using`; there is none where the engine has no `Symbol.dispose`. */
  declare [Symbol.dispose]: () => void;

  readonly #worker: WorkerPort;
  readonly #isOwn: boolean;
  readonly #peer: Peer;
  #stops: readonly (() => void)[] = [];
  readonly #greeting: Greeting;
  readonly #ended: (() => void)[] = [];
  #now: (() => Time) | undefined;

  /** Not for use: `VerifierWorker.create()` makes them. */
  protected constructor(worker: WorkerPort, isOwn: boolean) {
    if (typeof worker?.postMessage !== 'function') {
      throw invalidArgument('new VerifierWorker', 'a verifier is made by `await VerifierWorker.create()`');
    }
    this.#worker = worker;
    this.#isOwn = isOwn;
    const { port1, port2 } = new MessageChannel();
    const greeting = new Greeting((error) => this.#peer.close(error));
    this.#greeting = greeting;
    this.#peer = new Peer(port1, {
      root: {},
      isOwn: false,
      received: frozenData,
      onHello: (protocol) => greeting.hello(protocol),
      onEnd: () => this.#atEnd(),
    });
    const fail = (words: unknown) => {
      // An error of a worker that does other things too need not be the end of it.
      if (!isOwn && greeting.isHeard) return;
      this.#peer.close(workerFailed(typeof words === 'string' && words !== '' ? words : 'its script can\'t be loaded'));
    };
    this.#stops = [
      on(worker, 'error', ({ message }) => fail(message)),
      // As Node.js says it.
      on(worker, 'exit', () => fail('it has ended')),
    ];
    const connect: Connect = { 'conda-verifier': 'connect', protocol: PROTOCOL, port: port2 };
    try {
      worker.postMessage(connect, [port2]);
    } catch (cause) {
      this.#peer.close(workerFailed(`nothing can be sent to it: ${wordsOf(cause)}`, cause));
    }
  }

  /**
   * Starts a worker, and makes a verifier in it.
   *
   * Its methods are those of `Verifier`, with the same arguments, results and errors, and all of
   * them give promises. What crosses:
   *
   * - Bytes in memory are copied before a call returns, unless they were given away by `moved()`.
   *   A Blob or File is passed on as it is. Bodies and streams are read here, piece by piece, as
   *   the worker asks for them, and so is an object with `readAt()`.
   * - The bytes that `onFile` gets are transferred, and so are those of results. The worker waits
   *   until `onFile` is done.
   * - `signal`, `onProgress`, `fetch`, a fetcher, a store and the functions of installed files are
   *   used on this side. Without a fetcher the worker fetches by itself.
   * - A function as the option `now` is asked at each call.
   *
   * @param options Those of `Verifier.create`.
   * @throws VerifierError WORKER_FAILED where there is no worker, or it does not answer; and as
   * `Verifier.create`.
   */
  static async create(options: VerifierOptions = {}, place: WorkerOptions = {}): Promise<VerifierWorker> {
    checkNames('place', place, ['worker']);
    checkPlain(options);
    const { now, signal } = options;
    workOf({ signal });
    const given = await unlessAborted(sendable(options), signal);
    const { worker, isOwn } = placed(place, this.makeWorker);
    const remote = new this(worker, isOwn);
    try {
      if (typeof now === 'function') remote.#now = now;
      await unlessAborted(remote.#greeting.heard, signal);
      await unlessAborted(remote.#peer.call(ROOT, 'create', [given, remote.#time()]), signal);
      return remote;
    } catch (error) {
      remote.free();
      throw error;
    }
  }

  /** What is trusted of the channel now; null without `trustedRoot`. */
  get trust(): Promise<TrustInfo | null> {
    return this.#invoke('trust');
  }

  /** As `Verifier.roles`. */
  async roles(...args: Args<'roles'>): Promise<Given<'roles'>> {
    return this.#invoke('roles', ...args);
  }

  /** As `Verifier.refresh`; without a fetcher, or with null, the worker fetches by itself. */
  async refresh(...args: Args<'refresh'>): Promise<Given<'refresh'>> {
    return this.#invoke('refresh', ...args);
  }

  /** As `Verifier.findTarget`. */
  async findTarget(...args: Args<'findTarget'>): Promise<Given<'findTarget'>> {
    return this.#invoke('findTarget', ...args);
  }

  /** As `Verifier.loadTarget`; without a fetcher the worker fetches by itself. */
  async loadTarget(...args: Args<'loadTarget'>): Promise<Given<'loadTarget'>> {
    return this.#invoke('loadTarget', ...args);
  }

  /** As `Verifier.fetchTarget`; without a fetcher the worker fetches by itself. */
  async fetchTarget(...args: Args<'fetchTarget'>): Promise<Given<'fetchTarget'>> {
    return this.#invoke('fetchTarget', ...args);
  }

  /** As `Verifier.verifyTarget`. */
  async verifyTarget(...args: Args<'verifyTarget'>): Promise<Given<'verifyTarget'>> {
    return this.#invoke('verifyTarget', ...args);
  }

  /** As `Verifier.next`. */
  async next(...args: Args<'next'>): Promise<Given<'next'>> {
    return this.#invoke('next', ...args);
  }

  /** As `Verifier.update`. */
  async update(...args: Args<'update'>): Promise<Given<'update'>> {
    return this.#invoke('update', ...args);
  }

  /** As `Verifier.unavailable`. */
  async unavailable(...args: Args<'unavailable'>): Promise<Given<'unavailable'>> {
    return this.#invoke('unavailable', ...args);
  }

  /** As `Verifier.abandon`. */
  async abandon(...args: Args<'abandon'>): Promise<Given<'abandon'>> {
    return this.#invoke('abandon', ...args);
  }

  /** As `Verifier.export`. */
  async export(...args: Args<'export'>): Promise<Given<'export'>> {
    return this.#invoke('export', ...args);
  }

  /** As `Verifier.restore`; any iterable will do. */
  async restore(...args: Args<'restore'>): Promise<Given<'restore'>> {
    const [state] = args;
    // A list crosses as it is; who is given no list says so.
    return this.#invoke('restore', has(state, Symbol.iterator) ? [...state] : state);
  }

  /** As `Verifier.addRepodata`. */
  async addRepodata(...args: Args<'addRepodata'>): Promise<Given<'addRepodata'>> {
    return this.#invoke('addRepodata', ...args);
  }

  /** As `Verifier.indexRepodata`. */
  async indexRepodata(...args: Args<'indexRepodata'>): Promise<Given<'indexRepodata'>> {
    return this.#invoke('indexRepodata', ...args);
  }

  /** As `Verifier.locateRecord`. */
  async locateRecord(...args: Args<'locateRecord'>): Promise<Given<'locateRecord'>> {
    return this.#invoke('locateRecord', ...args);
  }

  /** As `Verifier.addShardIndex`. */
  async addShardIndex(...args: Args<'addShardIndex'>): Promise<Given<'addShardIndex'>> {
    return this.#invoke('addShardIndex', ...args);
  }

  /** As `Verifier.shardPath`. */
  async shardPath(...args: Args<'shardPath'>): Promise<Given<'shardPath'>> {
    return this.#invoke('shardPath', ...args);
  }

  /** As `Verifier.addShard`. */
  async addShard(...args: Args<'addShard'>): Promise<Given<'addShard'>> {
    return this.#invoke('addShard', ...args);
  }

  /** As `Verifier.findRecord`. */
  async findRecord(...args: Args<'findRecord'>): Promise<Given<'findRecord'>> {
    return this.#invoke('findRecord', ...args);
  }

  /** As `Verifier.verifyRecord`. */
  async verifyRecord(...args: Args<'verifyRecord'>): Promise<Given<'verifyRecord'>> {
    return this.#invoke('verifyRecord', ...args);
  }

  /** As `Verifier.recordSigners`. */
  async recordSigners(...args: Args<'recordSigners'>): Promise<Given<'recordSigners'>> {
    return this.#invoke('recordSigners', ...args);
  }

  /** As `Verifier.listRecords`. The records come piece by piece, so that the page stays alive. */
  async listRecords(...args: Args<'listRecords'>): Promise<Given<'listRecords'>> {
    const [subdir, options = {}] = args;
    // The worker says what is wrong with it.
    if (Object.prototype.toString.call(options) !== '[object Object]') return this.#invoke('listRecords', ...args);
    const list = new RecordList();
    const withRows: ListOptions = { ...options, onRows: (rows) => list.add(rows) };
    await this.#invoke('listRecords', subdir, withRows);
    return list.finish();
  }

  /** As `Verifier.auditRecords`. */
  async auditRecords(...args: Args<'auditRecords'>): Promise<Given<'auditRecords'>> {
    return this.#invoke('auditRecords', ...args);
  }

  /** As `Verifier.trustedRepodata`. */
  async trustedRepodata(...args: Args<'trustedRepodata'>): Promise<Given<'trustedRepodata'>> {
    return this.#invoke('trustedRepodata', ...args);
  }

  /** As `Verifier.verifyPackage`. */
  async verifyPackage(...args: Args<'verifyPackage'>): Promise<Given<'verifyPackage'>> {
    return this.#invoke('verifyPackage', ...args);
  }

  /** As `Verifier.inspectPackage`. */
  async inspectPackage(...args: Args<'inspectPackage'>): Promise<Given<'inspectPackage'>> {
    return this.#invoke('inspectPackage', ...args);
  }

  /** As `Verifier.fetchRepodata`; without a fetcher the worker fetches by itself. */
  async fetchRepodata(...args: Args<'fetchRepodata'>): Promise<Given<'fetchRepodata'>> {
    return this.#invoke('fetchRepodata', ...args);
  }

  /** As `Verifier.fetchPackage`; without a fetcher the worker fetches by itself. */
  async fetchPackage(...args: Args<'fetchPackage'>): Promise<Given<'fetchPackage'>> {
    return this.#invoke('fetchPackage', ...args);
  }

  /** As `Verifier.inspectRemote`; a relative URL is relative to this page. */
  async inspectRemote(...args: Args<'inspectRemote'>): Promise<Given<'inspectRemote'>> {
    const [url, ...rest] = args;
    return this.#invoke('inspectRemote', absolute(url), ...rest);
  }

  /** As `Verifier.verifyInstalled`. */
  async verifyInstalled(...args: Args<'verifyInstalled'>): Promise<Given<'verifyInstalled'>> {
    const [files, ...rest] = args;
    return this.#invoke('verifyInstalled', listed(files), ...rest);
  }

  /** As `Verifier.inspectInstalled`. */
  async inspectInstalled(...args: Args<'inspectInstalled'>): Promise<Given<'inspectInstalled'>> {
    const [files, ...rest] = args;
    return this.#invoke('inspectInstalled', listed(files), ...rest);
  }

  /** Why nothing can be asked of it any more: it was freed, or it failed. */
  get ended(): VerifierError | undefined {
    return this.#peer.end;
  }

  /** @internal Calls when that is so. */
  whenEnded(ended: () => void): void {
    if (this.#peer.end === undefined) this.#ended.push(ended);
    else ended();
  }

  /**
   * Ends what is under way with FREED. A worker that was made for it is terminated; in another
   * one the verifier is freed. Workers are not ended by the garbage collector: call this.
   */
  free(): void {
    if (this.#peer.end !== undefined) return;
    // It goes before the end of the port.
    void this.#peer.call(ROOT, 'free', []).catch(() => undefined);
    this.#peer.close(VerifierError.of('FREED', 'the verifier was used after free()'));
  }

  #atEnd(): void {
    this.#greeting.end(this.#peer.end);
    for (const stop of this.#stops) stop();
    if (this.#isOwn) {
      // An error that is told after its port was closed would end a program of Node.js, if nobody heard it.
      on(this.#worker, 'error', () => undefined);
      this.#worker.terminate?.();
    }
    for (const ended of this.#ended.splice(0)) ended();
  }

  /** What the caller's clock shows; undefined without one. No time at all is for the verifier to refuse. */
  #time(): Time | undefined {
    return this.#now === undefined ? undefined : (this.#now() ?? (null as unknown as Time));
  }

  /** Has a method carried out. All that it needs is sent before this returns. */
  async #invoke<Name extends Method>(name: Name, ...args: Args<Name>): Promise<Given<Name>> {
    const { args: given, signal, end } = watched(args, METHODS[name].options);
    try {
      signal?.throwIfAborted();
      const answer = this.#peer.call(ROOT, 'invoke', [name, given, this.#time()]);
      return (await unlessAborted(answer, signal)) as Given<Name>;
    } finally {
      end();
    }
  }
}
