import { allocated } from '../allocated.js';
import type { Core, Examination, HandedNode } from '../core/core.js';
import type { HostDigest } from '../core/host-digest.js';
import { quoted } from '../printable.js';
import type { Progress } from '../progress.js';
import { Collected } from './collected.js';
import type { OnFile, UnpackedContent, UnpackedFile } from './unpacked-file.js';
import { type Wants, wantsOf } from './wanted.js';

/** Files that are smaller are hashed in WebAssembly: a call out costs more than the hash. */
const HOST_HASHES_FROM = 16 << 10;

/** An archive that is smaller is hashed in WebAssembly, for the same reason. */
const HOST_HASHES_ARCHIVES_FROM = 64 << 10;

/** Bytes that the platform hashes at one time: it holds a copy of each of them. */
const MOST_OWED = 96 << 20;

/** What is set aside at once for a file in pieces: the largest that the core leaves to the host. */
const MOST_SET_ASIDE = 64 << 20;

/** The bytes of a file whose bytes nobody wants. */
const NOTHING = new Uint8Array();

/** The numbers that the core has for a part, and what they mean. */
const PART = 7;
const IS_FIRST = 1;
const IS_FOR_HOST = 2;
const SOUND = 0;
const DIGEST_WANTED = 2;
const REFUSED = 3;

/** A file that is complete, in its turn. */
interface Waiting {
  readonly number: number;
  /** What is handed out; undefined where nobody takes it. */
  readonly file: UnpackedContent | undefined;
  /** Bytes whose digest is owed. */
  readonly owed: number;
  /** What becomes of the digest; undefined where the file is known to be sound. */
  readonly digest: Promise<Uint8Array> | undefined;
  isSettled: boolean;
}

/**
 * Takes files out of an examination: has the platform hash large ones, and hands all of them
 * to whoever wants them, in their order.
 */
export class Handing {
  readonly #core: Core;
  readonly #examination: Examination;
  readonly #digest: HostDigest | undefined;
  readonly #onFile: OnFile | undefined;
  readonly #wants: Wants | undefined;
  readonly #signal: AbortSignal | undefined;
  /** Files that more comes of, and whose bytes nobody wants. */
  readonly #passed = new Set<number>();
  readonly #begun = new Map<number, Collected>();
  #spare: Uint8Array<ArrayBuffer> | undefined;
  readonly #waiting: Waiting[] = [];
  /** What hard links need to know of the files that were handed out. */
  readonly #handed = new Map<string, Pick<UnpackedContent, 'mode' | 'size'>>();
  #owed = 0;

  constructor(
    core: Core,
    examination: Examination,
    digest: HostDigest | undefined,
    onFile: OnFile | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.#signal = signal;
    this.#core = core;
    this.#examination = examination;
    this.#digest = digest;
    this.#onFile = onFile;
    this.#wants = onFile === undefined ? undefined : wantsOf(onFile);
    if (digest !== undefined) core.call(() => examination.letHostHash(HOST_HASHES_FROM));
  }

