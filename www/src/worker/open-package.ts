import {
  type ErrorJson,
  PackageRejected,
  type Signers,
  type UnpackedFile,
  type Verdict,
  type Verifier,
  VerifierError,
  type WorkOptions,
} from 'conda-verifier';
import type { FileState, PackagePlace, PackageView } from '../protocol.js';
import { lastPart } from '../route/web-address.js';
import { documentsIn, listedIn, objectIn } from './documents.js';
import { download } from './download.js';
import { fileRows, type Known } from './file-rows.js';
import type { OpenChannel } from './open-channel.js';
import { webFetch } from './web-fetch.js';

/** Bytes of documents of info/ that are kept: a hostile package has more. */
const DOCUMENTS = 16 << 20;

/** What is kept however long it is: the verifier takes no more than 64 MiB of info/. */
const NEEDED = new Set(['info/index.json', 'info/about.json', 'info/paths.json']);

/** Files whose bytes are what a list or the archive says of them. */
const HANDED_OUT: ReadonlySet<FileState> = new Set<FileState>(['verified', 'consistent', 'archive']);

/** Where a package is taken from. */
export interface Source {
  /** The channel that it is of, if it was opened from one. */
  readonly channel: OpenChannel | null;
  /** The file that a visitor gave. */
  readonly blob: Blob | null;
  /** Makes a verifier for what is of no channel. */
  readonly create: () => Promise<Verifier>;
}

/** A package that somebody looks at. */
export class OpenPackage {
  readonly #id: number;
  readonly #place: PackagePlace;
  readonly #source: Source;
  /** All bytes, once they are here. */
  #bytes: Blob | null;
  /** What the bytes have to be, to be the ones that the verdict is about. */
  #sha256: string | null = null;
  #info: ReadonlyMap<string, Uint8Array> = new Map();
  /** Files whose bytes may be shown. */
  #handedOut: ReadonlySet<string> = new Set();
  #verifier: Promise<Verifier> | undefined;
  #isAlone = false;

  constructor(id: number, place: PackagePlace, source: Source) {
    this.#id = id;
    this.#place = place;
    this.#source = source;
    this.#bytes = source.blob;
  }

  /** What is known of it, from its `info/` alone or from all of it. */
  async view(isWhole: boolean, options: WorkOptions): Promise<PackageView> {
    const isHere = this.#bytes !== null;
    const isAll = isWhole || isHere || !this.#fileName.endsWith('.conda');
    return this.#orAlone(() => (isAll ? this.#whole(options) : this.#partial(options)));
  }

