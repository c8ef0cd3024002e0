/** Finds the SHA-256 of bytes, which are copied before it returns. */
export type HostDigest = (bytes: Uint8Array) => Promise<Uint8Array>;

/**
 * WebCrypto's SHA-256, which works beside the main thread; undefined where there is none, as on
 * pages that came over plain HTTP.
 */
export function hostDigest(): HostDigest | undefined {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (typeof subtle?.digest !== 'function') return undefined;
  return async (bytes) =>
    new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}
