import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';

import { isAbsent, unreadable } from '../files/file-errors.js';
import type { InstalledFile } from '../verdict/installed-file.js';

/** Files that are longer are read piece by piece. */
const LONGEST_WHOLE = 8 << 20;

const PIECE = 1 << 20;

/** Not on every system; elsewhere there are no pipes in folders. */
const { O_NONBLOCK = 0, O_NOFOLLOW = 0, O_RDONLY } = constants as Partial<typeof constants> & { O_RDONLY: number };

/** A folder and what is below it. No symbolic link is followed, so that nothing else is read. */
export class InstalledTree {
  readonly #root: string;
  /** Whether folders are folders. */
  readonly #folders = new Map<string, boolean>([['', true]]);

  constructor(root: string) {
    this.#root = root;
  }

  /** What is at a path; undefined where nothing is, or where a part of the path is no folder. */
  at(path: string): InstalledFile | undefined {
    // Such paths are refused by whoever compares them.
    if (path.split('/').some((part) => ['', '.', '..'].includes(part)) || path.includes('\0')) return undefined;
    const end = path.lastIndexOf('/');
    if (!this.#isFolder(path.slice(0, Math.max(end, 0)))) return undefined;
    const facts = this.#lstat(path);
    return facts === undefined ? undefined : this.#file(path, facts);
  }

  /** Everything that is there, folder after folder, except for what `isLeftOut`. */
  *all(isLeftOut: (path: string) => boolean = () => false): Generator<InstalledFile> {
    const waiting = [''];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      for (const name of this.#names(folder)) {
        const path = folder === '' ? name : `${folder}/${name}`;
        if (isLeftOut(path)) continue;
        const facts = this.#lstat(path);
        // Gone since, or of a name that is no text: what is not there can't be read.
        const file = facts === undefined ? { path, type: 'other' as const, size: 0 } : this.#file(path, facts);
        if (file.type === 'directory') waiting.push(path);
        yield file;
      }
    }
  }

  #names(folder: string): string[] {
    const path = join(this.#root, folder);
    try {
      return readdirSync(path).sort().reverse();
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  #isFolder(folder: string): boolean {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const end = folder.lastIndexOf('/');
    const isFolder =
      this.#isFolder(folder.slice(0, Math.max(end, 0))) && (this.#lstat(folder)?.isDirectory() ?? false);
    this.#folders.set(folder, isFolder);
    return isFolder;
  }

  #lstat(path: string): Stats | undefined {
    const place = join(this.#root, path);
    try {
      return lstatSync(place);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw unreadable(place, error);
    }
  }

  #file(path: string, facts: Stats): InstalledFile {
    const { size } = facts;
    if (facts.isSymbolicLink()) return { path, type: 'symlink', size, target: this.#target(path) };
    if (facts.isDirectory()) return { path, type: 'directory', size: 0 };
    if (!facts.isFile()) return { path, type: 'other', size: 0 };
    return { path, type: 'file', size, read: () => this.#read(path, facts) };
  }

  #target(path: string): string {
    const place = join(this.#root, path);
    try {
      return readlinkSync(place);
    } catch (error) {
      throw unreadable(place, error);
    }
  }

  #read(path: string, facts: Stats): Uint8Array | AsyncIterable<Uint8Array> {
    const place = join(this.#root, path);
    const descriptor = open(place, facts);
    return facts.size > LONGEST_WHOLE ? pieces(place, descriptor) : whole(place, descriptor, facts.size);
  }
}

/** Opens the very file that was looked at. */
function open(place: string, looked: Stats): number {
  try {
    const descriptor = openSync(place, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    const { dev, ino } = fstatSync(descriptor);
    if (dev === looked.dev && ino === looked.ino) return descriptor;
    closeSync(descriptor);
  } catch (error) {
    throw unreadable(place, error);
  }
  throw unreadable(place, new Error('it was replaced meanwhile'));
}

function whole(place: string, descriptor: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  try {
    let length = 0;
    for (let read = 1; read > 0 && length < size; length += read) {
      read = readSync(descriptor, bytes, length, size - length, null);
    }
    return bytes.subarray(0, length);
  } catch (error) {
    throw unreadable(place, error);
  } finally {
    closeSync(descriptor);
  }
}

async function* pieces(place: string, descriptor: number): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const piece = new Uint8Array(PIECE);
      const length = readSync(descriptor, piece, 0, PIECE, null);
      if (length === 0) return;
      yield piece.subarray(0, length);
      // For whoever else has something to do.
      await new Promise(setImmediate);
    }
  } catch (error) {
    throw unreadable(place, error);
  } finally {
    closeSync(descriptor);
  }
}
