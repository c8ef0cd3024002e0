import type { ExaminationOptions } from '../core/core.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { quoted } from '../printable.js';
import { checkNames } from '../options/named-options.js';
import { type GivenOption, type GivenRecord, recordOption } from '../records/repodata-record.js';
import type { Settings } from '../options/settings.js';

/** What to compare a package with. All that is given has to agree. */
export interface Expected {
  /** The file's name in its channel. Else it is the record's, the File's or the Response's. */
  readonly fileName?: string;
  /**
   * A SHA-256 that you vouch for, in hex, with or without `sha256:` before it: with it a
   * package can be `verified`.
   */
  readonly sha256?: string;
  /** The file's length in bytes. */
  readonly size?: number;
  /**
   * What `verifyRecord` gave: it is verified again, and the package can be `verified`. Or one
   * that nobody signed: it is compared, and the package stays `unverified`.
   *
   * Under a root of TUF the repodata has to be added that it stands in: it is looked up there
   * again, and is RECORD_CONFLICT where that says something else now.
   */
  readonly record?: GivenRecord;
  /**
   * Under a root of TUF: the package's path as a target, e.g. `noarch/six-1.17.0-pyhe01879c_1.conda`.
   * With it a package can be `verified` without a record. Beside a record that says where it
   * is from, such a target is looked for in any case, and has to agree.
   */
  readonly target?: string;
}

const NAMES = ['fileName', 'sha256', 'size', 'record', 'target'] as const;

/** What is expected, in the form that the core takes. */
export type CoreExpectation = Omit<Pick<ExaminationOptions, (typeof NAMES)[number]>, 'record'> & {
  readonly record?: GivenOption | undefined;
};

/** Checks what a caller expects. */
export function expectationOf(
  expected: Expected,
  sourceName: string | undefined,
  hasRoot: boolean,
): CoreExpectation {
  if (typeof expected === 'object' && expected !== null && 'trust' in expected) {
    throw invalidArgument('expected', 'it is a record; pass { record }');
  }
  checkNames('expected', expected, NAMES);
  for (const name of NAMES) {
    // What a faulty lookup gave must not be taken for a comparison that nobody wanted.
    if (name in expected && (expected[name] === undefined || expected[name] === null)) {
      throw invalidArgument(`expected.${name}`, 'it has no value; leave it out where there is none');
    }
  }
  const { fileName, size, target } = expected;
  const sha256 = digestOf(expected.sha256);
  for (const [name, value] of Object.entries({ fileName, sha256, target })) {
    if (value !== undefined && typeof value !== 'string') {
      throw invalidArgument(`expected.${name}`, 'it is no string');
    }
  }
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) {
    throw invalidArgument('expected.sha256', `${quoted(`${expected.sha256}`)} is not 64 hex digits`);
  }
  if (size !== undefined && (!Number.isSafeInteger(size) || size < 0)) {
    throw invalidArgument('expected.size', 'a size is a whole number from 0 to 2^53 - 1');
  }
  const record = expected.record === undefined ? undefined : recordOption(expected.record, hasRoot);
  const targetName = target?.slice(target.lastIndexOf('/') + 1);
  return { fileName: fileName ?? record?.fileName ?? targetName ?? sourceName, sha256, size, record, target };
}

/** In hex, where it is written as verdicts and lock files write it. */
function digestOf(sha256: unknown): string | undefined {
  return (typeof sha256 === 'string' ? sha256.replace(/^sha256:/i, '') : sha256) as string | undefined;
}

/** The most bytes that a file can have and still be the expected one. */
export function sizeBound(expectation: CoreExpectation, settings: Settings): number {
  const limit = settings.limit('archiveBytes');
  return Math.min(limit, expectation.size ?? limit, recordedSize(expectation) ?? limit);
}

/** The length that is expected, if any is. */
export function expectedSize(expectation: CoreExpectation): number | undefined {
  return expectation.size ?? recordedSize(expectation);
}

function recordedSize({ record }: CoreExpectation): number | undefined {
  return record?.json === undefined ? undefined : statedSize(record.json);
}

/** The size in a record's text. Whether that is a sound one is for the core to say. */
function statedSize(json: string): number | undefined {
  let record: unknown;
  try {
    record = JSON.parse(json);
  } catch {
    return undefined;
  }
  const size = (record as { size?: unknown } | null)?.size;
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}
