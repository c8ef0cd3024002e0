import { VerifierError } from '../errors/verifier-error.js';
import { otherSize, unlisted } from '../manifest/file-fault.js';
import type { SiteManifest } from '../manifest/site-manifest.js';
import { verifyFile } from '../manifest/verify-file.js';
import { quoted } from '../printable.js';
import { fetched } from '../trust/fetching.js';

/** How a browser's own cache is used. */
type Caching = Request['cache'];

/**
 * Fetches a listed file and verifies it. What is wrong may be an old one out of the browser's
 * cache: the server is asked once more then.
 *
 * @throws VerifierError FILE_SIZE_MISMATCH; FILE_SHA256_MISMATCH; HTTP_STATUS; NETWORK_FAILED;
 *   TIMED_OUT; DIGEST_UNAVAILABLE.
 */
export async function listedBytes(manifest: SiteManifest, path: string, request: Request, timeout: number): Promise<Uint8Array> {
  const cache: Caching = request.cache === 'only-if-cached' ? 'default' : request.cache;
  try {
    return await verified(manifest, path, request, timeout, cache);
  } catch (error) {
    const isOther = VerifierError.isVerifierError(error) && /^FILE_\w+_MISMATCH$/.test(error.code);
    if (!isOther || ['no-store', 'reload', 'no-cache'].includes(cache)) throw error;
    return await verified(manifest, path, request, timeout, 'reload');
  }
}

async function verified(manifest: SiteManifest, path: string, request: Request, timeout: number, cache: Caching): Promise<Uint8Array> {
  const listed = manifest.get(path);
  if (listed === undefined) throw new VerifierError(unlisted(path));
  // The whole of it, whatever is asked for; redirects lead to other bytes, or to the same.
  const fetcher = (url: URL, { signal }: { readonly signal?: AbortSignal }) =>
    fetch(url, { cache, credentials: 'same-origin', mode: 'same-origin', ...(signal === undefined ? {} : { signal }) });
  const url = new URL(request.url);
  const { blocks, status } = await fetched(url, listed.size, { fetcher, fetchOptions: {}, timeout, signal: undefined, report: () => undefined });
  if (blocks === null) {
    throw VerifierError.of('HTTP_STATUS', `${quoted(path)} is listed, and the server answered ${status}`, { details: { status, path } });
  }
  // It was cut there.
  if (blocks.length > listed.size) throw new VerifierError(otherSize(path, listed, `more than ${listed.size}`));
  const { bytes } = blocks;
  await verifyFile(manifest, path, bytes);
  return bytes;
}
