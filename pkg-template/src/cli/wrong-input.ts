import { dirname, resolve } from 'node:path';

import { printable, quoted } from '../printable.js';
import type { TrustInfo } from '../trust/channel-trust.js';
import { VerifierError } from '../errors/verifier-error.js';
import type { ChannelPlace } from './channel-place.js';
import { isPackage } from './file-names.js';
import { isUrl } from './input.js';
import { REPODATA_SUFFIXES } from './repodata-files.js';

/** What another file than a root is refused with; a root of a channel can fail with others. */
const NO_ROOT = ['JSON_INVALID', 'LIMIT_EXCEEDED', 'ROLE_MALFORMED', 'ROLE_TYPE_MISMATCH'];

/** What the first role fails with where there are none. */
const ABSENT = ['ROLE_MISSING', 'TUF_ROLES_MISSING'];

/** What a root of one kind fails with after one of the other. */
const OF_OTHER_KIND = ['ROLE_SPEC_UNSUPPORTED', 'THRESHOLD_NOT_MET'];

/** The kinds of roles, and what each channel of a kind has, after TUF's. */
const ROLES = [
  { kind: 'TUF', first: 'timestamp.json' },
  { kind: 'content trust', first: 'key_mgr.json' },
] as const;

const ROOT_HINT = 'Pin the channel\'s root.json, which somebody you trust gave you.';

/** The error about the root that is to be trusted, which names the file as it was given. */
export function aboutRoot(error: VerifierError, root: string): VerifierError {
  const { code, expected, actual, details } = error;
  // The core knows the file by the name that roots have.
  const what = error.message.replace('the root role "root.json"', 'it').replace('"root.json"', 'it');
  const fault = {
    code,
    message: `--root ${printable(root)}: ${what}`,
    hint: NO_ROOT.includes(code) ? ROOT_HINT : `${ROOT_HINT} ${error.hint}`,
    path: root,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    details,
  };
  return new VerifierError(fault, { cause: error });
}

/**
 * The error about roles that are not there, where the place itself may be the wrong one.
 *
 * @param before What was trusted before any file was fetched.
 * @param after What is trusted now.
 */
export async function aboutPlace(
  error: VerifierError,
  place: ChannelPlace,
  before: TrustInfo | null,
  after: TrustInfo | null,
  repodataName: string,
): Promise<VerifierError> {
  const hasRoots = after?.root.version !== before?.root.version;
  // Of a channel that had roles, somebody withholds one.
  const hasRoles = before?.keyMgr != null || before?.timestamp != null || hasRoots;
  if (hasRoles) return error;
  const other = await otherKind(error, place, after);
  if (other !== null || !ABSENT.includes(error.code)) return other ?? error;
  const { code, details } = error;
  const first = after?.format === 'tuf' ? 'timestamp.json' : 'key_mgr.json';
  for (const name of REPODATA_SUFFIXES.map((suffix) => repodataName + suffix)) {
    const isThere = await place.has('', name).catch(() => false);
    if (!isThere) continue;
    const message = `this is a subdir, and no channel: there is ${name} right in it, and no ${first}`;
    const above = isUrl(place.argument) ? 'URL' : 'folder';
    const hint = `Name the ${above} above: ${printable(parentOf(place.argument))}`;
    return new VerifierError({ code, message, hint, details }, { cause: error });
  }
  const message = `this does not look like a signed channel: ${error.message}`;
  return new VerifierError({ code, message, hint: error.hint, details }, { cause: error });
}

/** The error about repodata, where that is a package. */
export function aboutRepodata(error: VerifierError, fileName: string): VerifierError {
  if (error.code !== 'JSON_INVALID' || !isPackage(fileName)) return error;
  const { name: _, ...fault } = error.toJSON();
  const message = `--repodata takes the repodata.json of a channel, and ${quoted(fileName)} is named as a package: ${error.message}`;
  return new VerifierError({ ...fault, message, hint: 'Name the repodata.json that has a record of the packages.' }, { cause: error });
}

/** The error where the root is of one kind, and the channel has the first role of the other. */
async function otherKind(
  error: VerifierError,
  place: ChannelPlace,
  trust: TrustInfo | null,
): Promise<VerifierError | null> {
  const isAboutRoot = error.details['role'] === 'root' && OF_OTHER_KIND.includes(error.code);
  if (trust === null || (!isAboutRoot && !ABSENT.includes(error.code))) return null;
  const isTuf = trust.format === 'tuf';
  const [own, others] = isTuf ? ROLES : [ROLES[1], ROLES[0]];
  const has = (name: string) => place.has('', name).catch(() => false);
  if ((await has(own.first)) || !(await has(others.first))) return null;
  const { name: _, ...fault } = error.toJSON();
  const message = `--root is a root of ${own.kind}, and this channel has roles of ${others.kind} (${others.first}): ${error.message}`;
  const hint = `Give --root the root that the channel begins with, one of ${others.kind}, from somebody you trust.`;
  return new VerifierError({ ...fault, message, hint }, { cause: error });
}

function parentOf(argument: string): string {
  if (isUrl(argument)) return new URL('.', argument.replace(/\/*$/, '')).href;
  return dirname(resolve(argument));
}
