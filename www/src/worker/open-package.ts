import {
  type ErrorJson,
  type JsonObject,
  PackageRejected,
  type Transfer,
  type UnpackedFile,
  type Verdict,
  type Verifier,
  VerifierError,
  type WorkOptions,
} from 'conda-verifier';
import type { PackagePlace, PackageView } from '../protocol.js';
import { fileRows, type Known } from './file-rows.js';
import type { OpenChannel } from './open-channel.js';
import { webFetch } from './web-fetch.js';

/** Bytes of documents of info/ that are kept: a hostile package has more. */
const DOCUMENTS = 16 << 20;

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
  #verifier: Promise<Verifier> | undefined;

  constructor(id: number, place: PackagePlace, source: Source) {
    this.#id = id;
    this.#place = place;
    this.#source = source;
    this.#bytes = source.blob;
  }

  /** What is known of it, from its `info/` alone or from all of it. */
  async view(isWhole: boolean, options: WorkOptions): Promise<PackageView> {
    const isHere = this.#bytes !== null;
    if (isWhole || isHere || !this.#fileName.endsWith('.conda')) return this.#whole(options);
    return this.#partial(options);
  }

  /** The content of one file, out of the bytes that the verdict is about. */
  async read(path: string): Promise<Uint8Array> {
    const info = this.#info.get(path);
    if (info !== undefined) return info;
    if (this.#bytes === null || this.#sha256 === null) throw new Error('the package was not read as a whole');
    let content: Uint8Array | undefined;
    const onFile = (file: UnpackedFile) => {
      if (file.path === path && file.type === 'file') content = file.bytes;
    };
    const verifier = await this.#own();
    // Decoded once more: to keep all files would take more memory than anybody has to spare.
    await verifier.inspectPackage(this.#bytes, { fileName: this.#fileName, sha256: this.#sha256 }, { onFile });
    if (content !== undefined) return content;
    throw new VerifierError({
      code: 'FILE_UNREADABLE',
      message: `${JSON.stringify(path)} is not handed out: it is not there, or not as info/paths.json lists it`,
      hint: 'The findings say what is wrong with it.',
      path,
    });
  }

  free(): void {
    this.#bytes = null;
    void this.#verifier?.then((verifier) => verifier.free());
  }

  get #fileName(): string {
    const place = this.#place;
    if (place.kind === 'channel') return place.fileName;
    if (place.kind === 'file') return place.name;
    return decodeURIComponent(new URL(place.url).pathname.split('/').at(-1) ?? '');
  }

  /** Its info/ by ranges: nothing is verified. */
  async #partial(options: WorkOptions): Promise<PackageView> {
    const record = this.#record();
    const { channel } = this.#source;
    const verifier = channel?.verifier ?? (await this.#own());
    const url = this.#urls()[0] ?? '';
    const found = await verifier.inspectRemote(url, {
      ...options,
      fileName: this.#fileName,
      ...(record === null ? {} : { record }),
      fetch: channel?.fetcher ?? webFetch,
    });
    this.#info = found.info;
    const isWhole = found.transfer.whole !== null;
    return this.#viewOf({
      verdict: found.verdict,
      listed: found.paths,
      unpacked: asUnpacked(found.info),
      isWhole,
      index: found.index,
      about: found.about,
      transfer: found.transfer,
    });
  }

  /** All of it. */
  async #whole(options: WorkOptions): Promise<PackageView> {
    const unpacked = new Map<string, Omit<UnpackedFile, 'bytes'>>();
    const info = new Map<string, Uint8Array>();
    let kept = 0;
    const onFile = ({ bytes, ...file }: UnpackedFile) => {
      unpacked.set(file.path, file as Omit<UnpackedFile, 'bytes'>);
      if (bytes === undefined || !file.path.startsWith('info/')) return;
      kept += bytes.length;
      if (kept <= DOCUMENTS) info.set(file.path, bytes);
    };
    const { verdict, transfer } = await this.#examined({ ...options, onFile });
    // What a rejected package has in it is shown all the same, as what nobody vouches for.
    if (unpacked.size === 0 && this.#bytes !== null && verdict.verdict === 'rejected') {
      const verifier = await this.#own();
      await verifier.inspectPackage(this.#bytes, { fileName: this.#fileName }, { ...options, onFile });
    }
    this.#sha256 = verdict.digests.sha256;
    this.#info = info;
    const paths = jsonOf(info, 'info/paths.json')?.['paths'];
    return this.#viewOf({
      verdict,
      listed: Array.isArray(paths) ? (paths as JsonObject[]) : null,
      unpacked: unpacked as Known['unpacked'],
      isWhole: true,
      index: jsonOf(info, 'info/index.json'),
      about: jsonOf(info, 'info/about.json'),
      transfer,
    });
  }

  async #examined(options: WorkOptions & { onFile: (file: UnpackedFile) => void }): Promise<Examined> {
    const place = this.#place;
    const { channel } = this.#source;
    if (this.#bytes === null && place.kind === 'channel' && channel !== null) {
      try {
        const { mirrors, fetcher } = channel;
        const found = await channel.verifier.fetchPackage(place.subdir, place.fileName, fetcher, { ...options, mirrors });
        this.#bytes = new Blob([found.bytes as Uint8Array<ArrayBuffer>]);
        return { verdict: found.verdict, transfer: null };
      } catch (error) {
        if (!(error instanceof PackageRejected)) throw error;
        await this.#download(options).catch(() => undefined);
        return { verdict: error.verdict, transfer: null };
      }
    }
    if (this.#bytes === null) await this.#download(options);
    const verifier = await this.#own();
    const record = this.#record();
    const expected = { fileName: this.#fileName, ...(record === null ? {} : { record }) };
    if (this.#bytes === null) throw new Error('there are no bytes');
    const verdict = await (channel?.verifier ?? verifier).inspectPackage(this.#bytes, expected, options);
    return { verdict, transfer: null };
  }

  async #download({ signal }: WorkOptions): Promise<void> {
    const [url] = this.#urls();
    if (url === undefined) return;
    const fetcher = this.#source.channel?.fetcher ?? webFetch;
    let response: Response;
    try {
      response = await fetcher(url, { signal: signal ?? null });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new VerifierError(unreachable(url, cause), { cause });
    }
    if (!response.ok) {
      throw new VerifierError({
        code: 'HTTP_STATUS',
        message: `${url} was asked for, and the answer was ${response.status}`,
        hint: 'Check the address; packages are removed from channels too.',
        details: { status: response.status },
      });
    }
    this.#bytes = await response.blob();
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
    const { channel } = this.#source;
    if (place.kind !== 'channel' || channel === null || !channel.has(place.subdir)) return null;
    return channel.verifier.findRecord(place.subdir, place.fileName);
  }

  async #own(): Promise<Verifier> {
    return (this.#verifier ??= this.#source.create());
  }

  #viewOf({ index, about, transfer, ...known }: Known & Pick<PackageView, 'index' | 'about' | 'transfer'>): PackageView {
    const { verdict, isWhole } = known;
    return {
      id: this.#id,
      place: this.#place,
      fileName: this.#fileName,
      isWhole,
      transfer,
      size: isWhole ? verdict.digests.size : (this.#recordView()?.size ?? null),
      record: this.#recordView()?.view ?? null,
      verdict,
      index,
      about,
      files: fileRows(known),
      documents: documentsIn(this.#info),
    };
  }

  #recordView(): { size: number | null; view: NonNullable<PackageView['record']> } | null {
    const place = this.#place;
    const { channel } = this.#source;
    const record = this.#record();
    if (record === null || place.kind !== 'channel' || channel === null) return null;
    const { evidence: _, trust: __, ...json } = record;
    const signers = channel.verifier.trust === null ? null : channel.verifier.recordSigners(place.subdir, place.fileName);
    const state = channel.table(place.subdir).row(place.fileName)?.state ?? 'unknown';
    return { size: record.size ?? null, view: { state, json, signers: signers === null ? [] : [signers].flat() } };
  }
}

interface Examined {
  readonly verdict: Verdict;
  readonly transfer: Transfer | null;
}

function asUnpacked(info: ReadonlyMap<string, Uint8Array>): Known['unpacked'] {
  const entries = [...info].map(([path, bytes]) => [path, { path, type: 'file' as const, size: bytes.length, mode: 0o644 }] as const);
  return new Map(entries) as Known['unpacked'];
}

/** JSON documents of info/ that are not shown in parts of their own. */
function documentsIn(info: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, unknown> {
  const own = new Set(['info/index.json', 'info/about.json', 'info/paths.json']);
  const documents = new Map<string, unknown>();
  for (const path of info.keys()) {
    if (!path.endsWith('.json') || own.has(path)) continue;
    const value = jsonOf(info, path);
    if (value !== null) documents.set(path, value);
  }
  return documents;
}

function jsonOf(info: ReadonlyMap<string, Uint8Array>, path: string): JsonObject | null {
  const bytes = info.get(path);
  if (bytes === undefined) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}

function unreachable(url: string, cause: unknown): ErrorJson {
  return {
    name: 'VerifierError',
    code: 'NETWORK_FAILED',
    message: `can't fetch ${url}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Check the address and the connection. A page may only read from another server if that sends Access-Control-Allow-Origin: if it does not, download the file and drop it here.',
  };
}
