import { quoted } from '../printable.js';
import type { RecordIndex } from '../records/record-index.js';
import type { Status, Verdict } from '../verdict/verdict.js';
import { decoded } from '../sources/package-source.js';
import type { Verifier } from '../verifier.js';
import { VerifierError } from '../errors/verifier-error.js';
import { isPlainName } from '../records/path-names.js';
import { byCode, packageBlock } from './channel-block.js';
import type { ChannelFiles } from './channel-files.js';
import type { ChannelTargets } from './channel-targets.js';
import {
  type BadRecord,
  findingOf,
  type Open,
  type PackagesReport,
  type SubdirReport,
  type Undecided,
  undecidedOf,
} from './channel-report.js';
import type { CommandOutput } from './command-output.js';
import { EXIT, type ExitStatus, statusOfError } from './exit-status.js';
import { isPackage, withoutHash } from './file-names.js';
import { count } from './quantity.js';
import { SHOWN } from './rows.js';

/** Names of files that are told where they are left out. */
const NAMED = 3;

/** A file that is looked at. */
interface Candidate {
  /** As its record has it. */
  readonly fileName: string;
  /** As it is in the folder: before it may stand a hash. */
  readonly name?: string;
}

/** Verifies every package file of a subdir by its record. */
export class PackageWalk {
  readonly undecided: Undecided[] = [];
  readonly notChecked: Open[] = [];
  readonly statuses = new Set<ExitStatus>();
  readonly lowered = new Set<string>();
  readonly #files: ChannelFiles;
  readonly #targets: ChannelTargets;
  readonly #verifier: Verifier;
  readonly #index: RecordIndex;
  readonly #subdir: string;
  readonly #output: CommandOutput;
  readonly #records: SubdirReport;
  readonly #hinted: Set<string>;
  readonly #longest: number;
  readonly #verdicts: Verdict[] = [];
  readonly #refused: BadRecord[] = [];
  /** Findings of all verdicts that are listed. */
  #listed = 0;
  #undecided = 0;
  /** Whether something says which files there are. */
  #isListed = false;
  readonly #counts: Record<Status, number> = { verified: 0, unverified: 0, rejected: 0 };

  /**
   * @param records What became of the records, which was told before.
   * @param hinted Codes of which what to do was told before.
   * @param longest Entries of each list.
   */
  constructor(
    files: ChannelFiles,
    targets: ChannelTargets,
    verifier: Verifier,
    index: RecordIndex,
    records: SubdirReport,
    output: CommandOutput,
    hinted: Set<string>,
    longest: number,
  ) {
    this.#longest = longest;
    this.#records = records;
    this.#hinted = hinted;
    this.#files = files;
    this.#targets = targets;
    this.#verifier = verifier;
    this.#index = index;
    this.#subdir = records.subdir;
    this.#output = output;
  }

  async run(): Promise<PackagesReport> {
    const recorded = this.#index.fileNames();
    const packages = recorded.filter(isPackage);
    const files = await this.#candidates(packages);
    const here = new Set(files.map(({ fileName }) => fileName));
    const absent = packages.filter((name) => !here.has(name)).length;
    const others = recorded.length - packages.length;
    if (absent > 0) this.#leaveOut(`the files of ${count(absent, 'record')} are not there`);
    if (others > 0) this.#leaveOut(`the files of ${count(others, 'record')} are no conda packages`);
    const unlike = this.#files.main.others(this.#subdir) ?? [];
    if (unlike.length > 0) this.#leaveOut(`beside the packages, no conda packages by name: ${named(unlike)}`);
    for (const [number, file] of files.entries()) {
      const { fileName, name = fileName } = file;
      await this.#package(file, `${this.#subdir}/${name} (${number + 1} of ${files.length})`);
    }
    return {
      ...this.#counts,
      undecided: this.#undecided,
      absent,
      verdicts: this.#verdicts,
      refused: this.#refused,
    };
  }

