import { createReadStream, fstatSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';

import { decoded, type PackageSource } from '../package-source.js';
import { printable, quoted } from '../printable.js';
import { VerifierError } from '../verifier-error.js';
import { FileSource } from './file-source.js';
import { UsageError } from './usage-error.js';

/** What an argument names: a file, a URL, or standard input. */
export interface Input {
  readonly source: PackageSource;
  /** The name without folders; undefined where there is none. */
  readonly fileName: string | undefined;
  close(): void;
}

/** What systems say, in words, and what to do. */
const FILE_ERRORS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOENT: ['no such file', 'Check the path.'],
  ENOTDIR: ['a part of the path is no directory', 'Check the path.'],
  EACCES: ['permission denied', 'Check who may read it.'],
  EPERM: ['permission denied', 'Check who may read it.'],
  EISDIR: ['it is a directory', 'Name the package files in it.'],
  ELOOP: ['its symbolic links lead in a circle', 'Check the path.'],
  ENAMETOOLONG: ['the name is too long', 'Check the path.'],
};

const NETWORK_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'the server did not answer in time',
  UND_ERR_SOCKET: 'the connection was closed',
};

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
  return isUrl(argument) ? fetched(argument) : opened(argument);
}

/** The name that an argument ends in. */
export function nameOf(argument: string): string {
  if (!isUrl(argument)) return basename(argument);
  return decoded(new URL(argument).pathname.split('/').at(-1) ?? '');
}

async function fetched(url: string): Promise<Input> {
  try {
    const source = await fetch(url);
    return { source, fileName: nameOf(url), close: () => undefined };
  } catch (error) {
    const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
    const { code = '', message = '' } = cause as { code?: string; message?: string };
    const what = NETWORK_ERRORS[code] ?? (printable(message) || 'the request failed');
    throw VerifierError.of('NETWORK_FAILED', `cannot fetch ${quoted(url)}: ${what}`, {
      hint: 'Check the address and the connection.',
      cause: error,
    });
  }
}

function opened(path: string): Input {
  try {
    const descriptor = openSync(path, 'r');
    const facts = fstatSync(descriptor);
    if (facts.isFile()) {
      const source = new FileSource(descriptor, facts.size);
      return { source, fileName: basename(path), close: () => source.close() };
    }
    if (facts.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    // A pipe: nothing in it can be read twice, and its path is no name.
    return streamed(Readable.toWeb(createReadStream(path, { fd: descriptor })));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const [what, hint] = FILE_ERRORS[code] ?? [printable(message), 'Check the file and the disk.'];
    throw VerifierError.of('FILE_UNREADABLE', `cannot read ${quoted(path)}: ${what}`, {
      hint,
      cause: error,
    });
  }
}

function streamed(stream: NodeStream): Input {
  return { source: stream as ReadableStream, fileName: undefined, close: () => undefined };
}
