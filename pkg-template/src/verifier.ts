import {
  Core,
  type Examination,
  type ExaminationOptions,
  type HostSource,
} from './core/core.js';
import { InstalledCore } from './core/installed-core.js';
import { Owned } from './core/owned.js';
import { Pace } from './core/pace.js';
import type { Runtime, WasmInput } from './core/runtime.js';
import { compile } from './core/wasm-module.js';
import { invalidArgument } from './errors/invalid-argument.js';
import { InstalledRejected, PackageRejected, VerifierError } from './errors/verifier-error.js';
import { frozen } from './frozen.js';
import { checkNames } from './options/named-options.js';
import { type Limits, type Policy, Settings } from './options/settings.js';
import type { AddedRepodata, AddedShard, AddedShardIndex } from './records/added.js';
import type { RecordIndex } from './records/record-index.js';
import type { RecordLocation, RecordTexts } from './records/record-location.js';
import type { RecordSource } from './records/record-source.js';
import { auditRecords, type RecordsReport } from './records/records-report.js';
import {
  type FoundRecord,
  optionOf,
  recordOf,
  type RepodataRecord,
  type VerifiedRecord,
  verifiedRecordOf,
} from './records/repodata-record.js';
import { REPODATA_OPTIONS, type RepodataOptions } from './records/repodata-file.js';
import { RepodataReader } from './records/repodata-reader.js';
import { checkSubdir, Subdirs } from './records/subdirs.js';
import { withCause } from './sources/callers-source.js';
import {
  type Bytes,
  fileNameOf,
  fileNameOfUrl,
  hostSource,
  type PackageSource,
} from './sources/package-source.js';
import { RemoteFile } from './sources/remote-file.js';
import type { RepodataSource } from './sources/repodata-source.js';
import {
  ChannelTrust,
  type Stored,
  type TrustInfo,
  type TrustState,
  type Updated,
} from './trust/channel-trust.js';
import type { Fetcher } from './trust/fetching.js';
import { refresh } from './trust/refresh.js';
import { REFRESH_OPTIONS, type RefreshOptions } from './trust/refresh-options.js';
import type { RefreshReport } from './trust/refresh-report.js';
import { type Outcome, Session } from './trust/session.js';
import type { Mirrors } from './trust/mirrors.js';
import type { Lookup, Target } from './trust/target.js';
import { type FetchedTarget, loadTarget, type TargetOptions } from './trust/target-fetching.js';
import { Targets } from './trust/targets.js';
import type { Want } from './trust/want.js';
import { TRUST_OPTIONS, type TrustOptions, trustSettings } from './trust/trust-settings.js';
import { unlessAborted } from './unless-aborted.js';
import { EXAMINE_OPTIONS, type ExamineOptions, onFileOf } from './verdict/examine-options.js';
import { examine } from './verdict/examining.js';
import {
  type CoreExpectation,
  expectationOf,
  type Expected,
  expectedSize,
  sizeBound,
} from './verdict/expectation.js';
import { Inspecting, type Listing } from './verdict/inspecting.js';
import { checkTexts, INSTALLED_OPTIONS, type InstalledOptions } from './verdict/installed-options.js';
import type { InstalledVerdict } from './verdict/installed-verdict.js';
import { manifestOf } from './verdict/manifest.js';
import type { UnpackedFile } from './verdict/unpacked-file.js';
import { inspectRemote, type RemoteInspection } from './verdict/remote-inspection.js';
import {
  expectedIn,
  REMOTE_OPTIONS,
  type RemoteOptions,
  remoteSettings,
  remoteUrl,
} from './verdict/remote-options.js';
import type { Verdict } from './verdict/verdict.js';
import { type Work, type WorkOptions, workOf } from './work.js';

