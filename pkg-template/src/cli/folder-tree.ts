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

import { VerifierError } from '../errors/verifier-error.js';
import { isAbsent, systemError, unreadable } from '../files/file-errors.js';
import { quoted } from '../printable.js';
import type { InstalledFile } from '../verdict/installed-file.js';

/** Files that are longer are read piece by piece. */
const LONGEST_WHOLE = 8 << 20;

const PIECE = 1 << 20;

/** Not on every system; elsewhere there are no pipes in folders. */
const { O_NONBLOCK = 0, O_NOFOLLOW = 0, O_RDONLY } = constants as Partial<typeof constants> & { O_RDONLY: number };

/** Something in a folder. */
export interface TreeFile extends InstalledFile {
  readonly size: number;
  read?(): Uint8Array | AsyncIterable<Uint8Array>;
}

/** A folder and what is below it. No symbolic link is followed, so that nothing else is read. */
export class FolderTree {
  readonly #root: string;
  /** The same as the caller named it, for messages. */
  readonly #shown: string;
  /** Whether folders are folders. */
  readonly #folders = new Map<string, boolean>([['', true]]);

  constructor(root: string, shown: string) {
    this.#root = root;
    this.#shown = shown;
  }

  /** How messages call something. */
  label(path: string): string {
    return join(this.#shown, path);
  }

  /** The bytes of a regular file, of at most `longest`; whatever else is there is refused. */
  bytes(path: string, longest: number): Uint8Array {
    const facts = this.#factsOf(path);
    const label = this.label(path);
    if (facts.isDirectory()) throw unreadable(label, systemError('EISDIR'));
    if (!facts.isFile()) throw unreadable(label, new Error('it is no regular file'));
    if (facts.size > longest) throw unreadable(label, new Error(`it has more than ${longest} bytes, the limit infoBytes`));
    return whole(label, open(join(this.#root, path), label, facts), facts.size);
  }

  /** The names in a folder, in order; undefined where there is none. */
  names(path: string): string[] | undefined {
    const facts = this.#lstat(path);
    if (facts === undefined || !this.#factsOf(path).isDirectory()) return undefined;
    return this.#names(path).reverse();
  }

  /** What is there, if it is no link. */
  #factsOf(path: string): Stats {
    const end = path.lastIndexOf('/');
    const facts = this.#isFolder(path.slice(0, Math.max(end, 0))) ? this.#lstat(path) : undefined;
    if (facts === undefined) throw unreadable(this.label(path), systemError('ENOENT'));
    if (!facts.isSymbolicLink()) return facts;
    const message = `cannot read ${quoted(this.label(path))}: it is a symbolic link, and none is followed`;
    throw VerifierError.of('FILE_UNREADABLE', message, {
      hint: 'No client makes a link there: it may lead to what is no part of the environment. Put the file itself there, or install the package anew.',
    });
  }

  /** What is at a path; undefined where nothing is, or where a part of the path is no folder. */
  at(path: string): TreeFile | undefined {
    // Such paths are refused by whoever compares them.
    if (path.split('/').some((part) => ['', '.', '..'].includes(part)) || path.includes('\0')) return undefined;
    const end = path.lastIndexOf('/');
    if (!this.#isFolder(path.slice(0, Math.max(end, 0)))) return undefined;
    const facts = this.#lstat(path);
    return facts === undefined ? undefined : this.#file(path, facts);
  }

  /** Everything that is there, folder after folder, except for what `isLeftOut`. */
  *all(isLeftOut: (path: string) => boolean = () => false): Generator<TreeFile> {
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
    try {
      return readdirSync(join(this.#root, folder)).sort().reverse();
    } catch (error) {
      throw unreadable(this.label(folder), error);
    }
  }

  #isFolder(folder: string): boolean {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    // From above, and no further than to what is none: lists may name more below it than there
    // is time and memory for.
    for (let end = folder.indexOf('/'); ; end = folder.indexOf('/', end + 1)) {
      const part = end < 0 ? folder : folder.slice(0, end);
      const isFolder = this.#folders.get(part) ?? this.#lstat(part)?.isDirectory() ?? false;
      this.#folders.set(part, isFolder);
      if (!isFolder || end < 0) return isFolder;
    }
  }

  #lstat(path: string): Stats | undefined {
    try {
      return lstatSync(join(this.#root, path));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw unreadable(this.label(path), error);
    }
  }

  #file(path: string, facts: Stats): TreeFile {
    const { size } = facts;
    if (facts.isSymbolicLink()) return { path, type: 'symlink', size, target: this.#target(path) };
    // On Windows the system makes modes up.
    const mode = process.platform === 'win32' ? undefined : facts.mode;
    if (facts.isDirectory()) return { path, type: 'directory', size: 0, mode };
    if (!facts.isFile()) return { path, type: 'other', size: 0, mode };
    return { path, type: 'file', size, mode, read: () => this.#read(path, facts) };
  }

  #target(path: string): string {
    try {
      return readlinkSync(join(this.#root, path));
    } catch (error) {
      throw unreadable(this.label(path), error);
    }
  }

  #read(path: string, facts: Stats): Uint8Array | AsyncIterable<Uint8Array> {
    const label = this.label(path);
    const descriptor = open(join(this.#root, path), label, facts);
    return facts.size > LONGEST_WHOLE ? pieces(label, descriptor) : whole(label, descriptor, facts.size);
  }
}

/** Opens the very file that was looked at. */
function open(place: string, label: string, looked: Stats): number {
  try {
    const descriptor = openSync(place, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    const { dev, ino } = fstatSync(descriptor);
    if (dev === looked.dev && ino === looked.ino) return descriptor;
    closeSync(descriptor);
  } catch (error) {
    throw unreadable(label, error);
  }
  throw unreadable(label, new Error('it was replaced meanwhile'));
}

function whole(label: string, descriptor: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  try {
    let length = 0;
    for (let read = 1; read > 0 && length < size; length += read) {
      read = readSync(descriptor, bytes, length, size - length, null);
    }
    return bytes.subarray(0, length);
  } catch (error) {
    throw unreadable(label, error);
  } finally {
    closeSync(descriptor);
  }
}

async function* pieces(label: string, descriptor: number): AsyncGenerator<Uint8Array> {
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
    throw unreadable(label, error);
  } finally {
    closeSync(descriptor);
  }
}
