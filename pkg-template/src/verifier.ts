import { CallersSource } from './callers-source.js';
import { Core, type Examination, type ExaminationOptions, type HostSource } from './core.js';
import { type CoreExpectation, expectationOf, type Expected, sizeBound } from './expectation.js';
import { frozen } from './frozen.js';
import { invalidArgument } from './invalid-argument.js';
import { checkNames } from './named-options.js';
import { Pace } from './pace.js';
import { fileNameOf, hostSource, type PackageSource } from './package-source.js';
import { quoted } from './printable.js';
import type { Progress } from './progress.js';
import { RecordIndex } from './record-index.js';
import type { RepodataRecord } from './repodata-record.js';
import { type RepodataSource, repodataSource } from './repodata-source.js';
import type { Runtime, WasmInput } from './runtime.js';
import { type Limits, type Policy, Settings } from './settings.js';
import type { Verdict } from './verdict.js';
import { PackageRejected, VerifierError } from './verifier-error.js';
import { compile } from './wasm-module.js';

/** The options of `Verifier.create`. */
export interface VerifierOptions {
  /** What findings do whose codes are adjustable: `throw` unless given. */
  readonly policy?: Policy | undefined;
  /** Bounds that differ from the defaults. */
  readonly limits?: Limits | undefined;
  /**
   * The WebAssembly file, where the package's own can't be found. All verifiers of a realm
   * share one instance, so only the first one's is used.
   */
  readonly wasm?: WasmInput | Promise<WasmInput> | undefined;
}

/** The options of what takes time. */
export interface WorkOptions {
  /** Ends the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then, at least about once per MiB. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What `addRepodata` tells of what it read. */
export interface AddedRepodata {
  readonly subdir: string;
  /** The number of records. */
  readonly records: number;
}

/** What is not there to read; for trying out options. */
const NOTHING: HostSource = { size: 0, fixed: true, readAt: () => undefined };

/**
 * Verifies packages. Made by `Verifier.create()`.
 *
 * All verifiers of a realm share one WebAssembly instance. Calls may overlap: each
 * verification goes on by itself, and works for a few milliseconds at a time.
 */
export class Verifier {
  /** What is special here; each entry of the package says it. */
  protected static readonly runtime: Runtime;

  static {
    // Not written as a method: engines without Symbol.dispose would make one named "undefined".
    if (typeof Symbol.dispose === 'symbol') {
      Object.defineProperty(this.prototype, Symbol.dispose, {
        value: this.prototype.free,
        configurable: true,
        writable: true,
      });
    }
  }

  declare [Symbol.dispose]: () => void;

  readonly #core: Core;
  readonly #settings: Settings;
  readonly #runtime: Runtime;
  readonly #repodata = new Map<string, RecordIndex>();
  #isFreed = false;

  /** Not for use: `Verifier.create()` makes verifiers. */
  protected constructor(core: Core, settings: Settings, runtime: Runtime) {
    if (!(core instanceof Core)) {
      throw invalidArgument('new Verifier', 'a verifier is made by `await Verifier.create()`');
    }
    this.#core = core;
    this.#settings = settings;
    this.#runtime = runtime;
  }

  /**
   * Loads the WebAssembly file, if that was not done before, and makes a verifier.
   *
   * @throws VerifierError ARGUMENT_INVALID for an option that is not valid or not known;
   * WASM_UNAVAILABLE.
   */
  static async create(options: VerifierOptions = {}): Promise<Verifier> {
    checkNames('options', options, ['policy', 'limits', 'wasm']);
    const settings = new Settings(options.policy, options.limits);
    const core = await Core.open(() => compile(options.wasm, this.runtime));
    const verifier = new this(core, settings, this.runtime);
    verifier.#tryOut({});
    return verifier;
  }

  /**
   * Reads repodata, plain or compressed with zstd or bzip2, for `findRecord`. What was added
   * before for the same subdir is replaced.
   *
   * Nobody signed it: what is found in it is compared, and vouches for nothing.
   *
   * @param subdir The folder of the channel, e.g. `noarch`.
   * @throws VerifierError JSON_INVALID, REPODATA_INVALID and others for what is no repodata;
   * REPODATA_MISPLACED where it says that it is of another subdir; HTTP_STATUS,
   * NETWORK_FAILED and others where it can't be read.
   */
  async addRepodata(
    subdir: string,
    source: RepodataSource,
    options: WorkOptions = {},
  ): Promise<AddedRepodata> {
    if (typeof subdir !== 'string' || subdir === '') {
      throw invalidArgument('subdir', 'it is a folder of a channel, e.g. "noarch"');
    }
    const index = await this.readRepodata(source, options);
    if (this.#isFreed || (index.subdir ?? subdir) !== subdir) {
      index.free();
      this.#checkAlive();
      throw VerifierError.of(
        'REPODATA_MISPLACED',
        `the repodata added for ${quoted(subdir)} says that it is of ${quoted(index.subdir ?? '')}`,
        { details: { expected: subdir, actual: index.subdir } },
      );
    }
    this.#repodata.get(subdir)?.free();
    this.#repodata.set(subdir, index);
    return Object.freeze({ subdir, records: index.length });
  }