/** The options of `Verifier.create`. */
export interface VerifierOptions extends TrustOptions {
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

/** What a package is compared with, and the repodata that its record was found in. */
interface Compared {
  readonly expectation: CoreExpectation;
  readonly records?: RecordSource | undefined;
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
  readonly #subdirs = new Subdirs();
  #trust: ChannelTrust | undefined;
  #refreshing: Promise<unknown> = Promise.resolve();
  readonly #underWay = new Set<AbortController>();
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
   * THRESHOLD_NOT_MET, ROLE_MALFORMED, JSON_INVALID and others for a `trustedRoot` that is no
   * root; WASM_UNAVAILABLE.
   */
  static async create(options: VerifierOptions = {}): Promise<Verifier> {
    checkNames('options', options, ['policy', 'limits', 'wasm', ...TRUST_OPTIONS]);
    const settings = new Settings(options.policy, options.limits);
    const trust = trustSettings(options, settings.limits);
    const core = await Core.open(() => compile('own', options.wasm, this.runtime));
    const verifier = new this(core, settings, this.runtime);
    verifier.#tryOut({});
    if (trust !== undefined) verifier.#trust = new ChannelTrust(core, trust);
    return verifier;
  }

  /** What is trusted of the channel now; null without `trustedRoot`. */
  get trust(): TrustInfo | null {
    this.#checkAlive();
    return this.#trust?.info() ?? null;
  }

  /**
   * Brings what is trusted of the channel up to date: asks for newer roots while there are
   * any, then for `key_mgr.json` and `pkg_mgr.json`, or under a root of TUF for timestamp,
   * snapshot and targets. What was accepted before something
   * failed stays, and is what the `store` holds afterwards, also if the `signal` ends the
   * refresh. A call waits for the one before it.
   *
   * A file that one of the `mirrors` serves wrong or not at all comes from the next, and the
   * report says so. Before there is believed to be no newer root, all of them were asked. A
   * store that is spoiled, foreign or out of order is passed over too, and told as `store`.
   *
   * A mirror that replays files which are still valid, and of which no later version was ever
   * seen here, is noticed by nobody before they expire.
   *
   * @param fetcher Like `fetch`; it is called with a URL and `{ signal, cache }`.
   * @throws VerifierError EXPIRED, ROLE_ROLLBACK, THRESHOLD_NOT_MET and others of roles;
   * ROLE_UNAVAILABLE, NETWORK_FAILED, TIMED_OUT; ARGUMENT_INVALID where there is no URL to
   * fetch from. With several mirrors, `details.mirrors` lists what each of them failed at.
   */
  async refresh(fetcher: Fetcher, options: RefreshOptions = {}): Promise<RefreshReport> {
    return this.#inSession(fetcher, options, REFRESH_OPTIONS, async (trust, mirrors) => {
      await refresh(trust, mirrors);
    }).then(({ mirrors, store }) => frozen({ ...this.#trusted().info(), mirrors, store }));
  }

  /**
   * Finds a file that the roles of TUF vouch for. For hosts that fetch by their own means: where
   * a delegated role is needed, answer its `want` with `update` or `unavailable`, and ask again.
   * One search at a time.
   *
   * @param path Relative to the channel, e.g. `noarch/repodata.json.zst`.
   * @throws VerifierError TARGET_MISSING where no role lists it; ROLES_NOT_LOADED before a
   * refresh, and under a root that is none of TUF; EXPIRED; LIMIT_EXCEEDED; ROLE_UNLISTED;
   * HASH_UNSUPPORTED.
   */
  findTarget(path: string): Lookup {
    return this.#trusted().findTarget(pathOf(path));
  }

  /**
   * Finds a file that the roles of TUF vouch for, and fetches the roles that this takes.
   *
   * @throws VerifierError as `findTarget` and `refresh`.
   */
  async loadTarget(path: string, fetcher: Fetcher, options: RefreshOptions = {}): Promise<Target> {
    const found = await this.#inSession(fetcher, options, REFRESH_OPTIONS, (trust, mirrors) =>
      loadTarget(trust, mirrors, pathOf(path)),
    );
    return found.value;
  }

  /**
   * Fetches a file that the roles of TUF vouch for, from the first mirror that has it right.
   *
   * @throws VerifierError as `loadTarget`; LIMIT_EXCEEDED before it is asked for, where it is
   * longer than `limits.archiveBytes`; TARGET_DIGEST_MISMATCH; HTTP_STATUS where it is nowhere.
   */
  async fetchTarget(
    path: string,
    fetcher: Fetcher,
    options: TargetOptions = {},
  ): Promise<FetchedTarget> {
    const { hashPrefix } = options;
    if (hashPrefix !== undefined && typeof hashPrefix !== 'boolean') {
      throw invalidArgument('options.hashPrefix', 'it is neither true nor false');
    }
    const names = [...REFRESH_OPTIONS, 'hashPrefix'];
    const { value, mirrors } = await this.#inSession(fetcher, options, names, (trust, mirrors) =>
      this.#targetsOf(trust).fetch(mirrors, pathOf(path), hashPrefix),
    );
    return Object.freeze({ ...value, mirrors: frozen(mirrors) });
  }

