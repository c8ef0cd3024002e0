import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import { isPlainName } from '../records/path-names.js';

/**
 * What files of a folder have to be, as `conda-verifier manifest DIR` writes it when a site is
 * built.
 *
 * Nobody signs it: it vouches for as much as the page that it stands in. Have it in the page's
 * own script, or in what the page checks itself; fetched from beside the packages it says
 * nothing.
 */
export interface FolderManifest {
  readonly version: 1;
  /** By the path below the folder, with `/`: `kernel_packages/xeus-python-0.17.4-0.tar.gz`. */
  readonly files: Readonly<Record<string, ManifestFile>>;
}

/** What a file has to be. */
export interface ManifestFile {
  /** Length in bytes. */
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** The most files that a manifest may list. */
const MOST = 500_000;

/**
 * Reads a manifest strictly.
 *
 * @throws VerifierError MANIFEST_INVALID.
 */
export function manifestFiles(manifest: unknown): ReadonlyMap<string, ManifestFile> {
  const { version, files } = membersOf('it', manifest, ['version', 'files']);
  if (version !== 1) throw invalid('its version is not 1');
  const listed = Object.entries(membersOf('its files', files));
  if (listed.length > MOST) throw invalid(`it lists ${listed.length} files; there may be ${MOST}`);
  return new Map(listed.map(([path, file]) => [pathOf(path), fileOf(path, file)]));
}

function pathOf(path: string): string {
  if (path.split('/').every(isPlainName)) return path;
  throw invalid(`${quoted(path)} is no path below a folder`);
}

function fileOf(path: string, file: unknown): ManifestFile {
  const { size, sha256 } = membersOf(quoted(path), file, ['size', 'sha256']);
  if (!Number.isSafeInteger(size) || (size as number) < 0) {
    throw invalid(`the size of ${quoted(path)} is no whole number from 0 to 2^53 - 1`);
  }
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw invalid(`the sha256 of ${quoted(path)} is not 64 digits of lower-case hex`);
  }
  return Object.freeze({ size: size as number, sha256 });
}

/** The members of an object that has all of these and no others; any, where none are named. */
function membersOf(what: string, value: unknown, names?: readonly string[]): Record<string, unknown> {
  if (typeof value === 'string' || ArrayBuffer.isView(value)) {
    throw invalidArgument('manifest', 'it is a text; pass what JSON.parse() makes of it');
  }
  if (Object.prototype.toString.call(value) !== '[object Object]') throw invalid(`${what} is no object`);
  const members = value as Record<string, unknown>;
  if (names === undefined) return members;
  const other = Object.keys(members).find((name) => !names.includes(name));
  if (other !== undefined) throw invalid(`${what} has a member ${quoted(other)}, which nobody knows`);
  const missing = names.find((name) => !Object.hasOwn(members, name));
  if (missing !== undefined) throw invalid(`${what} has no member ${missing}`);
  return members;
}

function invalid(reason: string): VerifierError {
  return VerifierError.of('MANIFEST_INVALID', `the manifest of a folder is not valid: ${reason}`);
}
