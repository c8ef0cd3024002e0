import { posix, resolve, win32 } from 'node:path';

import type { Limits } from '../options/settings.js';
import { quoted } from '../printable.js';
import type { InstalledLevel } from '../verdict/installed-verdict.js';
import type { Given } from './arguments.js';
import type { ChannelOptions } from './channel-options.js';
import { isUrl } from './input.js';
import { limitsOf } from './limit-option.js';
import { channelOf } from './package-invocation.js';
import { hexOf } from './option-values.js';
import { outputFile } from './output-file.js';
import { type CommandPolicy, policyOf } from './policy-option.js';
import { KNOWN_SUBDIRS } from './subdirs.js';
import { UsageError } from './usage-error.js';

/** What `conda-verifier installed` is told. */
export interface InstalledInvocation {
  readonly command: 'installed';
  /** An environment, or the folder that a package was unpacked into. */
  readonly folder: string;
  /** The environment's path as clients wrote it into files. */
  readonly prefix: string;
  /** The environment's platform; else what its records say. */
  readonly platform: string | undefined;
  /** The folder of the archives that packages came from. */
  readonly packages: string | undefined;
  /** The channel that vouches for these, and has those that are not in the folder. */
  readonly channel: ChannelOptions | undefined;
  /** The SHA-256 of the one archive. */
  readonly sha256: string | undefined;
  readonly level: InstalledLevel;
  readonly policy: CommandPolicy;
  readonly limits: Limits;
  readonly json: boolean;
  /** The file that a log in SARIF is written to. */
  readonly sarif: string | undefined;
  readonly allowUnverified: boolean;
}

/** Reads the arguments of `conda-verifier installed`. */
export function installedInvocation(folders: readonly string[], given: Given): InstalledInvocation {
  const [folder, ...others] = folders;
  if (folder === undefined) throw new UsageError('name a folder: an environment, or an unpacked package');
  if (others.length > 0) throw new UsageError(`name one folder, not ${folders.length}; verify the others by calls of their own`);
  checkFolder(folder, 'installed takes');
  const packages = given.single('pkgs');
  if (packages !== undefined) checkFolder(packages, '--pkgs takes');
  const prefix = given.single('prefix');
  if (prefix === '') throw new UsageError('--prefix takes the path of the environment');
  if (prefix !== undefined && !posix.isAbsolute(prefix) && !win32.isAbsolute(prefix)) {
    throw new UsageError(`--prefix takes an absolute path, not ${quoted(prefix)}`);
  }
  const platform = given.single('platform');
  if (platform !== undefined && (platform === 'noarch' || !KNOWN_SUBDIRS.includes(platform))) {
    throw new UsageError(`--platform takes a platform as conda names it, e.g. linux-64, not ${quoted(platform)}`);
  }
  const sha256 = hexOf(given.single('sha256'));
  const channel = channelOf(given);
  if (sha256 !== undefined && packages === undefined && channel === undefined) {
    throw new UsageError('--sha256 is about the archive; --pkgs or --channel says where that is');
  }
  return {
    command: 'installed',
    folder,
    prefix: prefix ?? resolve(folder),
    platform,
    packages,
    channel,
    sha256,
    level: (given.single('level') ?? 'digests') as InstalledLevel,
    policy: policyOf(given.all('policy'), given.single('profile')),
    limits: limitsOf(given.all('limit')),
    json: given.has('json'),
    sarif: outputFile('sarif', given),
    allowUnverified: given.has('allow-unverified'),
  };
}

function checkFolder(folder: string, what: string): void {
  if (folder === '' || folder === '-' || isUrl(folder)) throw new UsageError(`${what} a folder, not ${quoted(folder)}`);
}
