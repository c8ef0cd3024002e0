import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { Verifier } from '../entry/node.js';
import { VerifierError } from '../errors/verifier-error.js';
import { isAbsent, unreadable } from '../files/file-errors.js';
import { quoted } from '../printable.js';
import { limitOf } from '../options/settings.js';
import type { InstalledFile } from '../verdict/installed-file.js';
import type { OnFile } from '../verdict/unpacked-file.js';
import { findingBlock, trustBlock } from './channel-block.js';
import type { ChannelFiles } from './channel-files.js';
import { ChannelRecords } from './channel-records.js';
import { findingOf } from './channel-report.js';
import type { CommandOutput } from './command-output.js';
import { Ownership } from './environment.js';
import { type EnvironmentPlatform, platformOf } from './environment-platform.js';
import { EXIT, type ExitStatus, statusOfError, statusOfVerdict, together } from './exit-status.js';
import { InputError } from './input-error.js';
import { environmentBlock } from './installed-block.js';
import type { InstalledInvocation } from './installed-invocation.js';
import { Originals } from './installed-originals.js';
import { namedAfter, type RecordedPackage, recordedPackage, recordedPaths } from './installed-record.js';
import { FolderTree } from './folder-tree.js';
import { openChannel } from './open-channel.js';
import { RepodataFiles } from './repodata-files.js';
import { tellEnvironment } from './sarif-installed.js';
import { locationOf } from './sarif-location.js';
import { UsageError } from './usage-error.js';

/** The folder of an environment that has a record for each package. */
const RECORDS = 'conda-meta';

/** What every package that was unpacked has, or one of the years before 2017. */
const PATHS_JSON = 'info/paths.json';
const OWN = [PATHS_JSON, 'info/index.json', 'info/files'];

/** Something that is installed, and its manifest. */
interface Installed {
  /** What it is told as. */
  readonly label: string;
  /** Null where it is gone. */
  readonly manifest: Uint8Array | null;
  /** Where that is, or was, in the folder. */
  readonly path: string;
  readonly recorded: RecordedPackage | undefined;
  readonly files: Iterable<InstalledFile>;
}

/** `conda-verifier installed`: an environment, or a folder that a package was unpacked into. */
export async function verifyInstalled(
  invocation: InstalledInvocation,
  output: CommandOutput,
): Promise<ExitStatus> {
  const { folder, packages } = invocation;
  if (packages !== undefined) checkPackages(packages);
  const tree = new FolderTree(realFolder(folder), folder);
  const records = tree.names(RECORDS)?.filter((name) => name.endsWith('.json'));
  if (isUnpacked(invocation, tree, records)) {
    if (invocation.platform !== undefined) {
      throw new UsageError('--platform is about an environment; in an unpacked package no path is replaced');
    }
    const unpacked = openUnpacked(invocation, tree);
    const run = await InstalledRun.open(invocation, output, undefined);
    await run.verify(unpacked);
    return run.end();
  }
  if (invocation.sha256 !== undefined) {
    throw new UsageError('--sha256 is about one package; an environment has several');
  }
  return verifyEnvironment(invocation, records ?? [], tree, output);
}

/** Whether the folder is an unpacked package. That somebody made a folder of records in it makes it no environment. */
function isUnpacked(
  { folder, packages }: InstalledInvocation,
  tree: FolderTree,
  records: readonly string[] | undefined,
): boolean {
  if (records === undefined) return true;
  const own = OWN.find((path) => tree.at(path) !== undefined);
  if (records.length === 0) return own !== undefined || hasArchive(namedAfter(undefined, baseOf(folder)), packages);
  if (own === undefined) return false;
  const message = `${quoted(folder)} has both records of an environment in conda-meta and the ${own} of an unpacked package`;
  throw VerifierError.of('FILE_UNREADABLE', message, {
    hint: 'No client makes such a folder. Find out who put the one or the other there, and make the folder anew.',
  });
}

/** Whether the archive of a package is in the folder of archives, by its name. */
function hasArchive({ fileNames }: RecordedPackage, packages: string | undefined): boolean {
  return packages !== undefined && fileNames.some((fileName) => existsSync(join(packages, fileName)));
}

function baseOf(folder: string): string {
  return basename(resolve(folder));
}

