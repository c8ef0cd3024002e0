import { setImmediate as turn } from 'node:timers/promises';

import type { ChannelTrust } from '../trust/channel-trust.js';
import { limitOf } from '../options/settings.js';
import type { RecordIndex } from '../records/record-index.js';
import { auditRecords, type RecordsReport } from '../records/records-report.js';
import type { Finding, Status } from '../verdict/verdict.js';
import { VerifierError } from '../errors/verifier-error.js';
import { channelBlock, findingBlock, packagesBlock, subdirBlock, trustBlock } from './channel-block.js';
import type { ChannelInvocation } from './channel-invocation.js';
import {
  type ChannelReport,
  findingOf,
  type Open,
  type SubdirReport,
  targetReport,
  trustOf,
  type Undecided,
  undecidedOf,
  verdictOf,
} from './channel-report.js';
import type { CommandOutput } from './command-output.js';
import { EXIT, type ExitStatus, statusOfError, statusOfVerdict, together } from './exit-status.js';
import { isUrl } from './input.js';
import { type OpenChannel, openChannel, type TrustedChannel } from './open-channel.js';
import { PackageWalk } from './package-walk.js';
import { type CommandPolicy, levelOf } from './policy-option.js';
import { type FoundRepodata, RepodataFiles, SHARDS } from './repodata-files.js';
import { tellChannel } from './sarif-channel.js';
import { KNOWN_SUBDIRS } from './subdirs.js';

/** `conda-verifier channel`: the roles, and every record of each subdir. */
export async function verifyChannel(
  invocation: ChannelInvocation,
  output: CommandOutput,
): Promise<ExitStatus> {
  const { policy, limits } = invocation;
  const channel = await openChannel(invocation, { policy, limits }, output);
  const walk = new ChannelWalk(invocation, channel, output);
  await walk.run();
  return walk.end();
}

/** One run over a channel. */
class ChannelWalk {
  readonly #invocation: ChannelInvocation;
  readonly #channel: OpenChannel;
  readonly #output: CommandOutput;
  readonly #subdirs: SubdirReport[] = [];
  readonly #findings: Finding[] = [];
  readonly #undecided: Undecided[] = [];
  #unsaved: Undecided | null = null;
  /** Codes of which what to do was told. */
  readonly #hinted = new Set<string>();
  readonly #lowered = new Set<string>();
  readonly #notChecked: Open[] = [];
  readonly #statuses: ExitStatus[] = [];
  /** Entries of a list: data decides how many there could be. Counts beside the lists stay true. */
  readonly #longest: number;

  constructor(invocation: ChannelInvocation, channel: OpenChannel, output: CommandOutput) {
    this.#invocation = invocation;
    this.#channel = channel;
    this.#output = output;
    this.#longest = limitOf(invocation.limits, 'findings');
  }

  async run(): Promise<void> {
    const { trust, failure, unsaved } = this.#channel;
    const roles = this.#channel.roles();
    this.#output.show((terminal) => trustBlock(this.#invocation, trust, terminal, roles));
    if (failure !== null) {
      this.#failed(failure);
      this.#notChecked.push({ check: 'records', reason: `not reached: ${failure.code}` });
    } else {
      await this.#walk(this.#channel);
      this.#notChecked.unshift(...(trust?.notChecked ?? []));
      this.#tellWhatIsLeftOut();
    }
    const unkept = failure === null ? await this.#channel.keep() : unsaved;
    if (unkept === null) return;
    if (statusOfError(unkept) === EXIT.rejected) return this.#failed(unkept);
    this.#statuses.push(statusOfError(unkept));
    this.#unsaved = undecidedOf(this.#invocation.state ?? '', unkept);
  }