  /** The content of one file, out of the bytes that the verdict is about. */
  async read(path: string, { signal }: WorkOptions = {}): Promise<Uint8Array> {
    if (!this.#handedOut.has(path)) {
      throw new VerifierError({
        code: 'FILE_UNREADABLE',
        message: `${JSON.stringify(path)} is not handed out: it is not there, or not as info/paths.json lists it`,
        hint: 'The findings say what is wrong with it.',
        path,
      });
    }
    const info = this.#info.get(path);
    if (info !== undefined) return info;
    if (this.#bytes === null || this.#sha256 === null) throw new Error('the package was not read as a whole');
    const found = new Found();
    const onFile = (file: UnpackedFile) => {
      if (file.path === path && file.type === 'file') throw Object.assign(found, { bytes: file.bytes });
    };
    const verifier = await this.#own();
    // Decoded once more, after its digest matched: to keep all files would take more memory than
    // anybody has to spare.
    const expected = { fileName: this.#fileName, sha256: this.#sha256 };
    try {
      await verifier.inspectPackage(this.#bytes, expected, { onFile, signal });
    } catch (error) {
      if (error !== found) throw error;
    }
    if (found.bytes === null) throw new Error(`${JSON.stringify(path)} was there, and is not any more`);
    return found.bytes;
  }

  free(): void {
    this.#bytes = null;
    void this.#verifier?.then((verifier) => verifier.free());
  }

  get #fileName(): string {
    const place = this.#place;
    if (place.kind === 'channel') return place.fileName;
    if (place.kind === 'file') return place.name.split('/').at(-1) ?? '';
    return lastPart(place.url);
  }

  /** Its info/ by ranges: nothing is verified. */
  async #partial(options: WorkOptions): Promise<PackageView> {
    const record = this.#record();
    const verifier = this.#voucher?.verifier ?? (await this.#own());
    const url = this.#urls()[0] ?? '';
    const found = await verifier.inspectRemote(url, {
      ...options,
      fileName: this.#fileName,
      ...(record === null ? {} : { record }),
      fetch: this.#source.channel?.fetcher ?? webFetch,
    });
    const { transfer } = found;
    // All of it had to be fetched, and is not at hand: the browser's cache mostly has it.
    if (transfer.whole !== null) return { ...(await this.#whole(options)), transfer };
    this.#info = found.info;
    return this.#viewOf({
      verdict: found.verdict,
      inside: null,
      isOther: false,
      unpacked: asUnpacked(found.info),
      isWhole: false,
      transfer,
    });
  }

  /** Where the roles of its channel were refused, and none were there before, it is looked at alone. */
  async #orAlone<T>(look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (error) {
      const isRefused = VerifierError.isVerifierError(error) && error.code === 'ROLES_NOT_LOADED';
      if (this.#isAlone || !isRefused || this.#refused === null) throw error;
      this.#isAlone = true;
      return look();
    }
  }

