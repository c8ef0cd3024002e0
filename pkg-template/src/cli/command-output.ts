import { withCommandOption } from '../errors/lowering.js';
import { printable, printableJson, quoted } from '../printable.js';
import type { Progress } from '../progress.js';
import type { Status, Verdict } from '../verdict/verdict.js';
import type { InstalledVerdict } from '../verdict/installed-verdict.js';
import type { VerifierError } from '../errors/verifier-error.js';
import { findingOf, mirrorsOf } from './channel-report.js';
import { EXIT, type ExitStatus, statusOfError } from './exit-status.js';
import { installedBlock } from './installed-block.js';
import { ProgressBar } from './progress-bar.js';
import { tellInstalled } from './sarif-installed.js';
import { locationOf } from './sarif-location.js';
import type { SarifRun } from './sarif-run.js';
import type { Terminal } from './terminal.js';
import { summaryLine, verdictBlock } from './verdict-block.js';

/** Characters of a message about what went wrong. */
const LONGEST_LINE = 2000;

/** Hints name options of the command line. */
function forCommands(this: { readonly code?: unknown }, name: string, value: unknown): unknown {
  const isHint = name === 'hint' && typeof value === 'string' && typeof this.code === 'string';
  return isHint ? withCommandOption(this.code, value) : value;
}

/** Verdicts on standard output, everything else on standard error. */
export class CommandOutput {
  readonly #out: Terminal;
  readonly #err: Terminal;
  readonly #bar: ProgressBar;
  readonly #isJson: boolean;
  readonly #sarif: SarifRun | undefined;
  readonly #counts: Record<Status, number> = { verified: 0, unverified: 0, rejected: 0 };
  #undecided = 0;
  #isRejected = false;

  /** @param sarif What is told in SARIF too, where that is asked for. */
  constructor(out: Terminal, err: Terminal, isJson: boolean, sarif?: SarifRun) {
    this.#sarif = sarif;
    this.#out = out;
    this.#err = err;
    this.#bar = new ProgressBar(err);
    this.#isJson = isJson;
  }

  /** Whether something was rejected so far: it stays so, whatever becomes of the rest. */
  get isRejected(): boolean {
    return this.#isRejected;
  }

  /** Takes note of what something came to. */
  note(status: ExitStatus): void {
    if (status === EXIT.rejected) this.#isRejected = true;
  }

  /** Shows how far a file has come. */
  progress(label: string): (progress: Progress) => void {
    this.#bar.begin(label);
    return (progress) => this.#bar.update(progress);
  }

  /** Shows a verdict. `file` is the argument as it was given, `label` what people know it by. */
  verdict(verdict: Verdict, file: string, label = file): void {
    this.#counts[verdict.verdict]++;
    this.note(EXIT[verdict.verdict]);
    this.refused(verdict, file, label);
    this.show((terminal) => `${verdictBlock(verdict, label, terminal)}\n`);
  }

  /** Writes a verdict for programs alone. */
  refused(verdict: Verdict, file: string, label = file): void {
    this.document({ ...verdict, file });
    this.#sarif?.verdict(verdict, locationOf(label === '-' ? 'stdin' : label));
  }

  /** Tells programs of a run in SARIF, where they ask. */
  sarif(tell: (run: SarifRun) => void): void {
    if (this.#sarif !== undefined) tell(this.#sarif);
  }

  /** Shows what a package says of itself, with the verdict on that. */
  inspection({ verdict }: Verdict, answer: object, block: (terminal: Terminal) => string): void {
    this.#counts[verdict]++;
    this.note(EXIT[verdict]);
    this.document(answer);
    this.show((terminal) => `${block(terminal)}\n`);
  }

  /** Shows a verdict on what is installed, under the name that it is told as. `title` is which
   * package it says it is. */
  installed(verdict: InstalledVerdict, label: string, title: string | undefined): void {
    this.#counts[verdict.verdict]++;
    this.note(EXIT[verdict.verdict]);
    this.document(verdict);
    this.sarif((run) => tellInstalled(run, verdict, locationOf(label)));
    this.show((terminal) => `${installedBlock(verdict, label, title, terminal)}\n`);
  }

  /** Shows people a part of the answer. */
  show(block: (terminal: Terminal) => string): void {
    this.#bar.end();
    if (!this.#isJson) this.#out.write(block(this.#out));
  }

  /** Writes the answer for programs, where they ask. */
  document(answer: object): void {
    this.#bar.end();
    if (this.#isJson) this.#out.writeData(`${printableJson(JSON.stringify(answer, forCommands))}\n`);
  }

  /** Writes what was asked for itself, which is the same for people and for programs. */
  data(text: string): void {
    this.#bar.end();
    this.#out.writeData(text);
  }

  /** Shows on one line what is wrong with an argument and how to mend it, and which mirrors failed. */
  error(error: VerifierError, argument?: string): void {
    this.note(statusOfError(error));
    this.#sarif?.failure(error, argument);
    const isNamed = argument === undefined || error.message.includes(printable(argument));
    const about = isNamed ? '' : `${quoted(argument)}: `;
    this.#write(`${about}${error.message}. ${withCommandOption(error.code, error.hint)} [${error.code}]`);
    for (const mirror of mirrorsOf(error)) this.line(`a mirror failed: ${mirror}`);
  }

  /** The same for a package, which gets no verdict. */
  undecided(error: VerifierError, argument: string): void {
    this.#undecided++;
    this.#sarif?.finding(findingOf(error), locationOf(argument));
    this.error(error, argument);
  }

  /** A line on standard error, about something else than a file. */
  line(text: string): void {
    this.#sarif?.note(text, 'warning');
    this.#write(text);
  }

  /** Shows all verdicts in a line, and whether what was seen of a channel is kept. */
  summary(isKept: boolean): void {
    this.show((terminal) => summaryLine(this.#counts, this.#undecided, isKept, terminal));
  }

  /** Leaves the terminal in order. */
  end(): void {
    this.#bar.end();
  }

  #write(text: string): void {
    this.#bar.end();
    this.#err.write(`conda-verifier: ${printable(text, LONGEST_LINE)}\n`);
  }
}
