/** What an argument or the value of an option is, for whoever completes it. */
export type Kind = 'file' | 'folder' | 'package' | 'code' | 'limit' | 'level' | 'profile' | 'subdir' | 'digests' | 'shell' | 'other';

/** A command. */
interface CommandRow {
  readonly about: string;
  /** What stands behind it. */
  readonly takes: Kind;
}

/** The commands. */
export const COMMANDS = {
  package: { about: 'verifies conda packages', takes: 'package' },
  channel: { about: 'verifies a signed channel', takes: 'folder' },
  target: { about: 'fetches and verifies files that TUF roles list', takes: 'other' },
  inspect: { about: 'shows what packages say of themselves', takes: 'package' },
  installed: { about: 'verifies an environment, or an unpacked package', takes: 'folder' },
  manifest: { about: 'lists the files of a folder, or compares it with a list', takes: 'folder' },
  completions: { about: 'prints what a shell needs to complete commands', takes: 'shell' },
} as const satisfies Record<string, CommandRow>;

/** What can be done. */
export type Command = keyof typeof COMMANDS;

/** All commands. */
export const ALL = Object.keys(COMMANDS) as readonly Command[];

const OF_CHANNELS: readonly Command[] = ['package', 'channel', 'target', 'installed'];
const BOTH: readonly Command[] = ['package', 'channel'];
const JUDGING: readonly Command[] = ['package', 'inspect', 'channel', 'installed'];
const OF_FILES: readonly Command[] = ['package', 'inspect'];
const ANSWERING: readonly Command[] = ALL.filter((command) => command !== 'completions');

/** An option, and the commands that take it. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly of: readonly Command[];
  /** What it does, in a few words; --help says more. */
  readonly about: string;
  /** What its value is. */
  readonly takes?: Kind;
}

function flag(of: readonly Command[], about: string): Option {
  return { type: 'boolean', of, about };
}

function option(of: readonly Command[], takes: Kind, about: string): Option {
  return { type: 'string', of, about, takes };
}

/** All options. */
export const OPTIONS: Readonly<Record<string, Option>> = {
  'allow-unverified': flag(JUDGING, 'exit status 0 also where something stays unverified'),
  channel: option(['package', 'target', 'installed'], 'folder', 'the channel that vouches: a folder or a URL'),
  check: option(['manifest'], 'file', 'compares the folder with this manifest'),
  exclude: option(['manifest'], 'other', 'leaves out what matches this pattern'),
  'file-name': option(OF_FILES, 'other', 'its name in its channel'),
  help: { ...flag(ALL, 'what a command does and takes'), short: 'h' },
  json: flag(ANSWERING, 'JSON instead of text'),
  level: option(['installed'], 'digests', 'how thoroughly to look'),
  limit: option(ANSWERING, 'limit', 'another bound than the default: NAME=N'),
  metadata: option(OF_CHANNELS, 'folder', 'where the files of roles are'),
  mirror: option(OF_CHANNELS, 'folder', 'another place with the same files'),
  'mirror-of': option(OF_CHANNELS, 'other', 'the channel that this is a mirror of'),
  now: option(OF_CHANNELS, 'other', 'the time that counts'),
  output: option(['target', 'manifest'], 'file', 'where to write'),
  packages: flag(['channel'], 'verifies every package file too'),
  pkgs: option(['installed'], 'folder', 'the archives that packages came from'),
  platform: option(['installed'], 'subdir', 'the platform of the environment'),
  policy: option(JUDGING, 'code', 'what irregularities do: LEVEL or CODE=LEVEL'),
  profile: option(JUDGING, 'profile', 'the levels to begin with'),
  prefix: option(['installed'], 'folder', 'the path of the environment as clients wrote it'),
  repodata: option(['package'], 'file', 'compares with the records of this repodata'),
  'repodata-fn': option([...BOTH, 'installed'], 'other', 'instead of repodata.json'),
  root: option(OF_CHANNELS, 'file', 'the root that you trust'),
  sarif: option([...BOTH, 'installed', 'manifest'], 'file', 'writes a log in SARIF too, for CI systems'),
  sha256: option(['package', 'installed'], 'other', 'the digest that you trust'),
  size: option(OF_FILES, 'other', 'its length in bytes'),
  state: option(OF_CHANNELS, 'file', 'keeps what was seen from one run to the next'),
  subdir: option(BOTH, 'subdir', 'a subdir of the channel'),
  version: { ...flag(ALL, 'the version'), short: 'V' },
};
