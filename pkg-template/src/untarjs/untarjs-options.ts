import { invalidArgument } from '../errors/invalid-argument.js';
import { type FolderManifest, manifestOf } from '../manifest/folder-manifest.js';
import type { SiteManifest } from '../manifest/site-manifest.js';
import { checkNames } from '../options/named-options.js';
import type { FetchingVerifier } from '../channel/fetching-verifier.js';
import { folderUrl, isAddress, urlOf } from '../trust/folder-url.js';
import type { Fetcher } from '../trust/fetching.js';
import type { Mirror } from '../trust/mirror-places.js';
import { timeoutOf } from '../trust/refresh-options.js';
import type { TrustStore } from '../trust/trust-store.js';
import type { PackageSource } from '../sources/package-source.js';
import type { ExamineOptions } from '../verdict/examine-options.js';
import type { Expected } from '../verdict/expectation.js';
import type { Verdict } from '../verdict/verdict.js';
import type { UnpackApi } from './unpack-api.js';
import type { OnVerdict } from './unpack-report.js';

/** What is needed of a verifier: a `Verifier`, or one that works in a Worker. */
export interface UntarjsVerifier extends Pick<FetchingVerifier, 'trust' | 'refresh' | 'fetchRepodata' | 'fetchPackage'> {
  /** As `Verifier.verifyPackage`: verifies bytes that are here. */
  verifyPackage(source: PackageSource, expected?: Expected, options?: ExamineOptions): Promise<Verdict>;
}

/** A channel whose packages may be installed. */
export interface UntarjsChannel {
  /** As the installer has it in front of `noarch/`. */
  readonly url: string | URL;
  /**
   * Who verifies its packages. A verifier holds the repodata of one channel: each channel needs
   * its own.
   */
  readonly verifier: UntarjsVerifier;
  /** Where to fetch from instead, each file from the first that has it right; `url` unless given. */
  readonly mirrors?: readonly Mirror[] | undefined;
  /** Where what is trusted of it is kept. */
  readonly store?: TrustStore | undefined;
}

/** A folder of files that a manifest lists, as sites have it that were built with their packages. */
export interface UntarjsFolder {
  /** As the installer has it in front of the paths of the manifest; relative to the page. */
  readonly url: string | URL;
  /**
   * What `conda-verifier manifest DIR` wrote, out of the page itself: it is what vouches. Its text,
   * what a bundler makes of that, or what `readManifest` gives.
   */
  readonly manifest: FolderManifest;
  /** Who verifies the conda packages among the files. It needs no channel. */
  readonly verifier: UntarjsVerifier;
}

/** The options of `verifiedUntarjs`. */
export interface UntarjsOptions {
  /** The channels whose packages may be installed; none unless given. */
  readonly channels?: readonly UntarjsChannel[] | undefined;
  /** The folders whose files may be; none unless given. There has to be a channel or a folder. */
  readonly folders?: readonly UntarjsFolder[] | undefined;
  /** Fetches like `fetch`, which it is unless given. */
  readonly fetch?: Fetcher | undefined;
  /**
   * What unpacks files that are no conda packages, as `initUntarJS()` gives it: wheels, and
   * archives that a manifest lists. Without it those are refused.
   */
  readonly unpack?: UnpackApi | undefined;
  /** Whether packages that nobody vouches for are handed over too; false unless given. */
  readonly allowUnverified?: boolean | undefined;
  /**
   * Whether Python wheels pass through that no manifest lists, which nobody verifies: they are
   * reported as `unverified`. They may replace files of verified packages; false unless given.
   */
  readonly allowWheels?: boolean | undefined;
  /**
   * Whether files of packages that are unpacked at the same time are only handed over when all
   * of these are verified, so that one that is refused stops the installation before it began.
   * What is asked for later, as a wheel that the installer fetches itself, may come after that.
   * It takes memory for all of them; true unless given.
   */
  readonly together?: boolean | undefined;
  /** Hears what became of each package, wheel and archive. */
  readonly onVerdict?: OnVerdict | undefined;
  /** As `Verifier.refresh` has it, in milliseconds. */
  readonly timeout?: number | undefined;
  /** Ends all that is under way, and whatever is asked for later. */
  readonly signal?: AbortSignal | undefined;
}

/** A channel, with what was given of it checked. */
export interface ChannelPlace extends Pick<UntarjsChannel, 'verifier' | 'store'> {
  readonly url: URL;
  readonly mirrors: readonly Mirror[];
}

/** A folder, with what was given of it checked. */
export interface FolderPlace {
  readonly url: URL;
  readonly verifier: UntarjsVerifier;
  readonly files: SiteManifest;
}

