import { readdirSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import { decoded } from '../sources/package-source.js';
import type { ChannelPlace } from './channel-place.js';
import { isAbsent, unreadable } from '../files/file-errors.js';
import { isPlainName, isSubdir } from '../records/path-names.js';
import { isPackage, isRepodata, withoutHash } from './file-names.js';
import { fileResponse } from './file-response.js';
import { type Input, openFileInFolder } from './input.js';

/** A channel in a folder of this machine. */
export class FolderChannel implements ChannelPlace {
  readonly argument: string;
  readonly base: URL;
  readonly #subdirs: readonly string[];

  constructor(argument: string) {
    this.argument = argument;
    if (isFile(argument)) {
      const hint = 'Name the folder of a channel, or its URL.';
      throw VerifierError.of('FILE_UNREADABLE', `${quoted(argument)} is a file, and no folder`, { hint });
    }
    this.base = pathToFileURL(resolve(argument) + sep);
    this.#subdirs = entriesOf(
      argument,
      (entry) => isSubdir(entry.name) && mayBeFolder(entry, join(argument, entry.name)),
    );
  }

  answer({ href }: URL): Promise<Response> {
    const absent = new Response(null, { status: 404 });
    const below = href.startsWith(this.base.href) ? href.slice(this.base.href.length) : '';
    // Files of roles with odd names are named as their URLs are: `a%2Fb.json`.
    const paths = [below.split('/').map(decoded), below.split('/')].filter((names) => names.every(isPlainName));
    return new Promise((resolve) => {
      for (const names of paths) {
        const response = found(() => fileResponse(join(this.argument, ...names)));
        if (response !== null) return resolve(response);
      }
      resolve(absent);
    });
  }

  subdirs(): readonly string[] {
    return this.#subdirs;
  }

  open(subdir: string, name: string): Promise<Input | null> {
    return new Promise((resolve) => resolve(found(() => openFileInFolder(join(this.argument, subdir, name)))));
  }

  has(subdir: string, name: string): Promise<boolean> {
    const path = join(this.argument, subdir, name);
    try {
      return Promise.resolve(statSync(path, { throwIfNoEntry: false })?.isFile() ?? false);
    } catch (error) {
      return Promise.reject(unreadable(path, error));
    }
  }

  packages(subdir: string): readonly string[] {
    const path = join(this.argument, subdir);
    return entriesOf(path, isPackageFile);
  }

  others(subdir: string): readonly string[] {
    const path = join(this.argument, subdir);
    return entriesOf(path, (entry) => !isPackageFile(entry) && !isRepodata(withoutHash(entry.name)));
  }
}

/** Whoever reads it is told what else is wrong. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The sorted names of what is in a folder. */
function entriesOf(path: string, isWanted: (entry: Entry) => boolean): string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter(isWanted).map(({ name }) => name).sort();
  } catch (error) {
    throw unreadable(path, error, { ENOENT: 'Name the folder of a channel, or its URL.' });
  }
}

/** Where that can't be told, whoever looks into it is told why. */
function mayBeFolder(entry: Entry, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return true;
  }
}

function isPackageFile(entry: Entry): boolean {
  return isPackage(entry.name) && !entry.isDirectory();
}

type Entry = { readonly name: string; isDirectory(): boolean; isSymbolicLink(): boolean };

/** What `work` gives, or null where there is no such file. */
function found<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && isAbsent(error.cause)) return null;
    throw error;
  }
}
