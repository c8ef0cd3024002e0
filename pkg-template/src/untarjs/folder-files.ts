import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import type { PackageSource } from '../sources/package-source.js';
import { fetched } from '../trust/fetching.js';
import type { Verdict } from '../verdict/verdict.js';
import { hostDigest } from '../core/host-digest.js';
import type { ListedFile } from '../manifest/site-manifest.js';
import { UnpackedFiles } from './unpacked-files.js';
import type { FolderPlace, UntarjsSettings } from './untarjs-options.js';

/** What a manifest says of bytes. */
export interface Listed {
  readonly folder: FolderPlace;
  readonly path: string;
  readonly file: ListedFile;
}

/** Fetches a file that a manifest lists; no more of it than it may have. */
export async function fetchListed({ path, file }: Listed, url: URL, settings: UntarjsSettings): Promise<Uint8Array> {
  const { fetcher, timeout, signal } = settings;
  const fetching = { fetcher, fetchOptions: {}, timeout, signal, report: () => undefined };
  const { blocks, status } = await fetched(url, file.size, fetching);
  if (blocks === null) {
    throw VerifierError.of('HTTP_STATUS', `${quoted(path)} was asked for, and the answer was ${status}`, {
      details: { status, url: url.href },
    });
  }
  return blocks.bytes;
}

/** Verifies a conda package by what a manifest says of it. */
export async function verifyListed(
  { folder, path, file }: Listed,
  source: PackageSource,
  { signal }: UntarjsSettings,
): Promise<{ verdict: Verdict; files: UnpackedFiles }> {
  const files = new UnpackedFiles();
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  const expected = { fileName, size: file.size, sha256: file.sha256 };
  return { verdict: await folder.verifier.verifyPackage(source, expected, { signal, onFile: files.take }), files };
}

/** Whether a file is a conda package by its name. */
export function isPackage(path: string): boolean {
  return /\.(conda|tar\.bz2)$/i.test(path);
}

/**
 * Finds bytes among what manifests list.
 *
 * @throws VerifierError UNVERIFIED where their digest can't be found.
 */
export async function listedBytes(bytes: Uint8Array, folders: readonly FolderPlace[]): Promise<Listed | undefined> {
  const found: Listed[] = [];
  for (const folder of folders) {
    for (const [path, file] of folder.files) if (file.size === bytes.length) found.push({ folder, path, file });
  }
  if (found.length === 0) return undefined;
  const sha256 = await digestOf(bytes);
  return found.find(({ file }) => file.sha256 === sha256);
}

/** @throws VerifierError SIZE_MISMATCH, SHA256_MISMATCH where bytes are not those of the manifest. */
export async function checkListed({ path, file }: Listed, bytes: Uint8Array): Promise<void> {
  const mismatch = (code: string, what: string, expected: string, actual: string) =>
    new VerifierError({
      code,
      message: `the ${what} of ${quoted(path)} is ${actual}, and the manifest says ${expected}`,
      hint: 'Do not install it. Build the site again, with its manifest; if that does not help, somebody changed the file.',
      path,
      expected,
      actual,
    });
  if (bytes.length !== file.size) {
    const actual = bytes.length > file.size ? `more than ${file.size}` : String(bytes.length);
    throw mismatch('SIZE_MISMATCH', 'size', String(file.size), actual);
  }
  const sha256 = await digestOf(bytes);
  if (sha256 !== file.sha256) throw mismatch('SHA256_MISMATCH', 'SHA-256', file.sha256, sha256);
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  const digest = hostDigest();
  if (digest === undefined) {
    const message = 'the digest of a file that is no conda package can\'t be found: there is no crypto.subtle, as on pages that came over plain HTTP';
    throw VerifierError.of('UNVERIFIED', message);
  }
  return Array.from(await digest(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
