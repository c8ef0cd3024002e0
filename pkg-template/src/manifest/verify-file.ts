import { hostDigest } from '../core/host-digest.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';
import { type Bytes, isBytes } from '../sources/shapes.js';
import { copied } from '../sources/copied.js';
import { otherDigest, otherSize, unlisted } from './file-fault.js';
import { type ListedFile, SiteManifest } from './site-manifest.js';

/**
 * Compares a file with what a manifest says of it: size and SHA-256, which WebCrypto finds.
 *
 * @param path As the manifest has it: relative to the folder, with `/`, not percent-encoded.
 * @param bytes All of them. They are taken as they are when this is called.
 * @returns What is listed, and is so.
 * @throws VerifierError FILE_UNLISTED; FILE_SIZE_MISMATCH; FILE_SHA256_MISMATCH;
 *   DIGEST_UNAVAILABLE where there is no WebCrypto, as on pages that came over plain HTTP;
 *   ARGUMENT_INVALID.
 */
export async function verifyFile(
  manifest: SiteManifest,
  path: string,
  bytes: Bytes,
): Promise<ListedFile> {
  if (!(manifest instanceof SiteManifest)) throw invalidArgument('manifest', 'pass what readManifest() gives');
  if (typeof path !== 'string') throw invalidArgument('path', 'it is the path of a file, a text');
  if (!isBytes(bytes)) {
    throw invalidArgument('bytes', 'they are in a buffer or a view of one; of a Response, await response.arrayBuffer()');
  }
  const listed = manifest.get(path);
  if (listed === undefined) throw new VerifierError(unlisted(path));
  const { byteLength } = bytes;
  if (byteLength !== listed.size) throw new VerifierError(otherSize(path, listed, byteLength));
  const digest = hostDigest();
  if (digest === undefined) throw VerifierError.of('DIGEST_UNAVAILABLE', 'there is no WebCrypto here that could hash a file');
  const actual = hex(await digest(copied(bytes)));
  if (actual !== listed.sha256) throw new VerifierError(otherDigest(path, listed, actual));
  return listed;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