  /** Prints what is left to print; gives the exit status. */
  end(): ExitStatus {
    const parts = { subdirs: this.#subdirs, findings: this.#findings, undecided: this.#undecided };
    const { channel, allowUnverified } = this.#invocation;
    const report: ChannelReport = {
      channel,
      verdict: verdictOf(parts),
      trust: trustOf(this.#channel.trust, this.#channel.roles()),
      ...parts,
      unsaved: this.#unsaved,
      mirrors: this.#channel.files.failures,
      lowered: [...this.#lowered],
      notChecked: this.#notChecked,
    };
    this.#output.show((terminal) => channelBlock(report, terminal));
    this.#output.document(report);
    this.#output.sarif((run) => tellChannel(run, report, this.#invocation.policy));
    // What could not be read has a status of its own, which is more than "unverified".
    return together([...this.#statuses, statusOfVerdict(report.verdict, allowUnverified)]);
  }

  async #walk(channel: TrustedChannel): Promise<void> {
    const { files, verifier } = channel;
    const { subdirs, repodataName } = this.#invocation;
    const repodata = new RepodataFiles(files, verifier, repodataName, this.#output);
    const candidates = subdirs.length > 0 ? subdirs : files.main.subdirs();
    let seen = 0;
    for (const subdir of candidates) {
      this.#output.progress(`${subdir}/${repodataName}`);
      try {
        const found = await repodata.find(subdir);
        if (found !== null) {
          seen++;
          await this.#subdir(channel, repodata, subdir, found);
        } else if (subdirs.length > 0 || this.#hasPackages(subdir)) {
          throw repodata.missing([subdir]);
        } else {
          await this.#lookForOthers(repodata, subdir);
        }
      } catch (error) {
        if (!VerifierError.isVerifierError(error)) throw error;
        this.#failed(error, subdir);
      }
    }
    // Nothing was selected: unverified, since nothing could fail.
    if (seen === 0 && this.#undecided.length === 0) {
      this.#leaveOut('records', `${repodata.missing(candidates).message}, so none was verified`);
    }
  }

  /** Nor is one that tells of its packages in another form. */
  async #lookForOthers(repodata: RepodataFiles, subdir: string): Promise<void> {
    const { repodataName } = this.#invocation;
    const others = await repodata.others(subdir);
    if (others.length === 0) return;
    this.#leaveOut('records', `${subdir} has no ${repodataName}, and nothing was read of ${others.join(', ')}`);
  }

  #leaveOut(check: string, reason: string): void {
    this.#notChecked.push({ check, reason });
  }

  /** A folder of packages without repodata is none that may be passed over in silence. */
  #hasPackages(subdir: string): boolean {
    return (this.#channel.files.main.packages(subdir)?.length ?? 0) > 0;
  }

  async #subdir(
    { verifier, files }: TrustedChannel,
    repodata: RepodataFiles,
    subdir: string,
    found: FoundRepodata,
  ): Promise<void> {
    let index: RecordIndex | undefined;
    const empty = emptyReport(subdir, found, repodata.targets.isTuf);
    try {
      index = await repodata.read(subdir, found);
      const report = await this.#audit(verifier.channelTrust, index, empty);
      this.#show(report);
      if (!this.#invocation.packages) {
        this.#subdirs.push(report);
      } else {
        const walk = new PackageWalk(
          files,
          repodata.targets,
          verifier,
          index,
          report,
          this.#output,
          this.#hinted,
          this.#longest,
        );
        const packages = await walk.run();
        this.#undecided.push(...walk.undecided);
        this.#notChecked.push(...walk.notChecked);
        for (const status of walk.statuses) this.#statuses.push(status);
        for (const code of walk.lowered) this.#lowered.add(code);
        this.#output.show((terminal) => packagesBlock(subdir, packages, terminal));
        this.#subdirs.push({ ...report, verdict: worse(report.verdict, packages), packages });
      }
    } catch (error) {
      if (!VerifierError.isVerifierError(error) || statusOfError(error) !== EXIT.rejected) throw error;
      const findings = [findingOf(error)];
      const report = { ...empty, verdict: 'rejected' as const, findings };
      this.#subdirs.push(report);
      this.#show(report);
    } finally {
      index?.free();
    }
    await this.#lookForOtherForms(repodata, subdir, found.path);
    await this.#lookForShards(repodata, subdir);
  }

  async #lookForOtherForms(repodata: RepodataFiles, subdir: string, path: string): Promise<void> {
    const open = (reason: string) => this.#notChecked.push({ check: 'repodata', reason });
    try {
      const { there, listed } = await repodata.otherForms(subdir, path);
      if (listed.length > 0) open(`${path} was read, and not ${listed.join(', ')}, which roles list too`);
      const which = repodata.targets.isTuf ? ', which no role lists' : '';
      if (there.length > 0) open(`${path} was read, and not ${there.join(', ')} beside it${which}`);
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      open(`${path} was read; whether there are other forms of it could not be told`);
    }
  }

  async #audit(
    trust: ChannelTrust,
    index: RecordIndex,
    empty: SubdirReport,
  ): Promise<SubdirReport> {
    const onProgress = this.#output.progress(empty.repodata);
    const report = await auditRecords(index, trust, empty.subdir, this.#longest, async (done) => {
      onProgress({ phase: 'records', done, total: index.records });
      await turn();
    });
    const { records, trusted, weak, weakCount, unsigned, unsignedCount, badCount } = report;
    const bad = report.bad.map(({ fileName, error }) => ({ fileName, ...findingOf(error) }));
    const verdict = statusOfRecords(report, this.#invocation.policy);
    if (unsignedCount > 0) this.#lower('RECORD_UNSIGNED');
    if (weakCount > 0) this.#lower('WEAK_DIGEST');
    const counts = { records, trusted, weakCount, unsignedCount, badCount };
    return { ...empty, verdict, ...counts, weak, unsigned, bad };
  }

