import { quoted } from '../printable.js';
import type { RecordIndex } from '../records/record-index.js';
import type { Status, Verdict } from '../verdict/verdict.js';
import type { Verifier } from '../verifier.js';
import { VerifierError } from '../errors/verifier-error.js';
import { byCode, packageBlock } from './channel-block.js';
import type { ChannelPlace } from './channel-place.js';
import {
  type BadRecord,
  findingOf,
  LONGEST_LIST,
  type Open,
  type PackagesReport,
  type SubdirReport,
  type Undecided,
  undecidedOf,
} from './channel-report.js';
import type { CommandOutput } from './command-output.js';
import { EXIT, type ExitStatus, statusOfError } from './exit-status.js';
import { isPackage, isPlainName } from './file-names.js';
import { count } from './quantity.js';
import { SHOWN } from './rows.js';

/** Names of files that are told where they are left out. */
const NAMED = 3;

/** Verifies every package file of a subdir by its record. */
export class PackageWalk {
  readonly undecided: Undecided[] = [];
  readonly notChecked: Open[] = [];
  readonly statuses = new Set<ExitStatus>();
  readonly lowered = new Set<string>();
  readonly #place: ChannelPlace;
  readonly #verifier: Verifier;
  readonly #index: RecordIndex;
  readonly #subdir: string;
  readonly #output: CommandOutput;
  readonly #records: SubdirReport;
  readonly #hinted: Set<string>;
  readonly #verdicts: Verdict[] = [];
  readonly #refused: BadRecord[] = [];
  /** Findings of all verdicts that are listed. */
  #listed = 0;
  #undecided = 0;
  readonly #counts: Record<Status, number> = { verified: 0, unverified: 0, rejected: 0 };

  /**
   * @param records What became of the records, which was told before.
   * @param hinted Codes of which what to do was told before.
   */
  constructor(
    place: ChannelPlace,
    verifier: Verifier,
    index: RecordIndex,
    records: SubdirReport,
    output: CommandOutput,
    hinted: Set<string>,
  ) {
    this.#records = records;
    this.#hinted = hinted;
    this.#place = place;
    this.#verifier = verifier;
    this.#index = index;
    this.#subdir = records.subdir;
    this.#output = output;
  }

  async run(): Promise<PackagesReport> {
    const recorded = this.#index.fileNames();
    const packages = recorded.filter(isPackage);
    const files = this.#place.packages(this.#subdir) ?? packages;
    const here = new Set(files);
    const absent = packages.filter((name) => !here.has(name)).length;
    const others = recorded.length - packages.length;
    if (absent > 0) this.#leaveOut(`the files of ${count(absent, 'record')} are not there`);
    if (others > 0) this.#leaveOut(`the files of ${count(others, 'record')} are no conda packages`);
    const unlike = this.#place.others(this.#subdir) ?? [];
    if (unlike.length > 0) this.#leaveOut(`${named(unlike)} in the folder, no conda package by name`);
    for (const [number, file] of files.entries()) {
      await this.#package(file, `${this.#subdir}/${file} (${number + 1} of ${files.length})`);
    }
    return {
      ...this.#counts,
      undecided: this.#undecided,
      absent,
      verdicts: this.#verdicts,
      refused: this.#refused,
    };
  }

  #leaveOut(reason: string): void {
    this.notChecked.push({ check: 'packages', reason: `${this.#subdir}: ${reason}` });
  }

  async #package(fileName: string, label: string): Promise<void> {
    const path = `${this.#subdir}/${fileName}`;
    try {
      const verdict = { ...(await this.#examine(fileName, label)), file: path };
      this.#counts[verdict.verdict]++;
      this.#output.note(EXIT[verdict.verdict]);
      for (const code of verdict.lowered) this.lowered.add(code);
      if (verdict.verdict === 'verified') return;
      this.#list(verdict);
      this.#show(fileName, verdict);
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      const status = statusOfError(error);
      this.statuses.add(status);
      this.#output.note(status);
      if (status === EXIT.rejected) {
        this.#counts.rejected++;
        const finding = findingOf(error);
        if (this.#refused.length < LONGEST_LIST) this.#refused.push({ fileName, ...finding });
        this.#show(fileName, { verdict: 'rejected', reasons: [], findings: [finding] });
      } else {
        this.#undecided++;
        if (this.undecided.length < LONGEST_LIST) this.undecided.push(undecidedOf(path, error));
        this.#output.error(error, path);
      }
    }
  }

  /** Each has as many findings as the list has entries, so these are counted. */
  #list(verdict: Verdict): void {
    if (this.#listed >= LONGEST_LIST) return;
    this.#listed += Math.max(1, verdict.findings.length);
    this.#verdicts.push(verdict);
  }

  #show(fileName: string, verdict: Pick<Verdict, 'verdict' | 'reasons' | 'findings'>): void {
    if (this.#counts.unverified + this.#counts.rejected > SHOWN) return;
    const { bad, unsigned, weak } = this.#records;
    const told = new Set(byCode(bad).slice(0, SHOWN).filter((record) => record.fileName === fileName).map(({ code }) => code));
    if (unsigned.slice(0, SHOWN).includes(fileName)) told.add('RECORD_UNSIGNED');
    if (weak.slice(0, SHOWN).includes(fileName)) told.add('WEAK_DIGEST');
    const path = `${this.#subdir}/${fileName}`;
    this.#output.show((terminal) => `\n${packageBlock(path, verdict, told, terminal, this.#hinted)}`);
  }

  async #examine(fileName: string, label: string): Promise<Verdict> {
    const onProgress = this.#output.progress(label);
    if (!isPlainName(fileName)) {
      const message = `a record is of the file ${quoted(fileName)}, which would lie elsewhere`;
      const hint = 'Do not use the channel; tell whoever runs it.';
      throw new VerifierError({ code: 'FILE_NAME_INVALID', message, hint });
    }
    // The record is verified again by the examination, strictly.
    const record = { ...this.#index.lookUp(fileName), requested: this.#subdir };
    const input = await this.#place.open(this.#subdir, fileName);
    if (input === null) {
      throw VerifierError.of('FILE_UNREADABLE', 'it has a record, and is not there', {
        hint: 'Try again, or another mirror.',
      });
    }
    try {
      const expectation = { fileName, record, sha256: undefined, size: undefined };
      return await this.#verifier.examine(input.source, expectation, { onProgress });
    } finally {
      input.close();
    }
  }
}

/** The first names, and how many more there are. */
function named(names: readonly string[]): string {
  const first = names.slice(0, NAMED).map((name) => quoted(name)).join(', ');
  return names.length > NAMED ? `${first} and ${(names.length - NAMED).toLocaleString('en')} more` : first;
}
