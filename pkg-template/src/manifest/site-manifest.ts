import { invalidArgument } from '../errors/invalid-argument.js';
import { limitReached } from '../errors/limit-reached.js';
import { VerifierError } from '../errors/verifier-error.js';
import { checkedLimits, limitOf, type Limits } from '../options/checked-limits.js';
import { checkNames } from '../options/named-options.js';
import { quoted } from '../printable.js';
import { type Bytes, isBytes } from '../sources/shapes.js';
import { copied } from '../sources/copied.js';
import { whyNoPath } from './site-path.js';
import { FormError, StrictReader, type Words } from './strict-reader.js';

/** What a manifest says of a file. */
export interface ListedFile {
  /** In bytes. */
  readonly size: number;
  /** In lower-case hex. */
  readonly sha256: string;
}

/** What reading a manifest can be told. */
export interface ManifestOptions {
  /**
   * Bounds that differ from the defaults. These count: `infoBytes` for the manifest itself,
   * `entries` for the files in it, `pathBytes` for a path.
   */
  readonly limits?: Limits | undefined;
}

/** The files of a folder as they were when the manifest was made. It does not change. */
export class SiteManifest implements Iterable<readonly [path: string, file: ListedFile]> {
  readonly #files: ReadonlyMap<string, ListedFile>;

  /** @internal `readManifest` makes one. */
  constructor(files: ReadonlyMap<string, ListedFile>) {
    this.#files = files;
    Object.freeze(this);
  }

  /** How many files it lists. */
  get size(): number {
    return this.#files.size;
  }

  /** Whether it lists a file. `path` is relative to the folder, with `/`, and not percent-encoded. */
  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** What it says of a file; undefined where it does not list it. */
  get(path: string): ListedFile | undefined {
    return this.#files.get(path);
  }

  /** The paths, in the order of the manifest. */
  paths(): IterableIterator<string> {
    return this.#files.keys();
  }

  /** Paths with what it says of each, in the order of the manifest. */
  [Symbol.iterator](): IterableIterator<[path: string, file: ListedFile]> {
    return this.#files.entries();
  }
}

/**
 * Reads what `conda-verifier manifest` writes. A manifest vouches for files as far as whoever
 * serves it does, and no further.
 *
 * @param manifest Its text, or the bytes of it in UTF-8.
 * @throws VerifierError MANIFEST_INVALID where it is not of that form: no JSON, a member that is
 *   not known or is there twice, a path that leads elsewhere; LIMIT_EXCEEDED; ARGUMENT_INVALID.
 */
export function readManifest(
  manifest: string | Bytes,
  options: ManifestOptions = {},
): SiteManifest {
  checkNames('options', options, ['limits']);
  const limits = checkedLimits(options.limits ?? {});
  const text = textOf(manifest, limitOf(limits, 'infoBytes'));
  try {
    return new SiteManifest(filesOf(new StrictReader(text), limits));
  } catch (error) {
    if (error instanceof FormError) throw invalid(error.message);
    throw error;
  }
}

function filesOf(reader: StrictReader, limits: Limits): ReadonlyMap<string, ListedFile> {
  const most = limitOf(limits, 'entries');
  const longest = limitOf(limits, 'pathBytes');
  const files = new Map<string, ListedFile>();
  const seen = members(reader, () => 'it', {
    version: () => checkVersion(reader.number(() => 'its version')),
    files: () =>
      reader.object(() => 'the list of files', (path) => {
        if (files.size >= most) throw limitReached('entries', most);
        checkPath(path, longest);
        files.set(path, listedFile(reader, () => quoted(path)));
      }),
  });
  if (!seen.has('version')) throw new FormError('it says no version');
  if (!seen.has('files')) throw new FormError('it has no list of files');
  reader.end();
  return files;
}

function checkVersion(version: number): void {
  if (version === 1) return;
  throw VerifierError.of('MANIFEST_INVALID', `this manifest of files is of version ${version}, and 1 is what can be read`, {
    hint: 'Make it anew with this version of conda-verifier, or read it with a newer one.',
  });
}

function checkPath(path: string, longest: number): void {
  const why = whyNoPath(path);
  if (why !== undefined) throw new FormError(`${quoted(path)} can't be the path of a file: ${why}`);
  // A character takes three bytes at most.
  if (path.length * 3 > longest && new TextEncoder().encode(path).length > longest) throw limitReached('pathBytes', longest);
}

function listedFile(reader: StrictReader, path: Words): ListedFile {
  let size: number | undefined;
  let sha256: string | undefined;
  members(reader, () => `what is said of ${path()}`, {
    size: () => (size = reader.number(() => `the size of ${path()}`)),
    sha256: () => (sha256 = reader.string(() => `the sha256 of ${path()}`)),
  });
  if (size === undefined || sha256 === undefined) {
    throw new FormError(`${path()} is without its ${size === undefined ? 'size' : 'sha256'}`);
  }
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new FormError(`the sha256 of ${path()} is not 64 hex digits in lower case`);
  }
  return Object.freeze({ size, sha256 });
}

/** Reads an object that has no other members than these; gives those that it has. */
function members(reader: StrictReader, what: Words, known: Readonly<Record<string, () => void>>): Set<string> {
  const seen = new Set<string>();
  reader.object(what, (name) => {
    const read = Object.hasOwn(known, name) ? known[name] : undefined;
    if (read === undefined) throw new FormError(`${what()} has a member that is not known: ${quoted(name)}`);
    seen.add(name);
    read();
  });
  return seen;
}

function textOf(manifest: string | Bytes, longest: number): string {
  if (typeof manifest === 'string') {
    // A character takes one byte at least: what is far too long is not encoded.
    const isLong = manifest.length > longest || new TextEncoder().encode(manifest).length > longest;
    if (isLong) throw limitReached('infoBytes', longest);
    return manifest;
  }
  if (!isBytes(manifest)) {
    throw invalidArgument('manifest', 'it is a text, or its bytes in a buffer or a view of one');
  }
  if (manifest.byteLength > longest) throw limitReached('infoBytes', longest);
  const bytes = copied(manifest);
  try {
    // A mark that says "UTF-8" is no part of JSON, and is not taken away.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid('it is no UTF-8');
  }
}

function invalid(reason: string): VerifierError {
  return VerifierError.of('MANIFEST_INVALID', `this is no manifest of files: ${reason}`);
}