  #show(report: SubdirReport): void {
    this.#output.note(EXIT[report.verdict]);
    const { policy } = this.#invocation;
    const levels = {
      RECORD_UNSIGNED: levelOf(policy, 'RECORD_UNSIGNED'),
      WEAK_DIGEST: levelOf(policy, 'WEAK_DIGEST'),
    };
    this.#output.show((terminal) => subdirBlock(report, levels, terminal, this.#hinted));
  }

  #lower(code: 'RECORD_UNSIGNED' | 'WEAK_DIGEST'): void {
    if (levelOf(this.#invocation.policy, code) !== 'throw') this.#lowered.add(code);
  }

  async #lookForShards(repodata: RepodataFiles, subdir: string): Promise<void> {
    const open = (reason: string) => this.#notChecked.push({ check: 'shards', reason });
    try {
      const reason = await repodata.shards(subdir);
      if (reason !== null) open(reason);
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      const signs = repodata.targets.isTuf ? '' : ', and nobody signs it';
      open(`whether there is ${subdir}/${SHARDS} could not be told${signs}`);
    }
  }

  #tellWhatIsLeftOut(): void {
    const { channel, packages, subdirs } = this.#invocation;
    if (isUrl(channel) && subdirs.length === 0) {
      const known = KNOWN_SUBDIRS.length;
      this.#leaveOut(
        'subdirs',
        `a server lists no folders: the ${known} that conda knows were looked for; --subdir names others`,
      );
    }
    if (!packages) this.#leaveOut('packages', 'records alone were looked at; --packages verifies the files');
    else if (isUrl(channel)) this.#leaveOut('packages', 'a server lists no files: those without a record were not seen');
  }

  /** Data that is refused rejects the channel; what can't be read leaves it undecided. */
  #failed(error: VerifierError, what: string = this.#invocation.channel): void {
    const status = statusOfError(error);
    this.#statuses.push(status);
    this.#output.note(status);
    if (status === EXIT.rejected) {
      const finding = findingOf(error);
      this.#findings.push(finding);
      this.#output.show((terminal) => findingBlock(finding, terminal));
    } else {
      this.#undecided.push(undecidedOf(what, error));
      this.#output.error(error);
    }
  }
}

function emptyReport(subdir: string, { path, target }: FoundRepodata, isTuf: boolean): SubdirReport {
  return {
    subdir,
    repodata: path,
    target: target === null ? null : targetReport(target),
    verdict: 'unverified',
    method: isTuf ? 'target' : 'batch',
    records: 0,
    trusted: 0,
    weakCount: 0,
    unsignedCount: 0,
    badCount: 0,
    weak: [],
    unsigned: [],
    bad: [],
    findings: [],
  };
}

function statusOfRecords(report: RecordsReport, policy: CommandPolicy): Status {
  const { records, badCount, weakCount, unsignedCount } = report;
  const rejects = (code: 'RECORD_UNSIGNED' | 'WEAK_DIGEST', files: number) =>
    files > 0 && levelOf(policy, code) === 'throw';
  if (badCount > 0) return 'rejected';
  if (rejects('RECORD_UNSIGNED', unsignedCount) || rejects('WEAK_DIGEST', weakCount)) return 'rejected';
  return records === 0 || unsignedCount > 0 || weakCount > 0 ? 'unverified' : 'verified';
}

function worse(records: Status, packages: NonNullable<SubdirReport['packages']>): Status {
  if (records === 'rejected' || packages.rejected > 0) return 'rejected';
  const isOpen = records === 'unverified' || packages.unverified > 0 || packages.undecided > 0;
  return isOpen ? 'unverified' : 'verified';
}
