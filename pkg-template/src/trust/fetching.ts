import type { Runtime } from '../core/runtime.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { HOST_CODES } from '../errors/host-codes.js';
import { VerifierError } from '../errors/verifier-error.js';
import { wordsOf } from '../errors/words.js';
import { quoted } from '../printable.js';
import type { Progress } from '../progress.js';
import type { Blocks } from '../sources/blocks.js';
import { bodyOf } from '../sources/package-source.js';
import { unlessAborted } from '../unless-aborted.js';
import { StallWatch } from './stall-watch.js';

/** Fetches like `fetch` does. */
export type Fetcher = (
  url: URL,
  options: { readonly signal?: AbortSignal; readonly cache?: 'no-cache' },
) => Promise<Response> | Response;

/** How files are fetched. */
export interface Fetching {
  readonly fetcher: Fetcher;
  readonly fetchOptions: Runtime['fetchOptions'];
  /** Milliseconds without progress after which a server is left. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly report: (progress: Progress) => void;
}

/** What a server answers: what is in the body, or a status that says why there is none. */
export type Answer =
  | { readonly blocks: Blocks; readonly status: null }
  | { readonly blocks: null; readonly status: number };

/**
 * Fetches a file. What is longer than it may be is cut one byte later.
 *
 * @throws VerifierError NETWORK_FAILED; TIMED_OUT; ARGUMENT_INVALID for a fetcher that is none.
 */
export async function fetched(url: URL, maxLength: number, fetching: Fetching): Promise<Answer> {
  const { timeout, signal } = fetching;
  const watch = new StallWatch(timeout, maxLength, signal, () => timedOut(url, timeout));
  try {
    // A fetcher may take no notice of the signal, and neither may a stream.
    return await unlessAborted(answerOf(url, maxLength, fetching, watch), watch.signal);
  } finally {
    watch.end();
  }
}

async function answerOf(
  url: URL,
  maxLength: number,
  { fetcher, fetchOptions, report }: Fetching,
  watch: StallWatch,
): Promise<Answer> {
  const { signal } = watch;
  const response = await responseOf(() => fetcher(url, { ...fetchOptions, signal }), url, signal);
  if (signal.aborted) leave(response);
  signal.throwIfAborted();
  watch.begun();
  // 204 and 206 are successes too, with no body or a part of one.
  if (!response.ok || response.status === 204 || response.status === 206) {
    leave(response);
    return { blocks: null, status: response.status };
  }
  const blocks = await bodyOf(response, {
    cut: maxLength + 1,
    signal,
    onBytes: (done, total) => {
      watch.arrived(done);
      report({ phase: 'reading', done, total });
    },
  });
  return { blocks, status: null };
}

/** What a fetcher answers with, or the error that it does not. */
export async function responseOf(
  ask: () => Promise<Response> | Response,
  url: URL,
  signal: AbortSignal,
): Promise<Response> {
  try {
    const response: unknown = await ask();
    if (typeof (response as Response | undefined)?.ok === 'boolean') return response as Response;
    throw invalidArgument('fetcher', 'it gives no Response');
  } catch (cause) {
    signal.throwIfAborted();
    if (VerifierError.isVerifierError(cause)) throw cause;
    throw VerifierError.of('NETWORK_FAILED', `cannot fetch ${quoted(url.href)}: ${wordsOf(cause)}`, {
      hint: HOST_CODES.NETWORK_FAILED.hint + aboutOrigin(url),
      details: { url: url.href },
      cause,
    });
  }
}

/** A browser does not say that it was the lack of a header. */
function aboutOrigin({ origin }: URL): string {
  const { location } = globalThis as { readonly location?: { readonly origin?: unknown } };
  if (location?.origin === undefined || location.origin === origin) return '';
  return ' In a page: does the server of another origin send Access-Control-Allow-Origin, also with a 404?';
}

/** Nobody reads its body. */
export function leave(response: Response): void {
  void response.body?.cancel().catch(() => undefined);
}

/** The error for a server that makes too little progress. */
export function timedOut(url: URL, timeout: number): VerifierError {
  const message = `the server makes too little progress with ${quoted(url.href)}: it was left; it has ${timeout} ms for each step`;
  return VerifierError.of('TIMED_OUT', message, { details: { url: url.href, timeout } });
}
