import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import type { FoundRecord, GivenOption } from './repodata-record.js';

/** What binds a record to bytes. */
const BINDING = ['sha256', 'size', 'md5'] as const;

/** The most members that a message names. */
const NAMED = 8;

/**
 * Compares a record that a caller has with the one that repodata has now, which is what counts:
 * whoever had another one in mind is told so. JSON values are compared; of the members beside
 * the evidence digests and size.
 *
 * @throws VerifierError RECORD_CONFLICT.
 */
export function checkAgreement(subdir: string, given: GivenOption, found: FoundRecord): void {
  const actual = membersOf(found.json);
  const expected = given.json === undefined || given.json === found.json ? actual : membersOf(given.json);
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  const differing = [...names].filter((name) => !isSame(own(expected, name), own(actual, name)));
  if (given.subdir !== undefined && found.subdir !== undefined && given.subdir !== found.subdir) {
    differing.push('info.subdir');
  }
  const stated: Record<string, unknown> = { ...given.stated };
  for (const name of BINDING) {
    const isOther = !(name in stated) || isSame(lowered(stated[name]), lowered(own(actual, name)));
    if (!isOther && !differing.includes(name)) differing.push(name);
  }
  if (differing.length === 0) return;
  const name = BINDING.find((name) => differing.includes(name));
  const wanted = name && (isSame(own(expected, name), own(actual, name)) ? stated[name] : own(expected, name));
  throw conflict(subdir, given.fileName, differing, name && { expected: wanted, actual: own(actual, name) });
}

/**
 * Of a record whose text has to be the very one that was indexed.
 *
 * @throws VerifierError RECORD_CONFLICT in the place of SOURCE_CHANGED.
 */
export function asConflict<T>(subdir: string, fileName: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!VerifierError.isVerifierError(error) || error.code !== 'SOURCE_CHANGED') throw error;
    throw conflict(subdir, fileName, ['its text'], undefined);
  }
}

function conflict(
  subdir: string,
  fileName: string,
  differing: readonly string[],
  values: { readonly expected: unknown; readonly actual: unknown } | undefined,
): VerifierError {
  const names = differing.slice(0, NAMED).map((name) => (/^[\w. ]+$/.test(name) ? name : quoted(name)));
  if (differing.length > NAMED) names.push(`${differing.length - NAMED} more`);
  const place = `the repodata that was added for ${quoted(subdir)}`;
  return new VerifierError({
    code: 'RECORD_CONFLICT',
    message: `the expected record of ${quoted(fileName)} and the one in ${place} differ in ${names.join(', ')}`,
    hint: 'The channel says something else of the file than it did. See what has changed; take the record anew only if that is meant.',
    path: fileName,
    ...(values === undefined ? {} : { expected: wordsOf(values.expected), actual: wordsOf(values.actual) }),
  });
}

/** A text that is no JSON object has nothing in common with one that is. */
function membersOf(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    value = null;
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : {};
}

function own(members: Record<string, unknown>, name: string): unknown {
  return Object.prototype.hasOwnProperty.call(members, name) ? members[name] : undefined;
}

/** Whether they are the same JSON value. As deep as the shallower one: the core has bounded that. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return one === other;
  }
  const [names, others] = [Object.keys(one), Object.keys(other)];
  const [mine, theirs] = [one as Record<string, unknown>, other as Record<string, unknown>];
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === others.length &&
    names.every((name) => isSame(mine[name], own(theirs, name)))
  );
}

/** Hex of either case is the same digest. */
function lowered(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'nothing';
}
