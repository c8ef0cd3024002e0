import { invalidArgument } from '../errors/invalid-argument.js';
import { checkNames } from '../options/named-options.js';
import { isPlainName } from '../records/path-names.js';
import { isAddress } from '../trust/folder-url.js';
import { type Mirror, mirrorPlaces } from '../trust/mirror-places.js';
import { storeOf, timeoutOf } from '../trust/refresh-options.js';
import { LONGEST_WAIT } from '../trust/stall-watch.js';
import type { TrustStore } from '../trust/trust-store.js';
import type { FetchVerdict } from './fetch-verdict.js';
import { isVerifiable } from './file-kind.js';

/** The options of `verifiedFetch`. */
export interface VerifiedFetchOptions {
  /** What fetches; what `fetch` is when `verifiedFetch` is called, unless given. */
  readonly fetch?: typeof fetch | undefined;
  /** The URL of the channel; the verifier's `channel` unless given. */
  readonly channel?: string | URL | undefined;
  /** Where to fetch from, each file from the first that has it right; the channel unless given. */
  readonly mirrors?: readonly Mirror[] | undefined;
  /** Places below which a redirect may end, beside the channel and its mirrors. */
  readonly redirects?: readonly (string | URL)[] | undefined;
  /** Where what is trusted is kept. */
  readonly store?: TrustStore | undefined;
  /**
   * What becomes of repodata with records that are not trusted, where each is signed by itself:
   * `refuse` unless given; `filter` leaves them out.
   */
  readonly repodata?: 'refuse' | 'filter' | undefined;
  /**
   * Whether packages and repodata may come that nobody vouches for and nothing is wrong with:
   * `false` unless given.
   */
  readonly allowUnverified?: boolean | undefined;
  /**
   * Paths below the channel that may come as they are, since they can't be verified:
   * `channeldata.json`, or with a slash at the end all that is in a folder. Packages, repodata and
   * what roles list are verified all the same.
   */
  readonly pass?: readonly string[] | undefined;
  /** Milliseconds after which what is trusted is brought up to date; 600,000 unless given. */
  readonly refreshAfter?: number | undefined;
  /** As in `RefreshOptions`. */
  readonly timeout?: number | undefined;
  /** Called with what became of each request below the channel. */
  readonly onVerdict?: ((told: FetchVerdict) => void) | undefined;
}

const NAMES = [
  'fetch',
  'channel',
  'mirrors',
  'redirects',
  'store',
  'repodata',
  'allowUnverified',
  'pass',
  'refreshAfter',
  'timeout',
  'onVerdict',
] as const satisfies readonly (keyof VerifiedFetchOptions)[];

/** Milliseconds: roles live for days, and a refresh is a few small requests. */
const REFRESH_AFTER = 600_000;

/** The options, all of which were looked at. */
export interface FetchSettings {
  readonly fetch: typeof fetch;
  readonly channel: string | URL | undefined;
  readonly mirrors: readonly Mirror[] | undefined;
  readonly redirects: readonly URL[];
  readonly store: TrustStore | undefined;
  readonly isFiltering: boolean;
  readonly allowUnverified: boolean;
  readonly refreshAfter: number;
  readonly timeout: number;
  readonly passes: (path: string) => boolean;
  readonly tell: (told: FetchVerdict) => void;
}

/** @throws VerifierError ARGUMENT_INVALID. */
export function fetchSettings(options: VerifiedFetchOptions): FetchSettings {
  checkNames('options', options, NAMES);
  const { fetch: given = globalThis.fetch, channel, mirrors, redirects = [], pass = [] } = options;
  const { repodata = 'refuse', allowUnverified = false, refreshAfter = REFRESH_AFTER, onVerdict } = options;
  if (typeof given !== 'function') throw invalidArgument('options.fetch', 'it is no function');
  if (repodata !== 'refuse' && repodata !== 'filter') {
    throw invalidArgument('options.repodata', 'it is "refuse" or "filter"');
  }
  if (typeof allowUnverified !== 'boolean') {
    throw invalidArgument('options.allowUnverified', 'it is neither true nor false');
  }
  if (!Number.isInteger(refreshAfter) || refreshAfter < 0 || refreshAfter > LONGEST_WAIT) {
    throw invalidArgument('options.refreshAfter', `it is no whole number of milliseconds from 0 to ${LONGEST_WAIT}`);
  }
  if (onVerdict !== undefined && typeof onVerdict !== 'function') {
    throw invalidArgument('options.onVerdict', 'it is no function');
  }
  if (!Array.isArray(redirects)) throw invalidArgument('options.redirects', 'it is no list of URLs');
  const places = redirects.length === 0 ? [] : mirrorPlaces(redirects, null);
  return {
    // Browsers want it to be called as a function of the page, and of nothing else.
    fetch: (input, init) => given.call(globalThis, input, init),
    channel,
    mirrors,
    redirects: places.map(({ metadata }) => metadata),
    store: storeOf(options),
    isFiltering: repodata === 'filter',
    allowUnverified,
    refreshAfter,
    timeout: timeoutOf(options),
    passes: passesOf(pass),
    tell: (told) => onVerdict?.(told),
  };
}

function passesOf(pass: readonly string[]): (path: string) => boolean {
  if (!Array.isArray(pass)) throw invalidArgument('options.pass', 'it is no list of paths');
  for (const [index, path] of pass.entries()) {
    const argument = `options.pass[${index}]`;
    const isPath = typeof path === 'string' && path.replace(/\/$/, '').split('/').every(isPlainName);
    if (!isPath) throw invalidArgument(argument, 'it is a path below the channel, like "channeldata.json" or "icons/"');
    if (isVerifiable(path)) {
      throw invalidArgument(argument, 'packages and repodata are verified; fetch them elsewhere, or see allowUnverified');
    }
  }
  const listed = [...pass];
  return (path) => listed.some((entry) => (entry.endsWith('/') ? path.startsWith(entry) : path === entry));
}

/** @throws VerifierError ARGUMENT_INVALID for what is no place on a web server. */
export function checkChannel(channel: string | URL | undefined): void {
  if (channel === undefined || isAddress(channel)) return;
  throw invalidArgument('options.channel', 'it is neither a string nor a URL');
}