async function verifyEnvironment(
  invocation: InstalledInvocation,
  records: readonly string[],
  tree: FolderTree,
  output: CommandOutput,
): Promise<ExitStatus> {
  const { folder, limits, allowUnverified } = invocation;
  const longest = limitOf(limits, 'infoBytes');
  const paths = records.map((name) => `${RECORDS}/${name}`);
  const platform = platformOf(invocation.platform, tree, paths, longest);
  if (platform.platformBy === 'option') {
    const recorded = platformOf(undefined, tree, paths, longest);
    if (recorded.platformBy === 'records' && recorded.platform !== platform.platform) {
      output.line(`--platform says ${platform.platform}, and the records of the packages say ${recorded.platform}`);
    }
  }
  const run = await InstalledRun.open(invocation, output, platform);
  const ownership = new Ownership();
  for (const path of paths) {
    const label = tree.label(path);
    await run.attempt(label, async () => {
      const manifest = tree.bytes(path, longest);
      const text = new TextDecoder().decode(manifest);
      const owned = recordedPaths(text);
      for (const file of owned) ownership.own(file, path.slice(RECORDS.length + 1));
      await run.verify({ label, manifest, path, recorded: recordedPackage(text), files: filesAt(tree, owned) });
    });
  }
  const report = ownership.report(folder, tree, run.counts, platform, limitOf(limits, 'findings'));
  output.document(report);
  output.sarif((sarif) => tellEnvironment(sarif, report));
  output.show((terminal) => environmentBlock(report, terminal));
  const isAllOwned = report.unowned.length + report.unownedOmitted === 0;
  // Where there are no packages, nothing is verified either.
  if (!allowUnverified && (records.length === 0 || !isAllOwned)) run.statuses.push(EXIT.unverified);
  if (records.length > 0) output.summary(true);
  return run.end();
}

/** One run over what is installed. */
class InstalledRun {
  readonly statuses: ExitStatus[] = [];
  readonly counts = { verified: 0, unverified: 0, rejected: 0, undecided: 0 };
  readonly #invocation: InstalledInvocation;
  readonly #output: CommandOutput;
  readonly #platform: string | undefined;
  #session: Session;

  private constructor(
    invocation: InstalledInvocation,
    output: CommandOutput,
    platform: EnvironmentPlatform | undefined,
    session: Session,
  ) {
    this.#invocation = invocation;
    this.#output = output;
    this.#platform = platform?.platform ?? undefined;
    this.#session = session;
  }

  static async open(
    invocation: InstalledInvocation,
    output: CommandOutput,
    platform: EnvironmentPlatform | undefined,
  ): Promise<InstalledRun> {
    return new InstalledRun(invocation, output, platform, await openSession(invocation, output));
  }

  /** What fails without a verdict is told, and the others get theirs. */
  async attempt(label: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      this.counts.undecided++;
      this.#output.undecided(error, label);
      this.statuses.push(statusOfError(error));
      // The others shall have their verdicts from an instance that is sound.
      if (error.code === 'INSTANCE_POISONED') {
        this.#session = await openSession(this.#invocation, this.#output);
      }
    }
  }

  async verify({ label, manifest, path, recorded, files }: Installed): Promise<void> {
    const { level, prefix, sha256, allowUnverified } = this.#invocation;
    const options = {
      level,
      prefix,
      platform: this.#platform,
      manifestPath: path,
      file: label,
      onProgress: this.#output.progress(label),
    };
    const { verifier, originals } = this.#session;
    const examine = (onFile: OnFile) => originals.examine(recorded, onFile);
    const verdict = await verifier.inspectInstalledBy(files, manifest, options, examine);
    this.counts[verdict.verdict]++;
    this.#output.installed(verdict, label, recorded?.title);
    this.statuses.push(statusOfVerdict(verdict.verdict, allowUnverified));
    if (sha256 === undefined || verdict.original !== null) return;
    const why = verdict.notChecked.find(({ check }) => check === 'original')?.reason ?? 'there is no archive';
    const error = VerifierError.of('FILE_UNREADABLE', `--sha256 was compared with nothing: ${why}`, {
      hint: 'Name the folder that has the archive: --pkgs DIR.',
    });
    this.#output.error(error, label);
    this.statuses.push(statusOfError(error));
  }

  async end(): Promise<ExitStatus> {
    for (const { mirror, path, code, message } of this.#session.files?.failures ?? []) {
      this.#output.line(`${mirror} was passed over for ${path}: ${message} [${code}]`);
    }
    const unsaved = await this.#session.keep?.();
    if (unsaved != null) this.statuses.push(statusOfError(unsaved));
    return together(this.statuses);
  }
}

