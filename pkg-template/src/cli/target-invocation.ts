import type { Limits } from '../options/settings.js';
import { quoted } from '../printable.js';
import { isPlainName } from '../records/path-names.js';
import type { Given } from './arguments.js';
import { channelOptions } from './channel-invocation.js';
import { isUrl } from './input.js';
import type { ChannelOptions } from './channel-options.js';
import { limitsOf } from './limit-option.js';
import { UsageError } from './usage-error.js';

/** What `conda-verifier target` is told. */
export interface TargetInvocation extends ChannelOptions {
  readonly command: 'target';
  /** As the roles have them, relative to the channel. */
  readonly paths: readonly string[];
  /** The folder that the files are written to. */
  readonly output: string | undefined;
  readonly limits: Limits;
  readonly json: boolean;
}

/** Reads the arguments of `conda-verifier target`. */
export function targetInvocation(paths: readonly string[], given: Given): TargetInvocation {
  if (paths.length === 0) {
    throw new UsageError('name at least one file by its path below the channel, e.g. noarch/repodata.json.zst');
  }
  const channel = given.single('channel');
  if (channel === undefined) throw new UsageError('give --channel too: the folder or URL that the paths are below');
  for (const path of paths) checkPath(path);
  const output = given.single('output');
  if (output !== undefined) checkOutput(output, paths);
  return {
    command: 'target',
    ...channelOptions(channel, given),
    paths,
    output,
    limits: limitsOf(given.all('limit')),
    json: given.has('json'),
  };
}

/** The name that a target is written by: nothing in it leads out of a folder. */
export function plainNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function checkPath(path: string): void {
  if (isUrl(path)) throw new UsageError(`${quoted(path)} is a URL; name the path below the channel`);
  if (path.split('/').every((name) => !['', '.', '..'].includes(name))) return;
  throw new UsageError(`${quoted(path)} is no path below a channel: those begin with a name, and have no . or .. in them`);
}

function checkOutput(output: string, paths: readonly string[]): void {
  if (output === '' || output === '-' || isUrl(output)) {
    throw new UsageError(`--output takes a folder, not ${quoted(output)}`);
  }
  const seen = new Map<string, string>();
  for (const path of paths) {
    const name = plainNameOf(path);
    // On Windows a colon names another stream, or a drive.
    if (!isPlainName(name) || (process.platform === 'win32' && name.includes(':'))) {
      throw new UsageError(`${quoted(path)} ends in no name that a file can have here; leave --output out`);
    }
    // Some file systems don't tell upper case from lower.
    const key = name.toLowerCase();
    const other = seen.get(key);
    if (other !== undefined) {
      throw new UsageError(`${quoted(other)} and ${quoted(path)} would be written to one file; fetch them by calls of their own`);
    }
    seen.set(key, path);
  }
}
