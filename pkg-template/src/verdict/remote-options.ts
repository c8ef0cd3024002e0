import { invalidArgument } from '../errors/invalid-argument.js';
import { quoted } from '../printable.js';
import type { RemoteFetch } from '../sources/remote-file.js';
import { LONGEST_WAIT } from '../trust/stall-watch.js';
import type { WorkOptions } from '../work.js';
import type { Expected } from './expectation.js';

/**
 * The options of `Verifier.inspectRemote`; what the package is compared with is among them. Only
 * where the whole file is fetched its digest is.
 */
export interface RemoteOptions extends Expected, WorkOptions {
  /** Instead of the global `fetch`; it is called with a URL and what `fetch` takes. */
  readonly fetch?: RemoteFetch | undefined;
  /**
   * Headers for every request. In a browser most of them make it ask another origin's server
   * for leave before each request.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * The most bytes that are fetched where ranges can't be had, as of a `.tar.bz2` or from a
   * server that ignores them; 64 MiB unless given.
   */
  readonly wholeUpTo?: number | undefined;
  /** Milliseconds without progress after which the server is left; 30,000 unless given. */
  readonly timeout?: number | undefined;
}

/** The names of `Expected`. */
const EXPECTED = ['fileName', 'sha256', 'size', 'record', 'target'] as const;

/** The names of `RemoteOptions`, without those of `WorkOptions`. */
export const REMOTE_OPTIONS = [...EXPECTED, 'fetch', 'headers', 'wholeUpTo', 'timeout'] as const;

/** What is expected, without the rest of the options. */
export function expectedIn(options: RemoteOptions): Expected {
  const given = EXPECTED.filter((name) => name in options);
  return Object.fromEntries(given.map((name) => [name, options[name]])) as Expected;
}

/** What the rest of the options comes to. */
export interface RemoteSettings {
  readonly fetcher: RemoteFetch;
  readonly headers: readonly (readonly [string, string])[];
  readonly wholeUpTo: number;
  readonly timeout: number;
}

/** @throws VerifierError ARGUMENT_INVALID. */
export function remoteSettings(options: RemoteOptions): RemoteSettings {
  const { fetch = globalThis.fetch, headers = {}, wholeUpTo = 64 << 20, timeout = 30_000 } = options;
  if (typeof fetch !== 'function') throw invalidArgument('options.fetch', 'it is no function');
  if (!Number.isSafeInteger(wholeUpTo) || wholeUpTo < 0) {
    throw invalidArgument('options.wholeUpTo', 'it is no whole number of bytes from 0 to 2^53 - 1');
  }
  if (!Number.isInteger(timeout) || timeout < 1 || timeout > LONGEST_WAIT) {
    throw invalidArgument('options.timeout', `it is no whole number of milliseconds from 1 to ${LONGEST_WAIT}`);
  }
  try {
    // Browsers refuse a fetch that is called as a method.
    return { fetcher: (url, init) => fetch(url, init), headers: [...new Headers(headers)], wholeUpTo, timeout };
  } catch (cause) {
    throw invalidArgument('options.headers', 'it is no object of names and values of headers', cause);
  }
}

/** @throws VerifierError ARGUMENT_INVALID. */
export function remoteUrl(url: unknown): URL {
  const text = String(url);
  const base = globalThis.location?.href;
  if ((typeof url === 'string' || url instanceof URL) && URL.canParse(text, base)) {
    const place = new URL(text, base);
    // Others, as blob:, are for the fetcher to know.
    if (place.protocol !== 'file:') return place;
    throw invalidArgument('url', `${quoted(text)} is a file, and no server has it; open it and pass it to inspectPackage()`);
  }
  const isRelative = typeof url === 'string' && URL.canParse(text, 'https://example.org/');
  throw invalidArgument(
    'url',
    isRelative
      ? `${quoted(text)} is relative, and there is no page that it could be relative to; give all of it, as in https://example.org/noarch/NAME.conda`
      : 'it is no URL',
  );
}
