import { ChannelFetching } from './channel/channel-fetching.js';
import type { FetchPackageOptions, FetchRepodataOptions } from './channel/fetch-options.js';
import type { FetchedPackage, FetchedRepodata } from './channel/fetched.js';
import { Core } from './core/core.js';
import type { Runtime } from './core/runtime.js';
import { compiling } from './core/wasm-module.js';
import { letDispose } from './disposable.js';
import { invalidArgument } from './errors/invalid-argument.js';
import { InstalledRejected, PackageRejected } from './errors/verifier-error.js';
import { checkNames } from './options/named-options.js';
import { Settings } from './options/settings.js';
import type { AddedRepodata, AddedShard, AddedShardIndex } from './records/added.js';
import { KeptRepodata } from './records/kept-repodata.js';
import type { ListedRecord } from './records/listed-record.js';
import type { RecordIndex } from './records/record-index.js';
import type { RecordLocation, RecordTexts } from './records/record-location.js';
import type { RecordSource } from './records/record-source.js';
import type { RecordsReport } from './records/records-report.js';
import type { RepodataOptions } from './records/repodata-file.js';
import type { RepodataRecord, VerifiedRecord } from './records/repodata-record.js';
import type { TrustedRepodata } from './records/trusted-repodata.js';
import { Running } from './running.js';
import type { Bytes, PackageSource } from './sources/package-source.js';
import type { RepodataSource } from './sources/repodata-source.js';
import type { ChannelTrust, Stored, TrustInfo, TrustState, Updated } from './trust/channel-trust.js';
import type { Fetcher } from './trust/fetching.js';
import { PinnedChannel } from './trust/pinned-channel.js';
import type { RefreshOptions } from './trust/refresh-options.js';
import type { RefreshReport } from './trust/refresh-report.js';
import type { RoleReport, Signatures } from './trust/role-report.js';
import type { Lookup, Target } from './trust/target.js';
import type { FetchedTarget, TargetOptions } from './trust/target-fetching.js';
import { TRUST_OPTIONS, trustSettings } from './trust/trust-settings.js';
import type { Want } from './trust/want.js';
import { unlessAborted } from './unless-aborted.js';
import type { ExamineOptions } from './verdict/examine-options.js';
import type { CoreExpectation, Expected } from './verdict/expectation.js';
import type { Listing } from './verdict/inspecting.js';
import type { InstalledOptions } from './verdict/installed-options.js';
import { type ExamineOriginal, InstalledPackages } from './verdict/installed-packages.js';
import type { InstalledVerdict } from './verdict/installed-verdict.js';
import { Packages } from './verdict/packages.js';
import type { RemoteInspection } from './verdict/remote-inspection.js';
import type { RemoteOptions } from './verdict/remote-options.js';
import type { Verdict } from './verdict/verdict.js';
import type { VerifierOptions } from './verifier-options.js';
import { type WorkOptions, workOf } from './work.js';

/**
 * Verifies packages. Made by `Verifier.create()`.
 *
 * All that is done here is to say what callers may do; each method is carried out by the part
 * that it is about.
 */
export class Verifier {
  /** What is special here; each entry of the package says it. */
  protected static readonly runtime: Runtime;

  static {
    letDispose(this.prototype);
  }

  /** As `free()`, for `using`; there is none where the engine has no `Symbol.dispose`. */
  declare [Symbol.dispose]: () => void;

  readonly #running = new Running();
  /** Roles and targets. */
  readonly #channel: PinnedChannel;
  /** Repodata and records. */
  readonly #repodata: KeptRepodata;
  readonly #packages: Packages;
  readonly #installed: InstalledPackages;
  /** Repodata and packages on servers. */
  readonly #fetching: ChannelFetching;

