import type { CoreCode } from './codes.js';
import { frozen } from '../frozen.js';
import { HOST_CODES, type HostCode } from './host-codes.js';
import type { InstalledVerdict } from '../verdict/installed-verdict.js';
import type { Finding, Verdict } from '../verdict/verdict.js';

/** What failed, as a word that never changes its meaning. */
export type Code = CoreCode | HostCode;

/** What an error is made of, and what `toJSON` gives. */
export interface Fault {
  /** One of the stable codes. */
  readonly code: string;
  /** What happened, in English; the wording may change. */
  readonly message: string;
  /** What to do now. */
  readonly hint: string;
  /** The file, entry or document that it is about. */
  readonly path?: string;
  /** What was expected, as text; absent where nothing definite was. */
  readonly expected?: string;
  /** What was found instead, as text; absent where that can't be told. */
  readonly actual?: string;
  /** Further facts by name, e.g. `status` of HTTP_STATUS. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An error as JSON: what crosses a `postMessage` or goes into a log. */
export interface ErrorJson extends Fault {
  /** The class: `VerifierError`, `PackageRejected` or `InstalledRejected`. */
  readonly name: string;
  /** The verdict, where a package was rejected, or what is installed of one. */
  readonly verdict?: Verdict | InstalledVerdict;
}

// Found by every copy of this package in every realm.
const BRAND = Symbol.for('conda-verifier.error');

/**
 * What everything here fails with, except for what the caller's own code throws: an
 * `AbortSignal`'s reason, an exception of `onProgress`.
 */
export class VerifierError extends Error {
  static {
    // On the prototype: minifiers shorten the names of classes.
    Object.defineProperty(this.prototype, 'name', { value: 'VerifierError' });
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  /** Stable; decide by this, never by the message. */
  readonly code: Code;
  /** What to do now. */
  readonly hint: string;
  /** The file, entry or document that it is about. */
  readonly path?: string;
  /** What was expected, as text; absent where nothing definite was. */
  readonly expected?: string;
  /** What was found instead, as text; absent where that can't be told. */
  readonly actual?: string;
  /** All facts by name: `path`, `expected` and `actual` and those that a code has of its own. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(fault: Fault, options?: ErrorOptions) {
    super(fault.message, options);
    // A code that only a newer version knows is kept as it is.
    this.code = fault.code as Code;
    this.hint = fault.hint;
    const facts: Record<string, unknown> = {};
    for (const fact of ['path', 'expected', 'actual'] as const) {
      const value = fault[fact];
      if (value !== undefined) {
        this[fact] = value;
        facts[fact] = value;
      }
    }
    this.details = frozen({ ...facts, ...fault.details });
  }

  /** An error of a code that JavaScript raises; its hint is the code's unless one is given. */
  static of(
    code: HostCode,
    message: string,
    more: { hint?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ): VerifierError {
    const { hint = HOST_CODES[code].hint, details = {}, cause } = more;
    return new VerifierError(
      { code, message, hint, details },
      cause === undefined ? undefined : { cause },
    );
  }

  /** Whether `x` is one of these errors, also of another realm or copy of this package. */
  static isVerifierError(x: unknown): x is VerifierError {
    return typeof x === 'object' && x !== null && (x as { [BRAND]?: unknown })[BRAND] === true;
  }

  /** The error that `toJSON` told of: a `PackageRejected` or `InstalledRejected` if it has a verdict. */
  static fromJSON(json: unknown): VerifierError {
    if (!isErrorJson(json)) {
      throw new VerifierError({
        code: 'ARGUMENT_INVALID',
        message: 'the argument json is not valid: it is not what VerifierError.toJSON() gives',
        hint: 'Pass the object, not its text; JSON.parse() makes one of the other.',
      });
    }
    if (json.verdict === undefined) return new VerifierError(json);
    const verdict = frozen(json.verdict);
    // By what only one of them has.
    return 'kind' in verdict ? new InstalledRejected(verdict, json) : new PackageRejected(verdict, json);
  }

  /** The error as plain data, of which `fromJSON` makes one again. */
  toJSON(): ErrorJson {
    const { name, code, message, hint, path, expected, actual, details } = this;
    return {
      name,
      code,
      message,
      hint,
      ...(path === undefined ? {} : { path }),
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
      details,
    };
  }
}

/** A package that must not be installed, with everything that is known about it. */
export class PackageRejected extends VerifierError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'PackageRejected' });
  }

  /** Complete: what was checked, what was not, all findings. */
  readonly verdict: Verdict;

  /** Code, message and hint are those of the first finding that rejects. */
  constructor(verdict: Verdict, fault: Fault = firstError(verdict)) {
    super(fault);
    this.verdict = verdict;
  }

  /** The error as plain data, with its verdict. */
  override toJSON(): ErrorJson {
    return { ...super.toJSON(), verdict: this.verdict };
  }
}

/** What is installed and must not be used, with everything that is known about it. */
export class InstalledRejected extends VerifierError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'InstalledRejected' });
  }

  /** Complete: what was checked, what was not, all findings. */
  readonly verdict: InstalledVerdict;

  /** Code, message and hint are those of the first finding that rejects. */
  constructor(verdict: InstalledVerdict, fault: Fault = firstError(verdict)) {
    super(fault);
    this.verdict = verdict;
  }

  /** The error as plain data, with its verdict. */
  override toJSON(): ErrorJson {
    return { ...super.toJSON(), verdict: this.verdict };
  }
}

function firstError(verdict: Pick<Verdict, 'findings'>): Fault {
  const finding = verdict.findings.find((finding): finding is Finding => finding.severity === 'error');
  return (
    finding ?? {
      code: 'ARGUMENT_INVALID',
      message: 'the argument verdict is not valid: it has no finding that rejects',
      hint: 'Make a PackageRejected of a rejected verdict only.',
    }
  );
}

function isErrorJson(json: unknown): json is ErrorJson {
  if (typeof json !== 'object' || json === null) return false;
  const { code, message, hint, details, verdict } = json as Record<string, unknown>;
  const isObject = (x: unknown) => typeof x === 'object' && x !== null;
  return (
    [code, message, hint].every((text) => typeof text === 'string') &&
    (details === undefined || isObject(details)) &&
    (verdict === undefined || isObject(verdict))
  );
}