/** Who verifies, and by which archives. */
interface Session {
  readonly verifier: Verifier;
  readonly originals: Originals;
  /** The channel's files. */
  readonly files?: ChannelFiles;
  /** Keeps roles that were fetched for single packages; gives why it could not. */
  readonly keep?: () => Promise<VerifierError | null>;
}

async function openSession(
  { channel: options, policy, limits, json, packages, sha256 }: InstalledInvocation,
  output: CommandOutput,
): Promise<Session> {
  const plain = await Verifier.create({ policy, limits });
  if (options === undefined) {
    return { verifier: plain, originals: new Originals(plain, plain, packages, undefined, sha256) };
  }
  const channel = await openChannel(options, { policy, limits }, output);
  const { files, verifier, failure, trust } = channel;
  if (failure !== null) {
    const finding = findingOf(failure);
    output.sarif((sarif) => sarif.finding(finding, locationOf(options.channel)));
    output.show((terminal) => trustBlock(options, trust, terminal) + findingBlock(finding, terminal));
    throw new InputError(failure, options.channel, !json);
  }
  const repodata = new RepodataFiles(files, verifier, options.repodataName, output);
  const vouching = { files, records: new ChannelRecords(files, repodata) };
  const originals = new Originals(verifier, plain, packages, vouching, sha256);
  return { verifier, originals, files, keep: () => channel.keep() };
}

/** The folder of the archives: one that is not there has none of them, which nobody meant. */
function checkPackages(folder: string): void {
  let isFolder: boolean;
  try {
    isFolder = statSync(folder).isDirectory();
  } catch (error) {
    throw isAbsent(error) ? noFolder(folder, error) : unreadable(folder, error);
  }
  if (!isFolder) throw new UsageError(`--pkgs takes a folder, and ${quoted(folder)} names a file`);
}

function noFolder(folder: string, cause: unknown): VerifierError {
  return VerifierError.of('FILE_UNREADABLE', `cannot read ${quoted(folder)}: no such folder`, { hint: 'Check the path.', cause });
}

/** The folder itself may be reached through links. */
function realFolder(folder: string): string {
  let isFolder: boolean;
  try {
    isFolder = statSync(folder).isDirectory();
    if (isFolder) return realpathSync(folder);
  } catch (error) {
    throw isAbsent(error) ? noFolder(folder, error) : unreadable(folder, error);
  }
  if (/\.(conda|tar\.bz2)$/.test(folder)) {
    throw new UsageError(`${quoted(folder)} is an archive: conda-verifier package verifies it`);
  }
  throw new UsageError(`installed takes a folder, and ${quoted(folder)} names a file`);
}

function openUnpacked({ folder, packages, limits }: InstalledInvocation, tree: FolderTree): Installed {
  const longest = limitOf(limits, 'infoBytes');
  const decoder = new TextDecoder();
  const texts = ['info/repodata_record.json', 'info/index.json']
    .filter((path) => tree.at(path)?.type === 'file')
    .map((path) => decoder.decode(tree.bytes(path, longest)));
  const recorded = namedAfter(recordedPackage(...texts), baseOf(folder));
  const [found] = [PATHS_JSON, 'info/files'].filter((path) => tree.at(path)?.type === 'file');
  const isAtHand = hasArchive(recorded, packages);
  if (found === undefined && !isAtHand && !OWN.some((path) => tree.at(path) !== undefined)) {
    throw neither(folder);
  }
  // What is no regular file is refused, if no archive says what it should be.
  const isOdd = found === undefined && !isAtHand && tree.at(PATHS_JSON) !== undefined;
  const path = found ?? PATHS_JSON;
  const manifest = found !== undefined || isOdd ? tree.bytes(path, longest) : null;
  return { label: folder, manifest, path, recorded, files: tree.all() };
}

function neither(folder: string): VerifierError {
  const message = `${quoted(folder)} is neither an environment, which has conda-meta, nor an unpacked package, which has info/paths.json`;
  return VerifierError.of('FILE_UNREADABLE', message, { hint: 'Check the path.' });
}

/** What is at the paths, and the folders that are above them. */
function* filesAt(tree: FolderTree, paths: readonly string[]): Generator<InstalledFile> {
  const known = new Set(paths);
  for (const path of paths) {
    // From above, so that hostile paths are followed no further than the disk has them.
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      if (known.has(folder)) continue;
      const found = tree.at(folder);
      if (found?.type !== 'directory') break;
      known.add(folder);
      yield found;
    }
    const file = tree.at(path);
    if (file !== undefined) yield file;
  }
}
