import { invalidArgument } from '../errors/invalid-argument.js';
import type { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import { copied } from '../sources/copied.js';
import { type Bytes, isBytes } from '../sources/package-source.js';

/** Something that is there. */
export interface InstalledFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /**
   * Of a symbolic link, `symlink`: it is not followed. A `hardlink` is one more name of a file: it
   * is taken as the file that it is. `other` is a device, a pipe, a socket.
   */
  readonly type: 'file' | 'hardlink' | 'symlink' | 'directory' | 'other';
  /** Length in bytes; of a hard link, the file's. Only files need it. */
  readonly size?: number | undefined;
  /** The text of a symbolic link's target. */
  readonly target?: string | undefined;
  /**
   * The permissions as POSIX has them, `stat.mode`, where they mean something: set-user-ID,
   * set-group-ID and write permission for everybody are told (MODE_UNSAFE).
   */
  readonly mode?: number | undefined;
  /** Gives the content of a file; called where it is wanted, once. */
  read?(): Content | Promise<Content>;
}

/** The content of a file: whole, or piece by piece. */
export type Content = Bytes | Blob | AsyncIterable<Bytes>;

/** Checks something that a caller lists. */
export function checkFile(file: InstalledFile): void {
  if (typeof file !== 'object' || file === null) throw invalidArgument('files', 'one of them is no object');
  const { path, type, size, target, mode } = file;
  if (typeof path !== 'string') throw invalidArgument('files.path', 'it is no string');
  if (!['file', 'hardlink', 'symlink', 'directory', 'other'].includes(type)) {
    throw invalidFile(path, 'type', 'it is one of file, hardlink, symlink, directory, other');
  }
  const isFile = type === 'file' || type === 'hardlink';
  if ((size !== undefined || isFile) && (!Number.isSafeInteger(size) || (size as number) < 0)) {
    throw invalidFile(path, 'size', 'a size is a whole number from 0 to 2^53 - 1');
  }
  if (mode !== undefined && (!Number.isSafeInteger(mode) || mode < 0 || mode > 0xffffffff)) {
    throw invalidFile(path, 'mode', 'a mode is a whole number, as stat gives it');
  }
  if (type === 'symlink' && typeof target !== 'string') {
    throw invalidFile(path, 'target', 'a symbolic link has a text as its target');
  }
}

/** What is wrong with one of the files, which is named. */
function invalidFile(path: string, member: string, reason: string): VerifierError {
  return invalidArgument(`files.${member}`, `${reason} (${quoted(path)})`);
}

/** A file's content: all of it, or pieces. */
export async function contentOf(file: InstalledFile): Promise<Uint8Array | AsyncIterable<Bytes>> {
  if (typeof file.read !== 'function') {
    throw invalidFile(file.path, 'read', 'it is no function, and the content of a file is needed');
  }
  const content: unknown = await file.read();
  if (isBytes(content)) return copied(content);
  if (typeof content === 'object' && content !== null) {
    if (Symbol.asyncIterator in content) return content as AsyncIterable<Bytes>;
    // By what it can do, not by its class: it may be of another realm.
    if (typeof (content as Blob).arrayBuffer === 'function') {
      return new Uint8Array(await (content as Blob).arrayBuffer());
    }
  }
  throw invalidFile(file.path, 'read', 'it gave neither bytes nor a Blob, nor an async iterable of bytes');
}
