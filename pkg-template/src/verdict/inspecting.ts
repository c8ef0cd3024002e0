import type { Inspection, InstalledCore, OriginalOption } from '../core/installed-core.js';
import { Owned } from '../core/owned.js';
import { type HostDigest, hostDigest } from '../core/host-digest.js';
import type { Pace } from '../core/pace.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { copied } from '../sources/copied.js';
import type { Bytes } from '../sources/package-source.js';
import type { Work } from '../work.js';
import { checkFile, contentOf, type InstalledFile } from './installed-file.js';
import type { InstalledVerdict } from './installed-verdict.js';
import { told } from './told.js';
import type { OnFile, UnpackedFile } from './unpacked-file.js';
import type { Verdict } from './verdict.js';
import { wanting } from './wanted.js';

/** Files that are smaller are hashed in WebAssembly: a call out costs more than the hash. */
const HOST_HASHES_FROM = 16 << 10;

/** Bytes that are hashed in WebAssembly without a look at the time. */
const PIECE = 1 << 20;

/** Files that are read at one time. */
const MOST_OPEN = 8;

/** Several files, one after the other. */
export type Listing = Iterable<InstalledFile> | AsyncIterable<InstalledFile>;

/** Takes what is there to the inspection, and the digests that it asks for. */
export class Inspecting {
  readonly #core: InstalledCore;
  readonly #inspection: Owned<Inspection>;
  readonly #work: Work;
  readonly #pace: Pace;
  readonly #digest: HostDigest | undefined = hostDigest();
  readonly #open = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(core: InstalledCore, inspection: Inspection, work: Work, pace: Pace) {
    this.#core = core;
    this.#inspection = new Owned(core, inspection);
    this.#work = work;
    this.#pace = pace;
  }

  /** Takes the files of the archive, and the bytes of those whose bytes have to cross. */
  get onFile(): OnFile {
    const wants = (path: string, size: number) =>
      this.#inspection.call((inspection) => inspection.wantsOriginal(path, size));
    return wanting((file) => this.#original(file), wants);
  }

  async #original({ path, type, size = 0, bytes, target }: UnpackedFile): Promise<void> {
    let isBusy = this.#inspection.call((inspection) => {
      // What was not wanted came without them.
      const isNeeded = bytes?.length === size && inspection.wantsOriginal(path, size);
      return inspection.original(path, type, size, target, isNeeded ? bytes : undefined);
    });
    do {
      await this.#pace.keep();
      this.#work.signal?.throwIfAborted();
      isBusy = isBusy && this.#inspection.call((inspection) => inspection.step());
    } while (isBusy);
  }

  /** Takes the verdict on the archive. */
  restOn(verdict: Verdict): void {
    this.#inspection.call((inspection) => inspection.restOn(originalOf(verdict)));
  }

  /** Takes why there is no archive. */
  miss(reason: string): void {
    this.#inspection.call((inspection) => inspection.miss(reason));
  }

  /** Takes all that is there, and gives the verdict. */
  async all(files: Listing): Promise<InstalledVerdict> {
    const { signal, report } = this.#work;
    let done = 0;
    try {
      for await (const file of files) {
        signal?.throwIfAborted();
        this.#meet(file);
        if (this.#open.size >= MOST_OPEN) await Promise.race(this.#open);
        if (this.#failure !== undefined) break;
        if (++done % 1000 === 0) report({ phase: 'files', done, total: null });
        await this.#pace.keep();
      }
    } finally {
      // Nobody else may use the inspection while one of them does.
      await Promise.allSettled(this.#open);
    }
    signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure.error;
    report({ phase: 'done', done, total: done });
    return told(this.#inspection.call(() => this.#inspection.take().finish()));
  }

  #meet(file: InstalledFile): void {
    checkFile(file);
    const { path, type, size = 0, target, mode } = file;
    const number = this.#inspection.call((inspection) => inspection.meet(path, type, size, target, mode));
    if (number < 0) return;
    const read = this.#read(file, number).catch((error: unknown) => {
      this.#failure ??= { error };
    });
    const open = read.finally(() => this.#open.delete(open));
    this.#open.add(open);
  }

  async #read(file: InstalledFile, number: number): Promise<void> {
    const content = await contentOf(file);
    if (!(content instanceof Uint8Array)) return this.#readPieces(content, file.size ?? 0, number);
    if (content.length < HOST_HASHES_FROM) {
      return this.#inspection.call((inspection) => inspection.hash(number, content));
    }
    if (this.#digest === undefined) return this.#readPieces(pieces(content), content.length, number);
    const sha256 = await this.#digest(content);
    this.#inspection.call((inspection) => inspection.digest(number, sha256, content.subarray(0, 4)));
  }

  async #readPieces(pieces: AsyncIterable<Bytes> | Iterable<Bytes>, size: number, number: number): Promise<void> {
    const hasher = new Owned(this.#core, this.#core.pieceHasher());
    let length = 0;
    try {
      for await (const piece of pieces) {
        this.#work.signal?.throwIfAborted();
        const bytes = copied(piece);
        hasher.call((hasher) => hasher.push(bytes));
        length += bytes.length;
        await this.#pace.keep();
        // It is another one anyway, and may have no end.
        if (length > size) break;
      }
      this.#inspection.call((inspection) => inspection.hashed(number, hasher.take()));
    } finally {
      hasher.free();
    }
  }

  /** Gives the memory back. */
  free(): void {
    this.#inspection.free();
  }
}

/** Bytes in pieces that take some milliseconds each. */
function* pieces(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let from = 0; from < bytes.length; from += PIECE) yield bytes.subarray(from, from + PIECE);
}

/** Checks what a caller gives as the list of what is there. */
export function checkListing(files: unknown): void {
  if (typeof files === 'object' && files !== null) {
    if (Symbol.iterator in files || Symbol.asyncIterator in files) return;
    if (typeof (files as PromiseLike<unknown>).then === 'function') {
      throw invalidArgument('files', 'it is a promise; await what it gives');
    }
  }
  throw invalidArgument('files', 'it is no iterable of files: an array, a Set, a generator, an async one');
}

/** What was found of an archive, for what was installed from it. */
function originalOf({ file, verdict, reasons, trust, digests, package: id, findings }: Verdict): OriginalOption {
  const rejection = findings.find(({ severity }) => severity === 'error');
  return {
    file: file ?? undefined,
    verdict,
    reasons,
    basis: trust.basis,
    anchor: trust.anchor ?? undefined,
    size: digests.size,
    sha256: digests.sha256 ?? undefined,
    ...(id === null ? {} : { ...id, subdir: id.subdir ?? undefined }),
    rejection: rejection?.code,
    message: rejection?.message,
    expected: rejection?.expected ?? undefined,
    actual: rejection?.actual ?? undefined,
  };
}
