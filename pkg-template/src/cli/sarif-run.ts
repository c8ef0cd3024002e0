import { createHash } from 'node:crypto';

import { withCommandOption } from '../errors/lowering.js';
import type { VerifierError } from '../errors/verifier-error.js';
import { printable } from '../printable.js';
import type { Finding, Reason, Severity, Verdict } from '../verdict/verdict.js';
import { EXIT, type ExitStatus, statusOfError } from './exit-status.js';
import { type ArtifactLocation, BASE } from './sarif-location.js';
import { type Level, type Rule, ruleOf, UNVERIFIED } from './sarif-rules.js';
import { sarifText } from './sarif-text.js';
import { whyUnverified } from './verdict-block.js';

/** Characters of a text that comes from untrusted bytes. */
const LONGEST = 1000;

const LEVELS: Readonly<Record<Severity, Level>> = { error: 'error', warning: 'warning', info: 'note' };

const ENDS: Readonly<Record<ExitStatus, string>> = {
  [EXIT.verified]: 'everything verified',
  [EXIT.rejected]: 'something rejected',
  [EXIT.usage]: 'wrong usage',
  [EXIT.unverified]: 'nothing rejected, something unverified',
  [EXIT.unreadable]: 'something could not be read or written',
};

/** Something inside of a file that a result is about. */
export interface Inside {
  readonly name: string;
  readonly kind: 'member' | 'record';
}

/** A run as SARIF 2.1.0 tells it: what was found, where it is, and what was not checked. */
export class SarifRun {
  readonly #command: string;
  readonly #version: string;
  readonly #isUnverifiedAllowed: boolean;
  readonly #rules = new Map<string, number>();
  readonly #results: object[] = [];
  readonly #artifacts: object[] = [];
  readonly #notifications: object[] = [];
  readonly #fingerprints = new Map<string, number>();
  #isComplete = true;

  constructor(command: string, version: string, isUnverifiedAllowed: boolean) {
    this.#command = command;
    this.#version = version;
    this.#isUnverifiedAllowed = isUnverifiedAllowed;
  }

  /** A package and its verdict. */
  verdict(verdict: Verdict, location: ArtifactLocation): void {
    const { digests, trust, reasons, checks, notChecked, lowered, findings, findingsOmitted } = verdict;
    const hashes = { ...(digests.sha256 === null ? {} : { 'sha-256': digests.sha256 }), ...(digests.md5 === null ? {} : { md5: digests.md5 }) };
    // Of a package that was not looked at no size is known.
    const isRead = checks.length > 0 || digests.size > 0;
    this.artifact(
      location,
      { verdict: verdict.verdict, trust, reasons, checks, notChecked, lowered },
      { ...(isRead ? { length: digests.size } : {}), ...(Object.keys(hashes).length === 0 ? {} : { hashes }) },
    );
    for (const finding of findings) this.finding(finding, location);
    this.omitted(findingsOmitted, location);
    if (verdict.verdict === 'unverified') this.unverified(whyUnverified(reasons).replace(/\bnothing: /g, ''), reasons, location);
  }

  /** Something that nothing vouches for, and why. */
  unverified(why: string, reasons: readonly Reason[], location: ArtifactLocation): void {
    this.open(UNVERIFIED, `It is not verified, since nothing vouches for it: ${why}`, { reasons }, location);
  }

  /** What is not wrong, and stays unverified. */
  open(rule: string, message: string, properties: object, location: ArtifactLocation): void {
    const { help } = ruleOf(rule);
    this.#result(rule, this.#isUnverifiedAllowed ? 'note' : 'warning', `${message}. ${help.text}`, location, undefined, properties);
  }

  /** Lists of findings have no more entries than the limit allows. */
  omitted(number: number, { uri }: ArtifactLocation): void {
    if (number > 0) this.note(`${number} more findings about ${uri} were left out; a larger --limit findings=N lists them`, 'warning');
  }

