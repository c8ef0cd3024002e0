import { invalidArgument } from '../errors/invalid-argument.js';
import { PackageRejected, VerifierError } from '../errors/verifier-error.js';
import { frozen } from '../frozen.js';
import { urlOf } from '../trust/folder-url.js';
import { type Mirror, mirrorPlaces } from '../trust/mirror-places.js';
import { responseOf } from './answer.js';
import { type Asked, askedFor } from './asked.js';
import { type Answer, ChannelAnswers, NOBODY, PASSED } from './channel-answers.js';
import { ChannelPlaces, type Located } from './channel-places.js';
import { checkChannel, type FetchSettings, fetchSettings, type VerifiedFetchOptions } from './fetch-options.js';
import type { FetchVerdict } from './fetch-verdict.js';
import { type FetchingVerifier, METHODS } from '../channel/fetching-verifier.js';
import { isOwnRequest } from '../channel/own-requests.js';
import { requestRefused, shownUrl } from './refusal.js';

/** A channel whose places are known. */
interface Channel {
  readonly places: ChannelPlaces;
  readonly answers: ChannelAnswers;
}

/**
 * A function like `fetch`. Requests below the channel of a verifier, or below one of its mirrors,
 * come back only when they are verified; all others go to `fetch` as they are.
 *
 * Below the channel the answer is a Response of the verified bytes, and it is complete: nothing
 * is delivered before the verdict. What is refused rejects with a VerifierError. A file that
 * clients can do without is a 404, and told as `absent`. The caller's headers, credentials, mode
 * and cache go nowhere: the requests are the verifier's own.
 *
 * For several channels give one function to the next as its `fetch`.
 *
 * @param verifier A `Verifier`, or one in a worker.
 * @throws VerifierError ARGUMENT_INVALID.
 */
export function verifiedFetch(verifier: FetchingVerifier, options: VerifiedFetchOptions = {}): typeof fetch {
  const isVerifier = METHODS.every((name) => typeof verifier?.[name] === 'function');
  if (!isVerifier) throw invalidArgument('verifier', 'it is no verifier; Verifier.create() gives one');
  const settings = fetchSettings(options);
  checkChannel(settings.channel);
  const channelWith = (known: string | null): Channel => channelOf(verifier, settings, known);
  const trust = settings.channel === undefined ? verifier.trust : null;
  // In a worker it takes a moment to know.
  const channel = isPromise(trust)
    ? trust.then((trust) => channelWith(trust?.channel ?? null))
    : channelWith(trust?.channel ?? null);
  if (isPromise(channel)) channel.catch(() => undefined);

  return async (input, init) => {
    // Before anything is waited for: what a URL says may be changed.
    const asked = askedFor(input, init);
    const { places, answers } = await channel;
    const pass = () => settings.fetch(asked.passed() as RequestInfo | URL, init);
    if (asked.url === undefined || isOwnRequest(verifier, asked.url, asked.signal)) return pass();
    let file: Located | null = null;
    let answer: Answer;
    try {
      file = places.locate(asked.url, asked.text, asked.base);
      if (file === null) return pass();
      answer = await answerTo(asked, file, answers, settings);
    } catch (error) {
      asked.signal?.throwIfAborted();
      if (!VerifierError.isVerifierError(error)) throw error;
      const verdict = error instanceof PackageRejected ? error.verdict : null;
      answer = { outcome: 'refused', trust: verdict?.trust ?? NOBODY, verdict, error };
    }
    asked.signal?.throwIfAborted();
    const url = file?.url ?? shownUrl(asked.url);
    settings.tell(frozen(toldOf(url, file, answer)));
    if (answer.error !== undefined) throw answer.error;
    if (answer.content === undefined) return pass();
    return responseOf(answer.content, url, asked.method === 'HEAD');
  };
}

async function answerTo(asked: Asked, file: Located, answers: ChannelAnswers, settings: FetchSettings): Promise<Answer> {
  const { signal } = asked;
  signal?.throwIfAborted();
  const refused = refusalOf(asked, file.url);
  if (refused === undefined) return answers.answer(file, signal);
  if (settings.passes(file.path) && (await answers.passesAnyway(file))) return PASSED;
  throw refused;
}

/** Why a request is not one for a whole file. */
function refusalOf({ method, headers, integrity }: Asked, url: string): VerifierError | undefined {
  if (method !== 'GET' && method !== 'HEAD') {
    return requestRefused(url, 'method', 'a channel\'s files are fetched with GET or HEAD');
  }
  const given = headers();
  if (given.has('range') || given.has('if-range')) {
    return requestRefused(url, 'range', 'a part of a file can\'t be verified');
  }
  if (integrity === '') return undefined;
  const hint = 'Leave it out: the file is verified by what its channel signs.';
  return requestRefused(url, 'integrity', 'the option `integrity` is not looked at here', hint);
}

function channelOf(verifier: FetchingVerifier, settings: FetchSettings, known: string | null): Channel {
  const name = settings.channel === undefined ? known : String(settings.channel);
  const url = name === null ? undefined : urlOf(name);
  if (settings.channel !== undefined && url === undefined) {
    throw invalidArgument('options.channel', 'it is no absolute URL');
  }
  const own = url === undefined ? undefined : mirrorPlaces([url], null);
  const mirrors: readonly Mirror[] | undefined = settings.mirrors ?? (url && [url]);
  if (mirrors === undefined) {
    throw invalidArgument('options.channel', 'requests below its URL are verified; give it here, or to Verifier.create()');
  }
  const listed = mirrorPlaces(mirrors, null);
  for (const { metadata, targets } of [...(own ?? []), ...listed]) {
    for (const place of [metadata, targets]) {
      if (place === null || /^https?:$/.test(place.protocol)) continue;
      throw invalidArgument(settings.mirrors === undefined ? 'options.channel' : 'options.mirrors', 'it is not on a web server');
    }
  }
  const places = new ChannelPlaces(own?.[0]?.metadata, listed, settings.redirects);
  return { places, answers: new ChannelAnswers(verifier, settings, places, mirrors) };
}

function toldOf(url: string, file: Located | null, answer: Answer): FetchVerdict {
  const { outcome, trust, reason = null, verdict = null, records = null, mirrors = [], error } = answer;
  const path = file?.path ?? null;
  const notChecked = answer.notChecked ?? verdict?.notChecked ?? [];
  return { url, path, outcome, trust, notChecked, reason, verdict, records, error: error?.toJSON() ?? null, mirrors };
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Promise<T> | null)?.then === 'function';
}