  get #refused(): ErrorJson | null {
    return this.#source.channel?.view().fault ?? null;
  }

  /** The channel, as far as it has something to say. */
  get #voucher(): OpenChannel | null {
    return this.#isAlone ? null : this.#source.channel;
  }

  /** All of it. */
  async #whole(options: WorkOptions): Promise<PackageView> {
    const unpacked = new Map<string, Omit<UnpackedFile, 'bytes'>>();
    const info = new Map<string, Uint8Array>();
    let kept = 0;
    const onFile = ({ bytes, ...file }: UnpackedFile) => {
      unpacked.set(file.path, file as Omit<UnpackedFile, 'bytes'>);
      if (bytes === undefined || !file.path.startsWith('info/')) return;
      const isNeeded = NEEDED.has(file.path);
      if (!isNeeded) kept += bytes.length;
      if (isNeeded || kept <= DOCUMENTS) info.set(file.path, bytes);
    };
    const verdict = await this.#examined({ ...options, onFile });
    let inside: Verdict | null = null;
    // What a rejected package has in it is shown all the same, as what nobody vouches for.
    if (unpacked.size === 0 && this.#bytes !== null && verdict.verdict === 'rejected') {
      const verifier = await this.#own();
      inside = await verifier.inspectPackage(this.#bytes, { fileName: this.#fileName }, { ...options, onFile });
    }
    const { sha256 } = verdict.digests;
    this.#sha256 = inside?.digests.sha256 ?? sha256;
    this.#info = info;
    const isOther = inside !== null && sha256 !== null && inside.digests.sha256 !== sha256;
    return this.#viewOf({ verdict, inside, isOther, unpacked: unpacked as Known['unpacked'], isWhole: true, transfer: null });
  }

  async #examined(options: WorkOptions & { onFile: (file: UnpackedFile) => void }): Promise<Verdict> {
    const place = this.#place;
    const channel = this.#voucher;
    if (this.#bytes === null && place.kind === 'channel' && channel !== null) {
      try {
        const { mirrors, fetcher } = channel;
        const found = await channel.verifier.fetchPackage(place.subdir, place.fileName, fetcher, { ...options, mirrors });
        this.#bytes = new Blob([found.bytes as Uint8Array<ArrayBuffer>]);
        return found.verdict;
      } catch (error) {
        if (!(error instanceof PackageRejected)) throw error;
        // As the first server has it, for what is in it to be seen.
        await this.#download(options).catch(() => options.signal?.throwIfAborted());
        return error.verdict;
      }
    }
    if (this.#bytes === null) await this.#download(options);
    const verifier = await this.#own();
    const record = this.#record();
    const expected = { fileName: this.#fileName, ...(record === null ? {} : { record }) };
    if (this.#bytes === null) throw new Error('there are no bytes');
    return (channel?.verifier ?? verifier).inspectPackage(this.#bytes, expected, options);
  }

  async #download(options: WorkOptions): Promise<void> {
    const [url] = this.#urls();
    if (url !== undefined) this.#bytes = await download(url, this.#source.channel?.fetcher ?? webFetch, options);
  }

  #urls(): readonly string[] {
    const place = this.#place;
    if (place.kind === 'url') return [place.url];
    if (place.kind === 'file') return [];
    const path = `${encodeURIComponent(place.subdir)}/${encodeURIComponent(place.fileName)}`;
    return (this.#source.channel?.mirrors ?? []).map((mirror) => `${mirror.replace(/\/?$/, '/')}${path}`);
  }

  #record() {
    const place = this.#place;
    const channel = this.#voucher;
    if (place.kind !== 'channel' || channel === null || !channel.has(place.subdir)) return null;
    return channel.verifier.findRecord(place.subdir, place.fileName);
  }

  async #own(): Promise<Verifier> {
    return (this.#verifier ??= this.#source.create());
  }

  #viewOf({ transfer, isOther, ...known }: Omit<Known, 'listed'> & Pick<PackageView, 'transfer' | 'isOther'>): PackageView {
    const { verdict, inside, isWhole } = known;
    const record = this.#recordView();
    const files = fileRows({ ...known, listed: listedIn(this.#info) });
    const shown = files.filter(({ state, type }) => type === 'file' && HANDED_OUT.has(state));
    this.#handedOut = new Set(shown.map(({ path }) => path));
    return {
      id: this.#id,
      place: this.#place,
      fileName: this.#fileName,
      isWhole,
      transfer,
      size: isWhole ? verdict.digests.size : (record?.size ?? (verdict.digests.size || null)),
      refused: this.#refused,
      isAlone: this.#isAlone,
      isOther,
      record: record?.view ?? null,
      verdict,
      inside,
      index: objectIn(this.#info, 'info/index.json'),
      about: objectIn(this.#info, 'info/about.json'),
      files,
      documents: documentsIn(this.#info),
    };
  }

  #recordView(): { size: number | null; view: NonNullable<PackageView['record']> } | null {
    const place = this.#place;
    const { channel } = this.#source;
    const record = this.#record();
    if (record === null || place.kind !== 'channel' || channel === null) return null;
    const { evidence: _, trust: __, fileName: ___, ...json } = record;
    const state = channel.table(place.subdir).row(place.fileName)?.state ?? 'unknown';
    return { size: record.size ?? null, view: { state, json, signers: this.#signers() } };
  }

  /** Who signed its record. */
  #signers(): readonly Signers[] {
    const place = this.#place;
    const { channel } = this.#source;
    if (place.kind !== 'channel' || channel === null || channel.verifier.trust === null) return [];
    try {
      return channel.verifier.recordSigners(place.subdir, place.fileName)?.signers ?? [];
    } catch {
      // Roles that were refused name nobody.
      return [];
    }
  }
}

/** Ends unpacking once the file is there. */
class Found extends Error {
  bytes: Uint8Array | null = null;
}

function asUnpacked(info: ReadonlyMap<string, Uint8Array>): Known['unpacked'] {
  const entries = [...info].map(([path, bytes]) => [path, { path, type: 'file' as const, size: bytes.length, mode: 0o644 }] as const);
  return new Map(entries) as Known['unpacked'];
}