  /**
   * Compares a file with what the roles of TUF say of it. Roles that were not loaded are not
   * asked: `loadTarget` does that.
   *
   * @throws VerifierError TARGET_DIGEST_MISMATCH; as `findTarget`; LIMIT_EXCEEDED where it is
   * longer than `limits.archiveBytes`; HTTP_STATUS, NETWORK_FAILED and others where it can't be
   * read.
   */
  async verifyTarget(path: string, source: PackageSource, options: WorkOptions = {}): Promise<Target> {
    const trust = this.#trusted();
    const target = trust.knownTarget(pathOf(path));
    return this.#during(options, (work) => this.#targetsOf(trust).verify(target, source, work));
  }

  /**
   * What a refresh needs next; null ends it. For hosts that fetch by their own means: answer
   * with `update` or `unavailable`. The first call begins a refresh, at a time that holds
   * until its end.
   *
   * @throws VerifierError EXPIRED where the newest root has expired; LIMIT_EXCEEDED;
   * ROLE_SPEC_UNSUPPORTED. They end the refresh.
   */
  next(): Want | null {
    return this.#trusted().next();
  }

  /**
   * Takes a file that `next` asked for. What is refused changes nothing, and the same file
   * may come from elsewhere.
   *
   * @throws VerifierError THRESHOLD_NOT_MET, ROLE_ROLLBACK, ROLE_MALFORMED and others.
   */
  update(want: Want, bytes: Bytes): Updated {
    return this.#trusted().update(want, bytes);
  }

  /**
   * Says that there is no such file, by the status that HTTP has for it: 404 or 403 ends the
   * chain of roots, 404 or 410 means that there is no `pkg_mgr.json`.
   *
   * @throws VerifierError ROLE_MISSING where trust depends on the file; ROLE_UNAVAILABLE for
   * other statuses; EXPIRED.
   */
  unavailable(want: Want, status: number): void {
    this.#trusted().unavailable(want, status);
  }

  /** Gives a refresh up; the next call of `next` begins another. */
  abandon(): void {
    this.#trusted().abandon();
  }

  /** All that is to be kept of the channel, for `restore`, in the place of what was kept before. */
  export(): TrustState {
    return this.#trusted().export();
  }

  /**
   * Takes back what `export` gave. All of it is verified again, from the pinned root on; what
   * is trusted already stays where it is newer.
   *
   * @throws VerifierError STATE_INVALID for what is spoiled, forged or of another channel.
   */
  restore(state: Iterable<Stored>): void {
    this.#trusted().restore(state);
  }

  /**
   * Reads repodata, plain or compressed with zstd or bzip2, for `findRecord`. What was added
   * before for the same subdir is replaced.
   *
   * Whether its records are signed shows when they are asked for. Under a root of TUF the file
   * itself is what somebody vouches for: it is compared with the targets of the usual names, and
   * what is returned says which one it is. Where no role lists any, it is added all the same,
   * and its records are unsigned. Give the option `target` where it has to be vouched for.
   *
   * @param subdir The folder of the channel, e.g. `noarch`.
   * @throws VerifierError JSON_INVALID, REPODATA_INVALID and others for what is no repodata;
   * REPODATA_MISPLACED where it says that it is of another subdir; HTTP_STATUS,
   * NETWORK_FAILED and others where it can't be read. Under a root of TUF
   * TARGET_DIGEST_MISMATCH; ROLES_NOT_LOADED; TARGET_MISSING where no role lists
   * `options.target`.
   */
  async addRepodata(
    subdir: string,
    source: RepodataSource,
    options: RepodataOptions = {},
  ): Promise<AddedRepodata> {
    checkSubdir(subdir);
    const index = await this.readRepodata(subdir, source, options);
    this.#put(subdir, index);
    return Object.freeze({ subdir, records: index.length, target: index.file.target });
  }