  /**
   * The record of a file in the repodata that was added. Nobody signed it, and its `trust`
   * says so: give it to `verifyPackage` as `{ record }` to have it compared.
   *
   * @throws VerifierError RECORD_MISSING; RECORD_INVALID and JSON_INVALID where it is
   * malformed; ARGUMENT_INVALID where no repodata was added for the subdir.
   */
  findRecord(subdir: string, fileName: string): RepodataRecord {
    this.#checkAlive();
    const index = this.#repodata.get(subdir);
    if (index === undefined) {
      const added = [...this.#repodata.keys()].join(', ') || 'none';
      throw invalidArgument('subdir', `no repodata was added for it; added: ${added}`);
    }
    if (typeof fileName !== 'string') throw invalidArgument('fileName', 'it is no string');
    return index.find(fileName);
  }

  /**
   * Verifies a package. Resolves to a `verified` or `unverified` verdict; an `unverified`
   * one says that nothing is wrong, but nobody vouched for the bytes.
   *
   * Bytes in memory are copied before this returns: what the caller does to them afterwards
   * changes nothing. Bodies and streams are read until they are longer than expected.
   *
   * @throws PackageRejected what was found, with the whole verdict.
   * @throws VerifierError ARGUMENT_INVALID; HTTP_STATUS, NETWORK_FAILED, SOURCE_READ and
   * others where the bytes can't be read, and nothing was decided; FREED, INSTANCE_POISONED.
   */
  async verifyPackage(
    source: PackageSource,
    expected: Expected = {},
    options: WorkOptions = {},
  ): Promise<Verdict> {
    const verdict = await this.inspectPackage(source, expected, options);
    if (verdict.verdict === 'rejected') throw new PackageRejected(verdict);
    return verdict;
  }

  /**
   * Verifies a package, and gives the verdict also where it is `rejected`.
   *
   * @throws VerifierError as `verifyPackage`, but for PackageRejected.
   */
  async inspectPackage(
    source: PackageSource,
    expected: Expected = {},
    options: WorkOptions = {},
  ): Promise<Verdict> {
    return this.examine(source, expectationOf(expected, fileNameOf(source)), options);
  }

  /**
   * Gives the memory of repodata back, and ends what is under way with FREED. A verifier
   * that is forgotten is freed by the garbage collector, some time.
   */
  free(): void {
    this.#isFreed = true;
    for (const index of this.#repodata.values()) index.free();
    this.#repodata.clear();
  }

  /** @internal Reads repodata for a caller who frees it. */
  async readRepodata(source: RepodataSource, options: WorkOptions): Promise<RecordIndex> {
    const { signal, report } = this.#begin(options);
    const limits = this.#settings.limits;
    const host = await repodataSource(source, {
      cut: this.#settings.limit('repodataBytes') + 1,
      signal,
      onBytes: (done, total) => report({ phase: 'reading', done, total }),
    });
    this.#checkAlive();
    return withCause(host, () => new RecordIndex(this.#core, host, limits));
  }

  /** @internal Examines a package as the core is told to. */
  async examine(
    source: PackageSource,
    expectation: CoreExpectation,
    options: WorkOptions,
  ): Promise<Verdict> {
    const { signal, report } = this.#begin(options);
    // Before anything is downloaded.
    this.#tryOut(expectation);
    const host = await hostSource(source, {
      cut: sizeBound(expectation, this.#settings) + 1,
      signal,
      onBytes: (done, total) => report({ phase: 'reading', done, total }),
    });
    this.#checkAlive();
    const examination = this.#core.examination(host, this.#options(expectation));
    let isFinished = false;
    try {
      await this.#drive(examination, host, signal, report);
      isFinished = true;
      return frozen(this.#core.call(() => examination.finish()) as Verdict);
    } finally {
      if (!isFinished) this.#core.free(examination);
    }
  }

  /** Step by step to the verdict, with turns for everything else in between. */
  async #drive(
    examination: Examination,
    host: HostSource,
    signal: AbortSignal | undefined,
    report: (progress: Progress) => void,
  ): Promise<void> {
    const pace = new Pace(this.#runtime.turn);
    for (;;) {
      const progress = withCause(host, () => this.#core.call(() => stepOf(examination)));
      report(progress);
      if (progress.phase === 'done') return;
      await pace.keep();
      signal?.throwIfAborted();
      this.#checkAlive();
    }
  }

  #begin(options: WorkOptions): {
    signal: AbortSignal | undefined;
    report: (progress: Progress) => void;
  } {
    this.#checkAlive();
    checkNames('options', options, ['signal', 'onProgress']);
    const { signal, onProgress } = options;
    if (onProgress !== undefined && typeof onProgress !== 'function') {
      throw invalidArgument('options.onProgress', 'it is no function');
    }
    if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') {
      throw invalidArgument('options.signal', 'it is no AbortSignal');
    }
    signal?.throwIfAborted();
    return { signal, report: (progress) => onProgress?.(Object.freeze(progress)) };
  }

  #options(expectation: CoreExpectation): ExaminationOptions {
    const { policy, limits } = this.#settings;
    return { ...expectation, policy, limits };
  }

  /** Lets the core say what it thinks of options. */
  #tryOut(expectation: CoreExpectation): void {
    this.#core.free(this.#core.examination(NOTHING, this.#options(expectation)));
  }

  #checkAlive(): void {
    if (this.#isFreed) throw VerifierError.of('FREED', 'the verifier was used after free()');
  }
}

function stepOf(examination: Examination): Progress {
  const step = examination.step();
  const { phase, done, total } = step;
  step.free();
  return { phase: phase as Progress['phase'], done, total };
}

/** Adds what a source of the caller's threw to the error that the core made of it. */
function withCause<T>(host: HostSource, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (host instanceof CallersSource && host.failure !== undefined && error instanceof Error) {
      error.cause = host.failure.cause;
    }
    throw error;
  }
}
