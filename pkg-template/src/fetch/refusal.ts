import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';

/** What a request below a channel is refused for, before anything is asked for. */
export type Refused = 'address' | 'query' | 'method' | 'range' | 'integrity' | 'file' | 'base_url';

const HINT =
  'Ask for a whole file by its plain address, with GET. What can\'t be verified comes through verifiedFetch only if its option `pass` lists it.';

/** A URL as it may be told: what is secret stands before the host or behind "?". */
export function shownUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** The error for a request that is not made. */
export function requestRefused(url: string, reason: Refused, words: string, hint = HINT): VerifierError {
  return VerifierError.of('REQUEST_REFUSED', `${quoted(url)} was refused: ${words}`, {
    hint,
    details: { url, reason },
  });
}
