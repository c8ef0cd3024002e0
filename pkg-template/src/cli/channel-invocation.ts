import { Clock } from '../trust/clock.js';
import type { Limits } from '../options/settings.js';
import { quoted } from '../printable.js';
import { VerifierError } from '../errors/verifier-error.js';
import type { Given } from './arguments.js';
import { checkInput, isUrl } from './input.js';
import type { ChannelOptions } from './channel-options.js';
import { limitsOf } from './limit-option.js';
import { outputFile } from './output-file.js';
import { type CommandPolicy, policyOf } from './policy-option.js';
import { checkedSubdirs } from './subdirs.js';
import { UsageError } from './usage-error.js';

/** The most mirrors beside the channel itself. */
const MOST_MIRRORS = 63;

/** What `conda-verifier channel` is told. */
export interface ChannelInvocation extends ChannelOptions {
  readonly command: 'channel';
  /** Empty: all there are. */
  readonly subdirs: readonly string[];
  readonly packages: boolean;
  readonly policy: CommandPolicy;
  readonly limits: Limits;
  readonly json: boolean;
  /** The file that a log in SARIF is written to. */
  readonly sarif: string | undefined;
  readonly allowUnverified: boolean;
}

/** Reads the arguments of `conda-verifier channel`. */
export function channelInvocation(places: readonly string[], given: Given): ChannelInvocation {
  const [channel, ...others] = places;
  if (channel === undefined) throw new UsageError('name a channel: a folder or a URL');
  if (others.length > 0) {
    throw new UsageError(
      `name one channel, not ${places.length}; --subdir names its subdirs, --packages verifies its files`,
    );
  }
  return {
    command: 'channel',
    ...channelOptions(channel, given),
    subdirs: checkedSubdirs(given.all('subdir')),
    packages: given.has('packages'),
    policy: policyOf(given.all('policy'), given.single('profile')),
    limits: limitsOf(given.all('limit')),
    json: given.has('json'),
    sarif: outputFile('sarif', given),
    allowUnverified: given.has('allow-unverified'),
  };
}

/** What all commands are told of a channel. */
export function channelOptions(channel: string, given: Given): ChannelOptions {
  checkChannel(channel);
  const root = given.single('root');
  if (root === undefined) {
    throw new UsageError(
      'give --root ROOT.json too: signatures are verified from a root on that you have from somebody you trust',
    );
  }
  const state = given.single('state');
  checkRoot(root);
  if (state !== undefined && (isUrl(state) || state === '' || state === '-')) {
    throw new UsageError(`--state takes a file, which is read and written, not ${quoted(state)}`);
  }
  return {
    channel,
    mirrors: mirrors(given),
    metadata: metadata(given),
    mirrorOf: mirrorOf(given),
    root,
    state,
    now: timeOf(given.single('now')),
    repodataName: repodataName(given),
  };
}

function checkChannel(channel: string, what = 'a channel is'): void {
  if (channel === '-' || channel === '') throw new UsageError(`${what} a folder or a URL`);
  checkInput(channel);
  if (isUrl(channel)) checkFolder(channel);
}

function mirrors(given: Given): readonly string[] {
  const all = given.all('mirror');
  if (all.length > MOST_MIRRORS) throw new UsageError(`--mirror may be given ${MOST_MIRRORS} times, not ${all.length}`);
  for (const mirror of all) checkChannel(mirror, '--mirror takes');
  return all;
}

function metadata(given: Given): string | undefined {
  const place = given.single('metadata');
  if (place !== undefined) checkChannel(place, '--metadata takes');
  return place;
}

function checkFolder(url: string): void {
  // An empty ? or # would stay in the name too.
  if (/[?#]/.test(url)) throw new UsageError('a channel is the URL of a folder, without ? and #');
}

function mirrorOf(given: Given): string | undefined {
  const url = given.single('mirror-of');
  if (url === undefined) return undefined;
  // The name of a folder is its file URL: so a folder may be moved.
  const isFolder = URL.canParse(url) && new URL(url).protocol === 'file:';
  if (!isUrl(url)) throw new UsageError(`--mirror-of takes the channel's URL, not ${quoted(url)}`);
  if (!isFolder) checkInput(url);
  checkFolder(url);
  return url;
}

function checkRoot(root: string): void {
  if (isUrl(root)) {
    throw new UsageError(
      '--root takes a file: a root that comes over the same network as the channel vouches for nothing; get it another way, and keep it',
    );
  }
  if (root === '-' || root === '') throw new UsageError(`--root takes a file, not ${quoted(root)}`);
}

function timeOf(now: string | undefined): string | undefined {
  try {
    // Checks it.
    if (now !== undefined) new Clock(now);
    return now;
  } catch (error) {
    if (!VerifierError.isVerifierError(error)) throw error;
    throw new UsageError(`--now takes a time like 2030-01-31T23:59:59Z, not ${quoted(now ?? '')}`);
  }
}

function repodataName(given: Given): string {
  const name = given.single('repodata-fn') ?? 'repodata.json';
  if (/^[a-z0-9][a-z0-9_.-]*\.json$/i.test(name)) return name;
  throw new UsageError(
    `--repodata-fn takes a name that ends in .json, e.g. current_repodata.json, not ${quoted(name)}`,
  );
}
