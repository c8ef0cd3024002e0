import { nearest } from '../options/nearest.js';
import { quoted } from '../printable.js';
import { commandOf, Given } from './arguments.js';
import { type ChannelInvocation, channelInvocation } from './channel-invocation.js';
import { type CompletionsInvocation, completionsInvocation } from './completions-invocation.js';
import { isPackage } from './file-names.js';
import { type InspectInvocation, inspectInvocation } from './inspect-invocation.js';
import { type InstalledInvocation, installedInvocation } from './installed-invocation.js';
import { type ManifestInvocation, manifestInvocation } from './manifest-invocation.js';
import { ALL, type Command } from './option-table.js';
import { type PackageInvocation, packageInvocation } from './package-invocation.js';
import { type TargetInvocation, targetInvocation } from './target-invocation.js';
import { UsageError } from './usage-error.js';

/** What the command line is told to do. */
export type Invocation =
  | PackageInvocation
  | InspectInvocation
  | ChannelInvocation
  | TargetInvocation
  | InstalledInvocation
  | ManifestInvocation
  | CompletionsInvocation
  | { readonly command: 'help'; readonly topic: Command | undefined }
  | { readonly command: 'version' };

/** Reads the arguments behind the program's name. */
export function readInvocation(argv: readonly string[]): Invocation {
  const given = new Given(argv);
  const [word, ...rest] = given.positionals;
  const command = commandOf(given.positionals);
  if (given.has('help')) return { command: 'help', topic: command };
  if (given.has('version')) return { command: 'version' };
  if (word === 'help') return { command: 'help', topic: commandOf(rest) };
  if (word === undefined) throw new UsageError(`name a command: ${ALL.join(', ')}`);
  if (command === undefined) throw unknownCommand(word);
  given.checkFor(command);
  switch (command) {
    case 'package':
      return packageInvocation(rest, given);
    case 'inspect':
      return inspectInvocation(rest, given);
    case 'installed':
      return installedInvocation(rest, given);
    case 'channel':
      return channelInvocation(rest, given);
    case 'target':
      return targetInvocation(rest, given);
    case 'manifest':
      return manifestInvocation(rest, given);
    case 'completions':
      return completionsInvocation(rest);
  }
}

function unknownCommand(word: string): UsageError {
  if (isPackage(word)) return new UsageError('put a command before the files: package');
  const meant = nearest(word, ALL);
  const advice = meant === undefined ? `there is ${ALL.join(', ')}` : `did you mean ${meant}?`;
  return new UsageError(`there is no command ${quoted(word)}; ${advice}`);
}