  /** Finds the archive's digest, if that spares the core a pass. */
  async authenticate(archive: Uint8Array, report: (progress: Progress) => void): Promise<void> {
    const digest = this.#digest;
    if (digest === undefined || archive.length < HOST_HASHES_ARCHIVES_FROM) return;
    if (!this.#core.call(() => this.#examination.wantsArchiveDigest)) return;
    const total = archive.length;
    report({ phase: 'authenticating', done: 0, total });
    const sha256 = await digest(archive);
    this.#core.call(() => this.#examination.supplyArchiveDigest(sha256));
    report({ phase: 'authenticating', done: total, total });
  }

  /** Takes what the last step came to. What the platform owes is waited for where it is much. */
  async take(): Promise<void> {
    this.#takeParts();
    await this.#handOn(MOST_OWED);
  }

  /** Waits for all that is owed. */
  async settle(): Promise<void> {
    await this.#handOn(-1);
  }

  /** Hands out the links, after all files. */
  async end(): Promise<void> {
    const onFile = this.#onFile;
    if (onFile === undefined) return;
    for (const node of this.#core.call(() => this.#examination.links())) {
      this.#signal?.throwIfAborted();
      await onFile(Object.freeze(this.#unpacked(node)));
    }
  }

  #unpacked({ path, kind, target }: HandedNode): UnpackedFile {
    switch (kind) {
      case 'symlink':
        return { path, type: kind, target };
      case 'hardlink': {
        // The core tells of links to files alone that were handed out.
        const { mode = 0, size = 0 } = this.#handed.get(target) ?? {};
        return { path, type: kind, target, mode, size };
      }
      case 'directory':
        return { path, type: kind };
    }
  }

  /** At once: whatever is awaited may let the memory of WebAssembly move. */
  #takeParts(): void {
    const numbers = this.#core.call(() => this.#examination.parts());
    if (numbers.length === 0) return;
    const paths =
      this.#onFile === undefined
        ? undefined
        : this.#core.call(() => this.#examination.paths()).split('\n');
    const memory = new Uint8Array(this.#core.call(() => this.#examination.memory).buffer);
    for (let at = 0; at < numbers.length; at += PART) {
      const [number, start, length, size, mode, flags, fate] = numbers.subarray(at, at + PART) as
        unknown as [number, number, number, number, number, number, number];
      if (fate === REFUSED) {
        this.#begun.delete(number);
        this.#passed.delete(number);
        continue;
      }
      const path = paths?.[at / PART];
      const isComplete = fate === SOUND || fate === DIGEST_WANTED;
      const isTaken = path !== undefined && this.#isTaken(number, path, size, isComplete);
      const piece = memory.subarray(start, start + length);
      let content: Uint8Array;
      if (!isTaken && (flags & IS_FOR_HOST) === 0) {
        this.#begun.delete(number);
        if (path === undefined || !isComplete) continue;
        content = NOTHING;
      } else if ((flags & IS_FIRST) !== 0 && isComplete) {
        content = isTaken ? allocated(nameOf(path), length, () => new Uint8Array(piece)) : piece;
      } else {
        const collected = this.#begun.get(number) ?? this.#collected(path, size, isTaken);
        collected.push(piece);
        if (!isComplete) {
          this.#begun.set(number, collected);
          continue;
        }
        this.#begun.delete(number);
        content = collected.whole;
        // The platform copies what it hashes before it returns.
        if (!isTaken) this.#spare = collected.spare;
      }
      const bytes = isTaken ? (content as Uint8Array<ArrayBuffer>) : NOTHING;
      const file = path === undefined ? undefined : Object.freeze({ path, type: 'file' as const, mode, size, bytes });
      this.#complete(number, content, fate === DIGEST_WANTED, file);
    }
  }

  /**
   * Whether the bytes of a file are handed out. What lists the files may be handed out while the
   * first of them come; what was passed over once stays so.
   */
  #isTaken(number: number, path: string, size: number, isComplete: boolean): boolean {
    const isPassed = this.#passed.has(number) || this.#wants?.(path, size) === false;
    if (isComplete) this.#passed.delete(number);
    else if (isPassed) this.#passed.add(number);
    return !isPassed;
  }

  /** Memory that was used goes to what nobody keeps. */
  #collected(path: string | undefined, size: number, isTaken: boolean): Collected {
    if (isTaken) return new Collected(nameOf(path), size, MOST_SET_ASIDE);
    const collected = new Collected(nameOf(path), size, MOST_SET_ASIDE, this.#spare);
    this.#spare = undefined;
    return collected;
  }

  /** A file is complete. */
  #complete(
    number: number,
    content: Uint8Array,
    isDigestWanted: boolean,
    file: UnpackedContent | undefined,
  ): void {
    const digest = isDigestWanted ? this.#digest?.(content) : undefined;
    const owed = digest === undefined ? 0 : content.length;
    const waiting: Waiting = { number, file, owed, digest, isSettled: digest === undefined };
    const settle = () => void (waiting.isSettled = true);
    // A failure is heard where the digest is awaited.
    digest?.then(settle, settle);
    this.#owed += owed;
    this.#waiting.push(waiting);
  }

  /** Hands on what is known, and waits for the rest while more than `most` bytes are owed. */
  async #handOn(most: number): Promise<void> {
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      if (!head.isSettled && this.#owed <= most) return;
      const { number, file, digest, owed } = head;
      let isSound = true;
      if (digest !== undefined) {
        const sha256 = await digest;
        isSound = this.#core.call(() => this.#examination.supplyDigest(number, sha256));
      }
      this.#waiting.shift();
      this.#owed -= owed;
      if (!isSound || file === undefined) continue;
      this.#signal?.throwIfAborted();
      this.#handed.set(file.path, { mode: file.mode, size: file.size });
      await this.#onFile?.(file);
    }
  }
}

/** A file in a message; its path is not known where nobody takes it. */
function nameOf(path: string | undefined): string {
  return path === undefined ? 'a file' : quoted(path);
}