  /** Not for use: `Verifier.create()` makes verifiers. */
  protected constructor(core: Core, settings: Settings, runtime: Runtime) {
    if (!(core instanceof Core)) {
      throw invalidArgument('new Verifier', 'a verifier is made by `await Verifier.create()`');
    }
    const foundation = { core, settings, runtime, running: this.#running };
    this.#channel = new PinnedChannel(foundation);
    this.#repodata = new KeptRepodata(foundation, this.#channel);
    this.#packages = new Packages(foundation, this.#channel, this.#repodata.subdirs);
    this.#installed = new InstalledPackages(foundation, this.#packages);
    this.#fetching = new ChannelFetching(foundation, this.#channel, this.#repodata, this.#packages);
  }

  /**
   * Loads the WebAssembly file, if that was not done before, and makes a verifier.
   *
   * @throws VerifierError ARGUMENT_INVALID for an option that is not valid or not known;
   * THRESHOLD_NOT_MET, ROLE_MALFORMED, JSON_INVALID and others for a `trustedRoot` that is no
   * root; WASM_UNAVAILABLE.
   */
  static async create(options: VerifierOptions = {}): Promise<Verifier> {
    checkNames('options', options, ['policy', 'limits', 'wasm', 'signal', ...TRUST_OPTIONS]);
    const { signal } = workOf({ signal: options.signal });
    const settings = new Settings(options.policy, options.limits);
    const trust = trustSettings(options, settings.limits);
    // Inside too: nobody else waits for a file that its first caller no longer wants.
    const load = compiling('own', options.wasm, this.runtime);
    const core = await unlessAborted(Core.open(() => unlessAborted(load(), signal)), signal);
    const verifier = new this(core, settings, this.runtime);
    verifier.#packages.tryOut({});
    if (trust !== undefined) verifier.#channel.pin(trust);
    return verifier;
  }

  /** What is trusted of the channel now; null without `trustedRoot`. */
  get trust(): TrustInfo | null {
    this.#running.checkAlive();
    return this.#channel.known?.info() ?? null;
  }

  /**
   * The roles that are trusted now, expired or not, and who signed each of them: the roots from
   * the pinned one to the newest, then `key_mgr` and `pkg_mgr`, or timestamp, snapshot, targets and
   * those delegated roles that were loaded, by their names. A root has to be signed by the keys of
   * the root before it and by its own, a delegated role by those of each role that it was trusted
   * through.
   *
   * All signatures are verified anew, also those that are not needed, which takes as long as a
   * refresh without its fetching. It is a report, and decides nothing.
   *
   * @throws VerifierError ARGUMENT_INVALID without `trustedRoot`; FREED.
   */
  roles(): readonly RoleReport[] {
    return this.#channel.trust.roles();
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
    return this.#channel.refresh(fetcher, options);
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
    return this.#channel.findTarget(path);
  }

  /**
   * Finds a file that the roles of TUF vouch for, and fetches the roles that this takes.
   *
   * @throws VerifierError as `findTarget` and `refresh`.
   */
  async loadTarget(path: string, fetcher: Fetcher, options: RefreshOptions = {}): Promise<Target> {
    return (await this.#channel.loadTarget(path, fetcher, options)).value;
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
    return this.#channel.fetchTarget(path, fetcher, options);
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
    return this.#channel.verifyTarget(path, source, options);
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
    return this.#channel.trust.next();
  }

  /**
   * Takes a file that `next` asked for. What is refused changes nothing, and the same file
   * may come from elsewhere.
   *
   * @throws VerifierError THRESHOLD_NOT_MET, ROLE_ROLLBACK, ROLE_MALFORMED and others.
   */
  update(want: Want, bytes: Bytes): Updated {
    return this.#channel.trust.update(want, bytes);
  }

  /**
   * Says that there is no such file, by the status that HTTP has for it: 404 or 403 ends the
   * chain of roots, 404 or 410 means that there is no `pkg_mgr.json`.
   *
   * @throws VerifierError ROLE_MISSING where trust depends on the file; ROLE_UNAVAILABLE for
   * other statuses; EXPIRED.
   */
  unavailable(want: Want, status: number): void {
    this.#channel.trust.unavailable(want, status);
  }

  /** Gives a refresh up; the next call of `next` begins another. */
  abandon(): void {
    this.#channel.trust.abandon();
  }

  /** All that is to be kept of the channel, for `restore`, in the place of what was kept before. */
  export(): TrustState {
    return this.#channel.trust.export();
  }

  /**
   * Takes back what `export` gave. All of it is verified again, from the pinned root on; what
   * is trusted already stays where it is newer.
   *
   * @throws VerifierError STATE_INVALID for what is spoiled, forged or of another channel.
   */
  restore(state: Iterable<Stored>): void {
    this.#channel.trust.restore(state);
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
    return this.#repodata.add(subdir, source, options);
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
    return this.#repodata.index(subdir, source, options);
  }

  /**
   * Where in the unpacked text of repodata that was indexed a file's record and signatures
   * are, in bytes; null where it has no record.
   *
   * @throws VerifierError ARGUMENT_INVALID where no repodata was indexed for the subdir.
   */
  locateRecord(subdir: string, fileName: string): RecordLocation | null {
    return this.#repodata.locate(subdir, fileName);
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
    return this.#repodata.addShardIndex(subdir, source, options);
  }

  /**
   * Where the shard of a package is: absolute, or relative to the URL of the index.
   *
   * @throws VerifierError SHARD_MISSING where the index has none.
   */
  shardPath(subdir: string, name: string): string {
    return this.#repodata.shardPath(subdir, name);
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
    return this.#repodata.addShard(subdir, name, source, options);
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
    return this.#repodata.find(subdir, fileName, texts);
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
    return this.#repodata.verify(subdir, fileName, texts);
  }

  /**
   * Which of those who may sign records signed the record of a file: `key_mgr` says who they are.
   * It is a report and no proof, is there also where nobody signed, and asks neither whether the
   * roles have expired nor whether the record is about that file: `verifyRecord` does.
   *
   * Null under a root of TUF, where signatures of records count no more: the repodata as a whole is
   * a target, of which `addRepodata` tells the path, `findTarget` the roles that lead to it, and
   * `roles` who signed those.
   *
   * @throws VerifierError as `findRecord`; JSON_INVALID; ROLES_NOT_LOADED before a refresh;
   * ARGUMENT_INVALID without `trustedRoot`.
   */
  recordSigners(subdir: string, fileName: string, texts?: RecordTexts): Signatures | null {
    return this.#repodata.signatures(subdir, fileName, texts);
  }

  /**
   * All records of a subdir by their file names, whoever signed them: no signature is looked at. A
   * record that `findRecord` would refuse has a `fault`, and what could be read of it. Of sharded
   * repodata these are the records of the shards that were added.
   *
   * @throws VerifierError ARGUMENT_INVALID where no repodata was added for the subdir, where it was
   * only indexed, or was replaced meanwhile.
   */
  async listRecords(subdir: string, options: WorkOptions = {}): Promise<readonly ListedRecord[]> {
    return this.#repodata.list(subdir, options);
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
    return this.#repodata.audit(subdir, options);
  }

  /**
   * The records of a subdir that enough of those signed who may have, as a `repodata.json` to hand
   * on to somebody who verifies nothing. Each record is verified strictly, as by `verifyRecord`.
   * Under a root of TUF hand on the file itself.
   *
   * @throws VerifierError ROLES_NOT_LOADED before a refresh; EXPIRED; ARGUMENT_INVALID where no
   * repodata was added for the subdir, and under a root of TUF.
   */
  async trustedRepodata(subdir: string, options: WorkOptions = {}): Promise<TrustedRepodata> {
    return this.#repodata.trusted(subdir, options);
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
    return this.#packages.inspect(source, expected, options);
  }

  /**
   * Fetches the repodata of a subdir from the first mirror that has it right, and adds it as
   * `addRepodata` does. Compressed forms are asked for first; under a root of TUF those alone
   * that a role lists, and the roles that this takes are fetched too.
   *
   * Under content trust nobody signs repodata as a whole, so that of several mirrors the first
   * that has some is believed; its records are verified when they are asked for.
   *
   * @param subdir The folder of the channel, e.g. `noarch`.
   * @param fetcher Like `fetch`; it is called with a URL and `{ signal, cache }`.
   * @throws VerifierError as `addRepodata` and `loadTarget`; HTTP_STATUS where it is nowhere;
   * NETWORK_FAILED, TIMED_OUT. With several mirrors, `details.mirrors` lists what each of them
   * failed at.
   */
  async fetchRepodata(
    subdir: string,
    fetcher: Fetcher,
    options: FetchRepodataOptions = {},
  ): Promise<FetchedRepodata> {
    return this.#fetching.repodata(subdir, fetcher, options);
  }

  /**
   * Fetches a package from the first mirror that has it right, and verifies it by its record in
   * the repodata that was added, or under a root of TUF as a target. A mirror whose file has
   * other bytes than the expected ones is passed over; what is wrong in the package itself
   * rejects it at once, since of the right bytes all mirrors have the same.
   *
   * @throws PackageRejected what was found, with the whole verdict.
   * @throws VerifierError as `verifyPackage`; RECORD_MISSING, RECORD_CONFLICT; HTTP_STATUS where
   * it is nowhere; NETWORK_FAILED, TIMED_OUT. With several mirrors, `details.mirrors` lists what
   * each of them failed at.
   */
  async fetchPackage(
    subdir: string,
    fileName: string,
    fetcher: Fetcher,
    options: FetchPackageOptions = {},
  ): Promise<FetchedPackage> {
    return this.#fetching.package(subdir, fileName, fetcher, options);
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
    return this.#packages.inspectRemote(url, options);
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
   * or of the environment's `conda-meta/NAME.json`; null for such a folder whose list is gone:
   * its archive (`original`) says what the files are.
   * @throws InstalledRejected what was found, with the whole verdict.
   * @throws VerifierError ARGUMENT_INVALID; what `files` and their `read()` throw is thrown on.
   */
  async verifyInstalled(
    files: Listing,
    manifest: Bytes | string | null,
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
    manifest: Bytes | string | null,
    options: InstalledOptions = {},
  ): Promise<InstalledVerdict> {
    return this.#installed.inspect(files, manifest, options);
  }

  /** @internal The same; `examine` hands the files of the archive out, or says why
   * there is none. */
  async inspectInstalledBy(
    files: Listing,
    manifest: Bytes | string | null,
    options: InstalledOptions,
    examine: ExamineOriginal,
  ): Promise<InstalledVerdict> {
    return this.#installed.inspectBy(files, manifest, options, examine);
  }

  /**
   * Gives the memory of repodata back, and ends what is under way with FREED. A verifier
   * that is forgotten is freed by the garbage collector, some time.
   */
  free(): void {
    this.#running.end();
    this.#repodata.free();
    this.#channel.free();
  }

  /** @internal Reads repodata for a caller who frees it. `names`: the targets that it may be. */
  async readRepodata(
    subdir: string,
    source: RepodataSource,
    options: RepodataOptions,
    names?: readonly string[],
  ): Promise<RecordIndex> {
    return this.#repodata.read(subdir, source, options, names);
  }

  /** @internal For callers who verify records of repodata that they free. */
  get channelTrust(): ChannelTrust {
    return this.#channel.trust;
  }

  /** @internal Examines a package as the core is told to. */
  async examine(
    source: PackageSource,
    expectation: CoreExpectation,
    options: ExamineOptions,
    records?: RecordSource,
  ): Promise<Verdict> {
    return this.#packages.examine(source, expectation, options, records);
  }
}