  /** Something that was found in a file. */
  finding(finding: Finding, location: ArtifactLocation, inside?: Inside): void {
    const { code, severity, message, hint, path, expected, actual, details } = finding;
    const facts = [['Expected', expected], ['Found', actual]].flatMap(([label, value]) =>
      value === undefined || message.includes(printable(value, LONGEST)) ? [] : [`${label}: ${printable(value, LONGEST)}.`],
    );
    const text = [`${sentence(message)}.`, ...facts, withCommandOption(code, hint)].join(' ');
    const about = inside ?? (path === undefined ? undefined : { name: path, kind: 'member' as const });
    this.#result(code, LEVELS[severity], text, location, about, {
      ...(path === undefined ? {} : { path: printable(path, LONGEST) }),
      ...(expected === undefined ? {} : { expected: printable(expected, LONGEST) }),
      ...(actual === undefined ? {} : { actual: printable(actual, LONGEST) }),
      ...(details === undefined ? {} : { details }),
    });
  }

  /** A file that was looked at, and what it came to. */
  artifact(location: ArtifactLocation, properties: object, facts: object = {}): void {
    this.#artifacts.push({ location, ...facts, roles: ['analysisTarget'], properties });
  }

  /** What could not be read or written, so that nothing was decided about it. */
  failure(error: VerifierError, argument?: string): void {
    const { code, message, hint } = error;
    if (statusOfError(error) !== EXIT.rejected) this.#isComplete = false;
    const about = argument === undefined || message.includes(printable(argument)) ? '' : `${printable(argument)}: `;
    this.#notifications.push({
      descriptor: { id: code },
      level: 'error',
      message: { text: sarifText(`${sentence(about + printable(message, LONGEST))}. ${withCommandOption(code, hint)}`) },
    });
  }

  /** Something that a reader should know: what was not checked, which mirror was passed over. */
  note(text: string, level: 'note' | 'warning' = 'note'): void {
    this.#notifications.push({ level, message: { text: sarifText(printable(text, LONGEST)) } });
  }

  /** The log, once all is told. */
  log(status: ExitStatus): object {
    const rules: Rule[] = [...this.#rules.keys()].map(ruleOf);
    return {
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'conda-verifier', version: this.#version, semanticVersion: this.#version, rules } },
          // So that the results of one command don't replace those of another.
          automationDetails: { id: `conda-verifier/${this.#command}/` },
          originalUriBaseIds: { [BASE]: { description: { text: 'The folder that conda-verifier was called in.' } } },
          invocations: [
            {
              executionSuccessful: this.#isComplete && status !== EXIT.usage && status !== EXIT.unreadable,
              exitCode: status,
              exitCodeDescription: ENDS[status],
              toolExecutionNotifications: this.#notifications,
            },
          ],
          artifacts: this.#artifacts,
          results: this.#results,
          columnKind: 'utf16CodeUnits',
        },
      ],
    };
  }

  #result(
    code: string,
    level: Level,
    text: string,
    location: ArtifactLocation,
    inside: Inside | undefined,
    properties: object,
  ): void {
    const ruleIndex = this.#rules.get(code) ?? this.#rules.size;
    this.#rules.set(code, ruleIndex);
    const logical = inside === undefined ? undefined : { ...inside, name: printable(inside.name, LONGEST) };
    this.#results.push({
      ruleId: code,
      ruleIndex,
      level,
      message: { text: sarifText(text) },
      locations: [
        {
          // A package has no lines. But who shows results shows them at one.
          physicalLocation: { artifactLocation: location, region: { startLine: 1 } },
          ...(logical === undefined ? {} : { logicalLocations: [{ ...logical, fullyQualifiedName: `${location.uri}#${logical.name}` }] }),
        },
      ],
      partialFingerprints: { 'condaVerifier/v1': this.#fingerprint(code, location, inside) },
      properties,
    });
  }

  /** The same for the same thing in every run, whatever words it is told in; a number tells several apart. */
  #fingerprint(code: string, { uri }: ArtifactLocation, inside: Inside | undefined): string {
    const hash = createHash('sha256').update(JSON.stringify([code, uri, inside?.name ?? null])).digest('hex');
    const number = (this.#fingerprints.get(hash) ?? 0) + 1;
    this.#fingerprints.set(hash, number);
    return `${hash}:${number}`;
  }
}

/** Untrusted words as a sentence begins, which may stand anywhere. */
function sentence(words: string): string {
  const text = printable(words, LONGEST);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
