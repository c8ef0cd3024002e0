import type { Limits } from '../options/settings.js';
import { quoted } from '../printable.js';
import { isPlainName } from '../records/path-names.js';
import type { Given } from './arguments.js';
import { channelOptions } from './channel-invocation.js';
import { checkInput } from './input.js';
import type { ChannelOptions } from './channel-options.js';
import { limitsOf } from './limit-option.js';
import { hexOf } from './option-values.js';
import { outputFile } from './output-file.js';
import { type CommandPolicy, policyOf } from './policy-option.js';
import { checkedSubdirs } from './subdirs.js';
import { UsageError } from './usage-error.js';

/** What `conda-verifier package` is told. */
export interface PackageInvocation {
  readonly command: 'package';
  readonly files: readonly string[];
  /** The name that the one file has in its channel. */
  readonly fileName: string | undefined;
  readonly repodata: string | undefined;
  /** The channel that vouches for the packages. */
  readonly channel: ChannelOptions | undefined;
  /** The subdir of the packages in that channel. */
  readonly subdir: string | undefined;
  readonly sha256: string | undefined;
  readonly size: number | undefined;
  readonly policy: CommandPolicy;
  readonly limits: Limits;
  readonly json: boolean;
  /** The file that a log in SARIF is written to. */
  readonly sarif: string | undefined;
  readonly allowUnverified: boolean;
}

/** Options that say something about a channel alone. */
const OF_CHANNELS = ['root', 'subdir', 'now', 'state', 'repodata-fn', 'mirror', 'mirror-of', 'metadata'];

/** Reads the arguments of `conda-verifier package`. */
export function packageInvocation(files: readonly string[], given: Given): PackageInvocation {
  const repodata = given.single('repodata');
  const sha256 = hexOf(given.single('sha256'));
  const size = given.single('size');
  const fileName = given.single('file-name');
  if (files.length === 0) throw new UsageError('name at least one package: a file, a URL, or -');
  if (files.length > 1 && (sha256 ?? size ?? fileName) !== undefined) {
    throw new UsageError(
      '--sha256, --size and --file-name are about one package; verify the others by calls of their own',
    );
  }
  checkStandardInput(files, given);
  for (const input of [...files, ...(repodata === undefined ? [] : [repodata])]) checkInput(input);
  if (fileName !== undefined && !isPlainName(fileName)) {
    throw new UsageError(`--file-name takes a name without folders, not ${quoted(fileName)}`);
  }
  return {
    command: 'package',
    files,
    fileName,
    repodata,
    channel: channelOf(given),
    subdir: checkedSubdirs(given.single('subdir') === undefined ? [] : given.all('subdir'))[0],
    sha256,
    size: size === undefined ? undefined : Number(size),
    policy: policyOf(given.all('policy'), given.single('profile')),
    limits: limitsOf(given.all('limit')),
    json: given.has('json'),
    sarif: outputFile('sarif', given),
    allowUnverified: given.has('allow-unverified'),
  };
}

/** What is said of the channel that vouches for packages. */
export function channelOf(given: Given): ChannelOptions | undefined {
  const channel = given.single('channel');
  if (channel !== undefined) {
    if (given.has('repodata')) {
      throw new UsageError('--channel has its own repodata, which is signed; give it or --repodata');
    }
    return channelOptions(channel, given);
  }
  const vain = OF_CHANNELS.find((name) => given.has(name));
  if (vain === undefined) return undefined;
  throw new UsageError(`--${vain} is about a channel that vouches for packages; give --channel too`);
}

function checkStandardInput(files: readonly string[], given: Given): void {
  const repodata = given.single('repodata');
  if (files.filter((file) => file === '-').length + Number(repodata === '-') > 1) {
    throw new UsageError('standard input can be read once only; name - once');
  }
  const isLookedUp = repodata !== undefined || given.has('channel');
  if (files.includes('-') && isLookedUp && !given.has('file-name')) {
    throw new UsageError('standard input has no file name to find a record by; give --file-name');
  }
}
