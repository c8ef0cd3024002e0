import type { ChannelTrust, TrustInfo, Want } from './channel-trust.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { bodyOf } from '../sources/package-source.js';
import type { Runtime } from '../core/runtime.js';
import type { Progress } from '../progress.js';
import { quoted } from '../printable.js';
import { urlOf } from './trust-settings.js';
import { unlessAborted } from '../unless-aborted.js';
import { VerifierError } from '../errors/verifier-error.js';

/** Fetches like `fetch` does. */
export type Fetcher = (
  url: URL,
  options: { readonly signal?: AbortSignal; readonly cache?: 'no-cache' },
) => Promise<Response> | Response;

/** Fetches what a refresh asks for, file by file, to its end. */
export async function refresh(
  trust: ChannelTrust,
  fetcher: Fetcher,
  fetchOptions: Runtime['fetchOptions'],
  signal: AbortSignal | undefined,
  report: (progress: Progress) => void,
): Promise<TrustInfo> {
  if (typeof fetcher !== 'function') throw invalidArgument('fetcher', 'it is no function like fetch');
  const options = { ...fetchOptions, ...(signal === undefined ? {} : { signal }) };
  const base = baseOf(trust.info().channel);
  // What another refresh left unfinished is not this one's.
  trust.abandon();
  try {
    for (let want = trust.next(); want !== null; want = trust.next()) {
      const url = new URL(want.path, base);
      const response = await answerOf(() => fetcher(url, options), url, signal);
      // 204 and 206 are successes too, with no body or a part of one.
      if (response.ok && response.status !== 204 && response.status !== 206) {
        trust.update(want, await bytesOf(response, want, signal, report));
      } else {
        void response.body?.cancel().catch(() => undefined);
        trust.unavailable(want, response.status);
      }
    }
  } finally {
    trust.abandon();
  }
  return trust.info();
}

function baseOf(channel: string | null): URL {
  const url = channel === null ? undefined : urlOf(channel);
  if (url !== undefined) return url;
  throw invalidArgument(
    'options.channel',
    channel === null
      ? 'role files are fetched below the URL of the channel; give Verifier.create() one'
      : `${quoted(channel)} is no absolute URL, below which role files could be fetched`,
  );
}

async function answerOf(
  ask: () => ReturnType<Fetcher>,
  url: URL,
  signal: AbortSignal | undefined,
): Promise<Response> {
  try {
    const answer = (async () => ask())();
    // A fetcher may take no notice of the signal.
    const response: unknown = await unlessAborted(answer, signal);
    if (typeof (response as Response | undefined)?.ok === 'boolean') return response as Response;
    throw invalidArgument('fetcher', 'it gives no Response');
  } catch (cause) {
    signal?.throwIfAborted();
    if (VerifierError.isVerifierError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw VerifierError.of('NETWORK_FAILED', `cannot fetch ${quoted(url.href)}: ${reason}`, {
      details: { url: url.href },
      cause,
    });
  }
}

/** What is longer than it may be is cut, and refused by the core. */
async function bytesOf(
  response: Response,
  want: Want,
  signal: AbortSignal | undefined,
  report: (progress: Progress) => void,
): Promise<Uint8Array> {
  const blocks = await bodyOf(response, {
    cut: want.maxLength + 1,
    signal,
    onBytes: (done, total) => report({ phase: 'reading', done, total }),
  });
  const bytes = new Uint8Array(blocks.length);
  blocks.readAt(0, bytes);
  return bytes;
}
