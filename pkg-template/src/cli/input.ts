import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';

import { decoded, type PackageSource } from '../sources/package-source.js';
import { printable, quoted } from '../printable.js';
import { systemError, unreadable } from '../files/file-errors.js';
import { FileSource } from './file-source.js';
import { request } from './network.js';
import { openRegular } from '../files/regular-file.js';
import { UsageError } from './usage-error.js';

/** What an argument names: a file, a URL, or standard input. */
export interface Input {
  readonly source: PackageSource;
  /** The name without folders; undefined where there is none. */
  readonly fileName: string | undefined;
  close(): void;
}

/** Whether an argument is a URL rather than a path. */
export function isUrl(argument: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(argument);
}

/** Checks an argument before anything is read. */
export function checkInput(argument: string): void {
  if (!isUrl(argument)) return;
  if (!URL.canParse(argument)) throw new UsageError(`${quoted(argument)} is no URL; check how it is written`);
  const { protocol, username, password } = new URL(argument);
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new UsageError(
      `${quoted(argument)} is no http or https URL; download the file by other means and name it`,
    );
  }
  if (username !== '' || password !== '') {
    throw new UsageError(
      'a URL with a user name or password would end up in logs; download the file by other means and name it',
    );
  }
}

/** Opens what an argument names. */
export async function openInput(argument: string): Promise<Input> {
  // A socket in its place can't be opened by its path.
  if (argument === '-' || argument === '/dev/stdin') return streamed(Readable.toWeb(process.stdin));
  return isUrl(argument) ? fetched(argument) : openFile(argument);
}

/** The name that an argument ends in. */
export function nameOf(argument: string): string {
  if (!isUrl(argument)) return basename(argument);
  return decoded(new URL(argument).pathname.split('/').at(-1) ?? '');
}

async function fetched(url: string): Promise<Input> {
  const source = await request(url);
  return { source, fileName: nameOf(url), close: () => undefined };
}

/**
 * Opens a file, or a pipe in its place.
 *
 * @throws VerifierError FILE_UNREADABLE.
 */
export function openFile(path: string): Input {
  try {
    const descriptor = openSync(path, 'r');
    const facts = fstatSync(descriptor);
    if (facts.isFile()) {
      const source = new FileSource(descriptor, facts.size);
      return { source, fileName: basename(path), close: () => source.close() };
    }
    if (facts.isDirectory()) {
      closeSync(descriptor);
      throw systemError('EISDIR');
    }
    // A pipe: nothing in it can be read twice, and its path is no name.
    return streamed(Readable.toWeb(createReadStream(path, { fd: descriptor })));
  } catch (error) {
    throw unreadable(path, error, { EISDIR: `Name the package files in it, e.g. ${printable(join(path, '*.conda'))}` });
  }
}

/**
 * Opens a file of a folder, where a pipe has no business.
 *
 * @throws VerifierError FILE_UNREADABLE.
 */
export function openFileInFolder(path: string): Input {
  try {
    const { descriptor, size } = openRegular(path);
    const source = new FileSource(descriptor, size);
    return { source, fileName: basename(path), close: () => source.close() };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function streamed(stream: NodeStream): Input {
  return { source: stream as ReadableStream, fileName: undefined, close: () => undefined };
}