/** The options, checked, with what they are unless given. */
export interface UntarjsSettings {
  readonly channels: readonly ChannelPlace[];
  readonly folders: readonly FolderPlace[];
  readonly fetcher: Fetcher;
  readonly unpack: UnpackApi | undefined;
  readonly allowUnverified: boolean;
  readonly allowWheels: boolean;
  readonly together: boolean;
  readonly onVerdict: OnVerdict | undefined;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

const NAMES = [
  'channels',
  'folders',
  'fetch',
  'unpack',
  'allowUnverified',
  'allowWheels',
  'together',
  'onVerdict',
  'timeout',
  'signal',
] as const;

/** The methods of a verifier that are called here. */
const METHODS = ['refresh', 'fetchRepodata', 'fetchPackage', 'verifyPackage'] as const;

/**
 * Checks the options of `verifiedUntarjs`.
 *
 * @throws VerifierError ARGUMENT_INVALID; MANIFEST_INVALID.
 */
export function settingsOf(options: UntarjsOptions): UntarjsSettings {
  checkNames('options', options, NAMES);
  const { fetch: fetcher, unpack, onVerdict, signal } = options;
  const { allowUnverified = false, allowWheels = false, together = true } = options;
  checkFunction('options.fetch', fetcher);
  checkFunction('options.onVerdict', onVerdict);
  if (unpack !== undefined) checkMethods('options.unpack', unpack, ['extract', 'extractData']);
  for (const [name, value] of Object.entries({ allowUnverified, allowWheels, together })) {
    if (typeof value !== 'boolean') throw invalidArgument(`options.${name}`, 'it is neither true nor false');
  }
  if (allowWheels && unpack === undefined) throw invalidArgument('options.unpack', 'wheels need something that unpacks them');
  if (signal !== undefined) checkMethods('options.signal', signal, ['throwIfAborted']);
  const channels = listOf('options.channels', options.channels).map(channelOf);
  const folders = listOf('options.folders', options.folders).map(folderOf);
  if (channels.length + folders.length === 0) {
    throw invalidArgument('options', 'there are neither channels nor folders; everything would be refused');
  }
  if (new Set(channels.map(({ verifier }) => verifier)).size < channels.length) {
    throw invalidArgument('options.channels', 'two of them have the same verifier, which holds the repodata of one');
  }
  const urls = [...channels, ...folders].map(({ url }) => url.href);
  const twice = urls.find((url, index) => urls.indexOf(url) < index);
  if (twice !== undefined) throw invalidArgument('options', `${twice} is there twice`);
  return {
    channels,
    folders,
    // Asked for each time: pages replace it.
    fetcher: fetcher ?? ((url, options) => globalThis.fetch(url, options)),
    unpack,
    allowUnverified,
    allowWheels,
    together,
    onVerdict,
    timeout: timeoutOf(options),
    signal,
  };
}

function channelOf(channel: UntarjsChannel, index: number): ChannelPlace {
  const argument = `options.channels[${index}]`;
  checkNames(argument, channel, ['url', 'verifier', 'mirrors', 'store']);
  const { verifier, store } = channel;
  checkMethods(`${argument}.verifier`, verifier, METHODS);
  const url = placeOf(`${argument}.url`, channel.url);
  return { url, verifier, store, mirrors: channel.mirrors ?? [url.href] };
}

function folderOf(folder: UntarjsFolder, index: number): FolderPlace {
  const argument = `options.folders[${index}]`;
  checkNames(argument, folder, ['url', 'manifest', 'verifier']);
  const { manifest, verifier } = folder;
  checkMethods(`${argument}.verifier`, verifier, METHODS);
  return { url: placeOf(`${argument}.url`, folder.url), verifier, files: manifestOf(manifest) };
}

function placeOf(argument: string, address: unknown): URL {
  const url = isAddress(address) ? pageUrl(String(address)) : undefined;
  if (url !== undefined) return folderUrl(argument, url);
  throw invalidArgument(argument, 'it is no URL of a folder');
}

/** A URL, relative to the page where there is one; undefined for what is none. */
export function pageUrl(address: string): URL | undefined {
  const { location } = globalThis as { location?: { href?: unknown } };
  if (/^[a-z][a-z0-9+.-]*:/i.test(address) || typeof location?.href !== 'string') return urlOf(address);
  try {
    return urlOf(new URL(address, location.href).href);
  } catch {
    return undefined;
  }
}

function listOf<T>(argument: string, list: readonly T[] | undefined): readonly T[] {
  if (list === undefined) return [];
  if (Array.isArray(list)) return [...list];
  throw invalidArgument(argument, 'it is no list');
}

function checkFunction(argument: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw invalidArgument(argument, 'it is no function');
}

function checkMethods(argument: string, value: unknown, names: readonly string[]): void {
  const has = (name: string) => typeof (value as Record<string, unknown> | null | undefined)?.[name] === 'function';
  if (!names.every(has)) throw invalidArgument(argument, `it has no methods ${names.join(', ')}`);
}