  /**
   * Reads repodata as `addRepodata` does, and keeps of it where each record is, with digests,
   * and not the text: for hosts of little memory. A plain text that streams is never in memory
   * as a whole; of a compressed one the compressed bytes are. To have a record, read the bytes
   * that `locateRecord` names, and pass them to `findRecord` or `verifyRecord`.
   *
   * @throws VerifierError as `addRepodata`.
   */
  async indexRepodata(
    subdir: string,
    source: RepodataSource,
    options: RepodataOptions = {},
  ): Promise<AddedRepodata> {
    checkSubdir(subdir);
    const records = await this.#reading(options, (reader, work) =>
      reader.located(subdir, source, options, work),
    );
    this.#put(subdir, records);
    return Object.freeze({ subdir, records: records.length, target: records.file.target });
  }

  /**
   * Where in the unpacked text of repodata that was indexed a file's record and signatures
   * are, in bytes; null where it has no record.
   *
   * @throws VerifierError ARGUMENT_INVALID where no repodata was indexed for the subdir.
   */
  locateRecord(subdir: string, fileName: string): RecordLocation | null {
    this.#checkAlive();
    if (typeof fileName !== 'string') throw invalidArgument('fileName', 'it is no string');
    return frozen(this.#subdirs.located(subdir).locate(fileName));
  }

  /**
   * Reads the index of sharded repodata (CEP 16), `repodata_shards.msgpack.zst`. What was
   * added before for the same subdir is replaced. Shards are compared with its digests. Nobody
   * signs it, so that records out of them vouch for nothing, unless it is a target of TUF, of
   * which the same holds as for `addRepodata`.
   *
   * @throws VerifierError MSGPACK_INVALID, REPODATA_INVALID and others for what is no index;
   * REPODATA_MISPLACED; HTTP_STATUS, NETWORK_FAILED and others where it can't be read.
   */
  async addShardIndex(
    subdir: string,
    source: PackageSource,
    options: RepodataOptions = {},
  ): Promise<AddedShardIndex> {
    checkSubdir(subdir);
    const index = await this.#reading(options, (reader, work) =>
      reader.shardIndex(subdir, source, options, work),
    );
    this.#put(subdir, index);
    const { names, baseUrl, file } = index;
    return Object.freeze({ subdir, names, baseUrl, target: file.target });
  }

  /**
   * Where the shard of a package is: absolute, or relative to the URL of the index.
   *
   * @throws VerifierError SHARD_MISSING where the index has none.
   */
  shardPath(subdir: string, name: string): string {
    this.#checkAlive();
    if (typeof name !== 'string') throw invalidArgument('name', 'it is no string');
    return this.#subdirs.sharded(subdir).path(name);
  }

  /**
   * Reads the shard of a package, for `findRecord`. Nothing of it is decoded unless its bytes
   * are those that the index names.
   *
   * @throws VerifierError SHARD_DIGEST_MISMATCH; SHARD_MISSING; MSGPACK_INVALID and others.
   */
  async addShard(
    subdir: string,
    name: string,
    source: PackageSource,
    options: WorkOptions = {},
  ): Promise<AddedShard> {
    this.shardPath(subdir, name);
    const host = await this.#reading(options, (reader, work) => reader.shard(source, work), []);
    return frozen(withCause(host, () => this.#subdirs.sharded(subdir).add(name, host)));
  }

  /**
   * The record of a file in the repodata that was added, whoever signed it: no signature is
   * looked at, and its `trust` says so. Give it to `verifyPackage` as `{ record }` to have it
   * compared; with `trustedRoot` its signatures are verified then, and that it has none is for
   * the policy to judge.
   *
   * @param texts What is where `locateRecord` says, if the repodata was only indexed.
   * @throws VerifierError RECORD_MISSING; RECORD_CONFLICT where there are two that differ;
   * SOURCE_CHANGED where `texts` are not what was indexed;
   * RECORD_INVALID and JSON_INVALID where it is malformed; ARGUMENT_INVALID where no repodata
   * was added for the subdir.
   */
  findRecord(subdir: string, fileName: string, texts?: RecordTexts): RepodataRecord {
    const record = this.#find(subdir, fileName, texts);
    const trust = this.#trust;
    if (trust === undefined) return recordOf(record, false);
    return recordOf({ ...record, requested: subdir }, trust.info().format === 'tuf');
  }

  /**
   * The record of a file in the repodata that was added, if enough of those who may have
   * signed it, and if it is about that file and that subdir. Give it to `verifyPackage` as
   * `{ record }`, also in another worker: it is verified again there.
   *
   * @throws VerifierError as `findRecord`; RECORD_UNSIGNED; THRESHOLD_NOT_MET,
   * SIGNATURE_ENCODING; RECORD_NAME_MISMATCH, RECORD_SUBDIR_MISMATCH; ROLES_NOT_LOADED before
   * a refresh; EXPIRED.
   */
  verifyRecord(subdir: string, fileName: string, texts?: RecordTexts): VerifiedRecord {
    const trust = this.#trusted();
    const record = { ...this.#find(subdir, fileName, texts), requested: subdir };
    trust.verifyRecord(optionOf(record), this.#subdirs.get(subdir).file);
    return verifiedRecordOf(record, trust.info());
  }

  /**
   * What becomes of all records of a subdir. Their signatures are verified in batches: faster,
   * and a little more lenient towards whoever owns a key, so it is a summary and no proof.
   * Its lists hold no more than `limits.findings` files each; its counts count all.
   *
   * @throws VerifierError ROLES_NOT_LOADED before a refresh; EXPIRED; ARGUMENT_INVALID where
   * no repodata was added for the subdir.
   */
  async auditRecords(subdir: string, options: WorkOptions = {}): Promise<RecordsReport> {
    return this.#during(options, async ({ signal, report }) => {
      const trust = this.#trusted();
      const index = this.#subdirs.index(subdir);
      const longest = this.#settings.limit('findings');
      return auditRecords(index, trust, subdir, longest, async (done) => {
        report({ phase: 'records', done, total: index.records });
        await this.#runtime.turn();
        signal?.throwIfAborted();
        if (this.#subdirs.has(subdir, index)) return;
        throw invalidArgument('subdir', 'its repodata was replaced meanwhile; begin again');
      });
    });
  }

  /**
   * Verifies a package. Resolves to a `verified` or `unverified` verdict; an `unverified`
   * one says that nothing is wrong, but nobody vouched for the bytes.
   *
   * Bytes in memory are copied before this returns: what the caller does to them afterwards
   * changes nothing. Bodies and streams are read until they are longer than expected.
   *
   * With `trustedRoot`, a record that nobody signed is RECORD_UNSIGNED: it rejects unless the
   * policy says otherwise.
   *
   * @throws PackageRejected what was found, with the whole verdict.
   * @throws VerifierError RECORD_MISSING, RECORD_CONFLICT where the repodata that was added has
   * no such record any more, or another one; ARGUMENT_INVALID; HTTP_STATUS, NETWORK_FAILED,
   * SOURCE_READ and others where the bytes can't be read, and nothing was decided; FREED,
   * INSTANCE_POISONED.
   */
  async verifyPackage(
    source: PackageSource,
    expected: Expected = {},
    options: ExamineOptions = {},
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
    options: ExamineOptions = {},
  ): Promise<Verdict> {
    const expectation = expectationOf(expected, fileNameOf(source), this.#trust !== undefined);
    const { record } = expectation;
    if (record?.requested !== undefined) this.#trusted();
    const compared = (): Compared => {
      // Sources combine by AND: where there is repodata, a package has a record in it.
      const { target } = expectation;
      const beside =
        record === undefined && target !== undefined ? this.#subdirs.beside(target) : undefined;
      if (beside !== undefined) {
        return { expectation: { ...expectation, record: beside.record }, records: beside.records };
      }
      if (record?.requested === undefined || this.#trust?.info().format !== 'tuf') return { expectation };
      // Whoever hands a record on vouches for nothing: it is looked up where it is vouched for.
      const found = this.#subdirs.again(record.requested, record);
      return { expectation: { ...expectation, record: found }, records: this.#subdirs.get(record.requested) };
    };
    return this.#examine(source, compared, options);
  }

  /**
   * Looks at a package on a server, without fetching more of it than its `info/` takes: two or
   * three requests for a `.conda`. That vouches for nothing, since only all of the bytes have the
   * archive's digest: the verdict is `unverified`, with the reason `partial`, or `rejected`.
   *
   * Give the `size` or a `record` where it is known: else the server is asked for the length
   * first. A `.tar.bz2` is fetched as a whole, and so is a `.conda` whose server ignores ranges,
   * up to `wholeUpTo` bytes; then the verdict is that of `inspectPackage`.
   *
   * A file that is replaced between two requests is SOURCE_CHANGED, in the verdict, where its
   * `ETag`, `Last-Modified` or length tells. Where none of them can be read, `coherence` is
   * among what was not checked.
   *
   * @throws VerifierError RANGES_UNSUPPORTED, RANGE_INVALID, HTTP_STATUS, NETWORK_FAILED,
   * TIMED_OUT where nothing was decided; ARGUMENT_INVALID.
   */
  async inspectRemote(url: URL | string, options: RemoteOptions = {}): Promise<RemoteInspection> {
    const place = remoteUrl(url);
    const settings = remoteSettings(options);
    const expected = expectedIn(options);
    const expectation = expectationOf(expected, fileNameOfUrl(place.href), this.#trust !== undefined);
    const { fileName } = expectation;
    // The roles of a channel say nothing of a part of a file.
    const given = { ...this.#options(expectation), target: undefined };
    const run = async (work: Work): Promise<RemoteInspection> => {
      const end = new AbortController();
      const abort = () => end.abort(work.signal?.reason);
      work.signal?.addEventListener('abort', abort, { once: true });
      const runtime = this.#runtime;
      const { signal } = end;
      try {
        // Before anything is asked for.
        this.#core.free(this.#core.partialExamination(NOTHING, given));
        return await inspectRemote({
          core: this.#core,
          file: new RemoteFile(place, { ...settings, runtime, signal, report: work.report }),
          options: given,
          isBz2: fileName !== undefined && /\.tar\.bz2$/.test(fileName),
          size: expectedSize(expectation),
          wholeUpTo: settings.wholeUpTo,
          archiveBytes: this.#settings.limit('archiveBytes'),
          verify: (blocks, onFile) =>
            this.inspectPackage(blocks, fileName === undefined ? expected : { ...expected, fileName }, {
              signal: work.signal,
              onProgress: work.report,
              onFile,
            }),
          pace: new Pace(runtime.turn),
          signal: work.signal,
        });
      } finally {
        // Of several requests one may have failed, and the others go on.
        end.abort();
        work.signal?.removeEventListener('abort', abort);
      }
    };
    return this.#during(options, run, REMOTE_OPTIONS);
  }

  /**
   * Verifies what is installed: a folder that a package was unpacked into, or a package that a
   * client linked into an environment. `verified` takes the archive that it came from
   * (`original`), and somebody who vouches for that; without it the answer is `unverified`,
   * since a manifest is as easy to change as the files that it lists.
   *
   * @param files What is there. Of a folder that a package was unpacked into all of it; of an
   * environment at least the package's own files.
   * @param manifest The text of the folder's `info/paths.json` (`info/files` of old packages),
   * or of the environment's `conda-meta/NAME.json`.
   * @throws InstalledRejected what was found, with the whole verdict.
   * @throws VerifierError ARGUMENT_INVALID; what `files` and their `read()` throw is thrown on.
   */
  async verifyInstalled(
    files: Listing,
    manifest: Bytes | string,
    options: InstalledOptions = {},
  ): Promise<InstalledVerdict> {
    const verdict = await this.inspectInstalled(files, manifest, options);
    if (verdict.verdict === 'rejected') throw new InstalledRejected(verdict);
    return verdict;
  }

  /**
   * Verifies what is installed, and gives the verdict also where it is `rejected`.
   *
   * @throws VerifierError as `verifyInstalled`, but for InstalledRejected.
   */
  async inspectInstalled(
    files: Listing,
    manifest: Bytes | string,
    options: InstalledOptions = {},
  ): Promise<InstalledVerdict> {
    const { original, expected } = options;
    return this.inspectInstalledBy(files, manifest, options, (onFile, work) =>
      original === undefined
        ? undefined
        : this.inspectPackage(original, expected, { signal: work.signal, onProgress: work.report, onFile }),
    );
  }

  /** @internal The same; `examine` hands the files of the archive out, or says why
   * there is none. `path` is where the manifest was, in its folder. */
  async inspectInstalledBy(
    files: Listing,
    manifest: Bytes | string,
    options: InstalledOptions,
    examine: (onFile: (file: UnpackedFile) => void, work: Work) => Promise<Verdict | string | undefined> | undefined,
    path?: string,
  ): Promise<InstalledVerdict> {
    const run = async (work: Work): Promise<InstalledVerdict> => {
      checkTexts(options);
      const { level, prefix, platform, file } = options;
      const { policy, limits } = this.#settings;
      const core = await InstalledCore.open(() => compile('installed', options.wasm, this.#runtime));
      work.signal?.throwIfAborted();
      const inspection = core.inspection(manifestOf(manifest), {
        level,
        prefix,
        platform,
        file,
        manifest: path,
        policy,
        limits,
      });
      const inspecting = new Inspecting(core, inspection, work, new Pace(this.#runtime.turn));
      try {
        const verdict = await examine((file) => inspecting.original(file), work);
        if (typeof verdict === 'string') inspecting.miss(verdict);
        else if (verdict !== undefined) inspecting.restOn(verdict);
        return await inspecting.all(files);
      } finally {
        inspecting.free();
      }
    };
    return this.#during(options, run, INSTALLED_OPTIONS);
  }

  /**
   * Gives the memory of repodata back, and ends what is under way with FREED. A verifier
   * that is forgotten is freed by the garbage collector, some time.
   */
  free(): void {
    this.#isFreed = true;
    for (const work of this.#underWay) work.abort(freed());
    this.#subdirs.free();
    this.#trust?.free();
    this.#trust = undefined;
  }

  /** @internal Reads repodata for a caller who frees it. `names`: the targets that it may be. */
  async readRepodata(
    subdir: string,
    source: RepodataSource,
    options: RepodataOptions,
    names?: readonly string[],
  ): Promise<RecordIndex> {
    return this.#reading(options, (reader, work) => reader.index(subdir, source, options, work, names));
  }

  /** @internal Verifies all records of repodata that the caller frees. */
  get channelTrust(): ChannelTrust {
    return this.#trusted();
  }

  /** @internal Examines a package as the core is told to. */
  async examine(
    source: PackageSource,
    expectation: CoreExpectation,
    options: ExamineOptions,
    records?: RecordSource,
  ): Promise<Verdict> {
    return this.#examine(source, () => ({ expectation, records }), options);
  }

  async #examine(
    source: PackageSource,
    compared: () => Compared,
    options: ExamineOptions,
  ): Promise<Verdict> {
    const run = async (work: Work): Promise<Verdict> => {
      const onFile = onFileOf(options);
      // Before anything is downloaded.
      const { expectation, records } = compared();
      this.#tryOut(expectation, records);
      const host = await hostSource(source, {
        cut: sizeBound(expectation, this.#settings) + 1,
        signal: work.signal,
        onBytes: (done, total) => work.report({ phase: 'reading', done, total }),
      });
      work.signal?.throwIfAborted();
      // The repodata may have been replaced meanwhile, and its memory given back.
      const now = compared();
      const examination = this.#examination(host, now.expectation, now.records);
      return examine(this.#core, examination, host, work, new Pace(this.#runtime.turn), onFile);
    };
    return this.#during(options, run, EXAMINE_OPTIONS);
  }

  /** Runs what takes time, until it is done, or is ended by the caller or by `free()`. */
  async #during<T>(
    options: WorkOptions,
    run: (work: Work) => Promise<T>,
    others: readonly string[] = [],
  ): Promise<T> {
    this.#checkAlive();
    const { signal, report } = workOf(options, others);
    const end = new AbortController();
    const abort = () => end.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#underWay.add(end);
    try {
      return await unlessAborted(run({ signal: end.signal, report }), end.signal);
    } finally {
      this.#underWay.delete(end);
      signal?.removeEventListener('abort', abort);
    }
  }

  #options(expectation: CoreExpectation): ExaminationOptions {
    const { policy, limits } = this.#settings;
    const record = expectation.record && optionOf(expectation.record);
    return { ...expectation, record, policy, limits };
  }

  /** Lets the core say what it thinks of options. */
  #tryOut(expectation: CoreExpectation, records?: RecordSource): void {
    this.#core.free(this.#examination(NOTHING, expectation, records));
  }

  /** `records`: the repodata that the expected record was found in. */
  #examination(host: HostSource, expectation: CoreExpectation, records?: RecordSource): Examination {
    this.#checkAlive();
    const options = this.#options(expectation);
    const trust = this.#trust;
    if (trust === undefined) return this.#core.examination(host, options);
    if (records !== undefined) return trust.examination(host, options, records.file);
    const none = new Owned(this.#core, this.#core.noFile());
    try {
      return trust.examination(host, options, none);
    } finally {
      none.free();
    }
  }

  /** Work with mirrors and a store, after what was begun before. */
  async #inSession<T>(
    fetcher: Fetcher,
    options: RefreshOptions,
    names: readonly string[],
    work: (trust: ChannelTrust, mirrors: Mirrors) => Promise<T>,
  ): Promise<Outcome<T>> {
    const run = (during: Work): Promise<Outcome<T>> => {
      const trust = this.#trusted();
      const session = new Session(trust, fetcher, options, this.#runtime.fetchOptions, during);
      const turn = this.#refreshing.then(() => session.run((mirrors) => work(trust, mirrors)));
      this.#refreshing = turn.catch(() => undefined);
      return turn;
    };
    return this.#during(options, run, names);
  }

  /** Reads repodata. */
  #reading<T>(
    options: WorkOptions,
    read: (reader: RepodataReader, work: Work) => Promise<T>,
    names: readonly string[] = REPODATA_OPTIONS,
  ): Promise<T> {
    return this.#during(
      options,
      (work) => read(new RepodataReader(this.#core, this.#settings, this.#runtime, this.#trust), work),
      names,
    );
  }

  #targetsOf(trust: ChannelTrust): Targets {
    return new Targets(this.#core, this.#runtime, trust, this.#settings.limit('archiveBytes'));
  }

  /** Keeps the records of a subdir. */
  #put(subdir: string, records: RecordSource): void {
    if (this.#isFreed) records.free();
    this.#checkAlive();
    this.#subdirs.put(subdir, records);
  }

  /** What there is on a file, of which the record is sound. */
  #find(
    subdir: string,
    fileName: string,
    texts: RecordTexts | undefined,
  ): FoundRecord {
    this.#checkAlive();
    if (typeof fileName !== 'string') throw invalidArgument('fileName', 'it is no string');
    return this.#subdirs.find(subdir, fileName, texts);
  }

  #trusted(): ChannelTrust {
    this.#checkAlive();
    if (this.#trust !== undefined) return this.#trust;
    throw invalidArgument('options.trustedRoot', 'signatures are verified from a root on; give Verifier.create() one');
  }

  #checkAlive(): void {
    if (this.#isFreed) throw freed();
  }
}

function pathOf(path: unknown): string {
  if (typeof path === 'string') return path;
  throw invalidArgument('path', 'it is no string');
}

function freed(): VerifierError {
  return VerifierError.of('FREED', 'the verifier was used after free()');
}