  /** The files in the folder; of a server, those that have a record. */
  async #candidates(recorded: readonly string[]): Promise<Candidate[]> {
    const listed = this.#files.main.packages(this.#subdir);
    this.#isListed = listed !== null;
    if (listed === null) return recorded.map((fileName) => ({ fileName }));
    if (!this.#targets.isTuf) return listed.map((name) => ({ fileName: name, name }));
    const candidates: Candidate[] = [];
    const earlier: string[] = [];
    for (const name of listed) {
      // Under a name with a hash it is another copy; earlier ones stay there for who needs them.
      const fileName = withoutHash(name);
      const isCopy = fileName !== name;
      if (isCopy && !(await this.#hashed(fileName)).includes(name)) earlier.push(name);
      else candidates.push({ fileName, name });
    }
    if (earlier.length > 0) this.#leaveOut(`under hashes that no role lists: ${named(earlier)}`);
    return candidates;
  }

  /** The names that begin with the hashes that the roles list, if they do. */
  async #hashed(fileName: string): Promise<string[]> {
    const target = await this.#targets.find(`${this.#subdir}/${fileName}`);
    return (target?.paths ?? []).map((path) => decoded(path.slice(path.lastIndexOf('/') + 1)));
  }

  #leaveOut(reason: string): void {
    this.notChecked.push({ check: 'packages', reason: `${this.#subdir}: ${reason}` });
  }

  async #package({ fileName, name = fileName }: Candidate, label: string): Promise<void> {
    const path = `${this.#subdir}/${name}`;
    try {
      const verdict = { ...(await this.#examine(fileName, name, label)), file: path };
      this.#counts[verdict.verdict]++;
      this.#output.note(EXIT[verdict.verdict]);
      for (const code of verdict.lowered) this.lowered.add(code);
      if (verdict.verdict === 'verified') return;
      this.#list(verdict);
      this.#show(fileName, path, verdict);
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      const status = statusOfError(error);
      this.statuses.add(status);
      this.#output.note(status);
      if (status === EXIT.rejected) {
        this.#counts.rejected++;
        const finding = findingOf(error);
        if (this.#refused.length < this.#longest) this.#refused.push({ fileName, ...finding });
        this.#show(fileName, path, { verdict: 'rejected', reasons: [], findings: [finding] });
      } else {
        this.#undecided++;
        if (this.undecided.length < this.#longest) this.undecided.push(undecidedOf(path, error));
        this.#output.error(error, path);
      }
    }
  }

  /** Each has as many findings as the list has entries, so these are counted. */
  #list(verdict: Verdict): void {
    if (this.#listed >= this.#longest) return;
    this.#listed += Math.max(1, verdict.findings.length);
    this.#verdicts.push(verdict);
  }

  #show(fileName: string, path: string, verdict: Pick<Verdict, 'verdict' | 'reasons' | 'findings'>): void {
    if (this.#counts.unverified + this.#counts.rejected > SHOWN) return;
    const { bad, unsigned, weak } = this.#records;
    const told = new Set(byCode(bad).slice(0, SHOWN).filter((record) => record.fileName === fileName).map(({ code }) => code));
    if (unsigned.slice(0, SHOWN).includes(fileName)) told.add('RECORD_UNSIGNED');
    if (weak.slice(0, SHOWN).includes(fileName)) told.add('WEAK_DIGEST');
    this.#output.show((terminal) => `\n${packageBlock(path, verdict, told, terminal, this.#hinted)}`);
  }

  async #examine(fileName: string, name: string, label: string): Promise<Verdict> {
    const onProgress = this.#output.progress(label);
    if (!isPlainName(fileName)) {
      const message = `a record is of the file ${quoted(fileName)}, which would lie elsewhere`;
      const hint = 'Do not use the channel; tell whoever runs it.';
      throw new VerifierError({ code: 'FILE_NAME_INVALID', message, hint });
    }
    // The record is verified again by the examination, strictly.
    const record = { ...this.#index.lookUp(fileName), requested: this.#subdir };
    const expectation = { fileName, record, sha256: undefined, size: undefined };
    // Also of what is in a folder: the roles that may list the file are loaded then.
    const hashed = await this.#hashed(fileName);
    const names = this.#isListed ? [name] : [...hashed, name];
    const verdict = await this.#files.verdict(this.#subdir, [...new Set(names)], ({ source }) =>
      this.#verifier.examine(source, expectation, { onProgress }, this.#index),
    );
    if (verdict !== null) return verdict;
    throw VerifierError.of('FILE_UNREADABLE', 'it has a record, and is not there', {
      hint: 'Try again, or another mirror.',
    });
  }
}

/** The first names, and how many more there are. */
function named(names: readonly string[]): string {
  const first = names.slice(0, NAMED).map((name) => quoted(name)).join(', ');
  return names.length > NAMED ? `${first} and ${(names.length - NAMED).toLocaleString('en')} more` : first;
}
