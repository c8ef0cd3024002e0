import { setImmediate as turn } from 'node:timers/promises';

import type { ChannelTrust } from '../trust/channel-trust.js';
import type { RecordIndex } from '../records/record-index.js';
import { auditRecords, type RecordsReport } from '../records/records-report.js';
import type { Finding, Status } from '../verdict/verdict.js';
import { VerifierError } from '../errors/verifier-error.js';
import { channelBlock, findingBlock, packagesBlock, subdirBlock, trustBlock } from './channel-block.js';
import type { ChannelInvocation } from './channel-invocation.js';
import type { ChannelPlace } from './channel-place.js';
import {
  type ChannelReport,
  findingOf,
  LONGEST_LIST,
  type Open,
  type SubdirReport,
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
import {
  findOthers,
  findRepodata,
  type FoundRepodata,
  noRepodata,
  otherForms,
  readSubdir,
  SHARDS,
} from './subdir-repodata.js';
import { KNOWN_SUBDIRS } from './subdirs.js';

/** `conda-verifier channel`: the roles, and every record of each subdir. */
export async function verifyChannel(
  invocation: ChannelInvocation,
  output: CommandOutput,
): Promise<ExitStatus> {
  const channel = await openChannel(invocation, invocation.policy, output);
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

  constructor(invocation: ChannelInvocation, channel: OpenChannel, output: CommandOutput) {
    this.#invocation = invocation;
    this.#channel = channel;
    this.#output = output;
  }

  async run(): Promise<void> {
    const { trust, failure, unsaved } = this.#channel;
    this.#output.show((terminal) => trustBlock(this.#invocation, trust, terminal));
    if (failure !== null) {
      this.#failed(failure);
      this.#notChecked.push({ check: 'records', reason: `not reached: ${failure.code}` });
    } else {
      await this.#walk(this.#channel);
      this.#notChecked.unshift(...(trust?.notChecked ?? []));
      this.#tellWhatIsLeftOut();
    }
    if (unsaved === null) return;
    if (statusOfError(unsaved) === EXIT.rejected) return this.#failed(unsaved);
    this.#statuses.push(statusOfError(unsaved));
    this.#unsaved = undecidedOf(this.#invocation.state ?? '', unsaved);
  }

  /** Prints what is left to print; gives the exit status. */
  end(): ExitStatus {
    const parts = { subdirs: this.#subdirs, findings: this.#findings, undecided: this.#undecided };
    const { channel, allowUnverified } = this.#invocation;
    const report: ChannelReport = {
      channel,
      verdict: verdictOf(parts),
      trust: trustOf(this.#channel.trust),
      ...parts,
      unsaved: this.#unsaved,
      lowered: [...this.#lowered],
      notChecked: this.#notChecked,
    };
    this.#output.show((terminal) => channelBlock(report, terminal));
    this.#output.document(report);
    // What could not be read has a status of its own, which is more than "unverified".
    return together([...this.#statuses, statusOfVerdict(report.verdict, allowUnverified)]);
  }

  async #walk(channel: TrustedChannel): Promise<void> {
    const { place } = channel;
    const { subdirs, repodataName } = this.#invocation;
    const candidates = subdirs.length > 0 ? subdirs : place.subdirs();
    let seen = 0;
    for (const subdir of candidates) {
      this.#output.progress(`${subdir}/${repodataName}`);
      try {
        const found = await findRepodata(place, subdir, repodataName);
        if (found !== null) {
          seen++;
          await this.#subdir(channel, subdir, found);
        } else if (subdirs.length > 0 || this.#hasPackages(subdir)) {
          throw noRepodata(place, [subdir], repodataName);
        } else {
          await this.#lookForOthers(place, subdir);
        }
      } catch (error) {
        if (!VerifierError.isVerifierError(error)) throw error;
        this.#failed(error, subdir);
      }
    }
    // Nothing was selected: unverified, since nothing could fail.
    if (seen === 0 && this.#undecided.length === 0) {
      this.#leaveOut('records', `${noRepodata(place, candidates, repodataName).message}, so none was verified`);
    }
  }

  /** Nor is one that tells of its packages in another form. */
  async #lookForOthers(place: ChannelPlace, subdir: string): Promise<void> {
    const { repodataName } = this.#invocation;
    const others = await findOthers(place, subdir, repodataName);
    if (others.length === 0) return;
    this.#leaveOut('records', `${subdir} has no ${repodataName}, and nothing was read of ${others.join(', ')}`);
  }

  #leaveOut(check: string, reason: string): void {
    this.#notChecked.push({ check, reason });
  }

  /** A folder of packages without repodata is none that may be passed over in silence. */
  #hasPackages(subdir: string): boolean {
    return (this.#channel.place.packages(subdir)?.length ?? 0) > 0;
  }

  async #subdir({ verifier, place }: TrustedChannel, subdir: string, found: FoundRepodata): Promise<void> {
    let index: RecordIndex | undefined;
    try {
      index = await readSubdir(verifier, subdir, found, this.#output);
      const report = await this.#audit(verifier.channelTrust, index, subdir, found.path);
      this.#show(report);
      if (!this.#invocation.packages) {
        this.#subdirs.push(report);
      } else {
        const walk = new PackageWalk(place, verifier, index, report, this.#output, this.#hinted);
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
      const report = { ...emptyReport(subdir, found.path), verdict: 'rejected' as const, findings };
      this.#subdirs.push(report);
      this.#show(report);
    } finally {
      index?.free();
    }
    await this.#lookForOtherForms(subdir, found.path);
    await this.#lookForShards(subdir);
  }

  async #lookForOtherForms(subdir: string, path: string): Promise<void> {
    const name = this.#invocation.repodataName;
    const open = (reason: string) => this.#notChecked.push({ check: 'repodata', reason });
    try {
      const others = await otherForms(this.#channel.place, subdir, name, path);
      if (others.length > 0) open(`${path} was read, and not ${others.join(', ')} beside it`);
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      open(`${path} was read; whether there are other forms of it could not be told`);
    }
  }

  async #audit(
    trust: ChannelTrust,
    index: RecordIndex,
    subdir: string,
    path: string,
  ): Promise<SubdirReport> {
    const onProgress = this.#output.progress(path);
    const report = await auditRecords(index, trust, subdir, LONGEST_LIST, async (done) => {
      onProgress({ phase: 'records', done, total: index.records });
      await turn();
    });
    const { records, trusted, weak, weakCount, unsigned, unsignedCount, badCount } = report;
    const bad = report.bad.map(({ fileName, error }) => ({ fileName, ...findingOf(error) }));
    const verdict = statusOfRecords(report, this.#invocation.policy);
    if (unsignedCount > 0) this.#lower('RECORD_UNSIGNED');
    if (weakCount > 0) this.#lower('WEAK_DIGEST');
    const counts = { records, trusted, weakCount, unsignedCount, badCount };
    return { ...emptyReport(subdir, path), verdict, ...counts, weak, unsigned, bad };
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

  async #lookForShards(subdir: string): Promise<void> {
    const path = `${subdir}/${SHARDS}`;
    const open = (reason: string) => this.#notChecked.push({ check: 'shards', reason });
    try {
      const shards = await this.#channel.place.open(subdir, SHARDS);
      shards?.close();
      if (shards !== null) open(`nobody signs ${path}`);
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      open(`whether there is ${path} could not be told, and nobody signs it`);
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

function emptyReport(subdir: string, repodata: string): SubdirReport {
  return {
    subdir,
    repodata,
    verdict: 'unverified',
    method: 'batch',
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
