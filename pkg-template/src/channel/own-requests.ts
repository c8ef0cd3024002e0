import type { Fetcher } from '../trust/fetching.js';

/** Who asks, and for what, by the signal that ends the request. */
const OWN = new WeakMap<AbortSignal, { readonly verifier: object; readonly href: string }>();

/**
 * A fetcher for a verifier whose requests are known for its own. Where a page's `fetch` was replaced
 * by one that waits for that verifier, each would wait for the other.
 */
export function ownFetcher(verifier: object, fetcher: Fetcher): Fetcher {
  return (url, options) => {
    if (options.signal !== undefined) OWN.set(options.signal, { verifier, href: url.href });
    return fetcher(url, options);
  };
}

/** Whether a request is one that a verifier makes itself: what comes is verified by whoever asked. */
export function isOwnRequest(verifier: object, url: URL, signal: AbortSignal | undefined): boolean {
  const own = signal && OWN.get(signal);
  return own !== undefined && own.verifier === verifier && own.href === url.href;
}
