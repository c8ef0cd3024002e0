import { transfer } from 'comlink';
import { IndexedDbStore, MemoryStore, type TrustStore, Verifier, VerifierError } from 'conda-verifier';
import type {
  ChannelView,
  OnProgress,
  PackagePlace,
  PackageView,
  Place,
  RecordPage,
  RecordQuery,
  RootView,
  SubdirView,
  VerifyReport,
} from '../protocol.js';
import { fetchIn, type FilesByPath } from './fetch-in.js';
import { type AttackAbout, type Sample, samplesIn } from './sample.js';
import { OpenChannel } from './open-channel.js';
import { noAddress, webAddress } from '../route/web-address.js';
import { webFetch } from './web-fetch.js';
import { OpenPackage } from './open-package.js';
import { type ExportFormat, exported } from './export-records.js';
import { fetchRoot, viewOfRoot } from './root-view.js';
import { Tasks } from './tasks.js';
import { verifyAll } from './verify-all.js';

/** Where the page's own files are, and what they have to be. */
export interface Files {
  readonly wasm: OwnFile;
  readonly sample: OwnFile;
}

interface OwnFile {
  readonly url: string;
  /** As Subresource Integrity has it; empty where the page is not built. */
  readonly integrity: string;
}

/** What the page can ask of its worker. One of each is open at a time but packages. */
export class Inspector {
  readonly #tasks = new Tasks();
  #wasm: Promise<WebAssembly.Module> | undefined;
  #samples: Promise<readonly Sample[]> | undefined;
  #files: Files | undefined;
  readonly #channels = new Map<string, Promise<OpenChannel>>();
  readonly #packages = new Map<number, OpenPackage>();
  #lastPackage = 0;
  /** Folders that a visitor gave, by name. */
  readonly #folders = new Map<string, FilesByPath>();
  /** What was seen of samples and folders: forgotten with the page. */
  readonly #memory = new Map<string, TrustStore>();

  /** Says where the files are; before all else. */
  start(files: Files): void {
    this.#files = files;
    this.#wasm = fetched(files.wasm).then(WebAssembly.compileStreaming);
    this.#samples = fetched(files.sample).then(async (response) =>
      samplesIn(new Uint8Array(await response.arrayBuffer())),
    );
  }

  /** Ends what was begun under that number. */
  cancel(task: number): void {
    this.#tasks.cancel(task);
  }

  /** The samples, and what can be done to them. */
  async samples(): Promise<readonly { name: string; attacks: readonly AttackAbout[] }[]> {
    return (await this.#allSamples()).map(({ name, attacks }) => ({
      name,
      attacks: attacks.map(({ files: _, ...about }) => about),
    }));
  }

  /** Takes a folder that has a channel in it. */
  giveFolder(name: string, files: ReadonlyMap<string, File>): void {
    this.#folders.set(name, files);
    this.#memory.delete(name);
  }

  /** Opens a channel anew, and brings what is trusted of it up to date. */
  async openChannel(place: Place, root: Uint8Array | null, task: number): Promise<ChannelView> {
    return this.#tasks.run(task, async (signal) => {
      const opening = this.#open(place, root, signal);
      const key = keyOf(place);
      // One is open at a time: repodata is large.
      const before = [...this.#channels.values()];
      this.#channels.clear();
      this.#channels.set(key, opening);
      for (const channel of before) channel.then((channel) => channel.free(), () => undefined);
      try {
        return (await opening).view();
      } catch (error) {
        // Another one may have been opened meanwhile.
        if (this.#channels.get(key) === opening) this.#channels.delete(key);
        throw error;
      }
    });
  }

  /** Reads the repodata of a platform, and verifies its records. */
  async openSubdir(place: Place, subdir: string, task: number, onProgress: OnProgress): Promise<SubdirView> {
    return this.#tasks.run(task, async (signal) => {
      const channel = await this.#channel(place);
      signal.throwIfAborted();
      return channel.openSubdir(subdir, { signal, onProgress });
    });
  }

  /** Records that match. */
  async records(place: Place, query: RecordQuery): Promise<RecordPage> {
    return (await this.#channel(place)).table(query.subdir).query(query);
  }

  /** Verifies all packages that match. */
  async verifyAll(
    place: Place,
    query: RecordQuery,
    task: number,
    onReport: (report: VerifyReport) => void,
  ): Promise<VerifyReport> {
    return this.#tasks.run(task, async (signal) => {
      const channel = await this.#channel(place);
      signal.throwIfAborted();
      return verifyAll(channel, query.subdir, query, signal, onReport);
    });
  }

  /** The records that match, as a file. */
  async exportRecords(place: Place, query: RecordQuery, format: ExportFormat): Promise<Blob> {
    return exported(await this.#channel(place), query.subdir, query, format);
  }

  /** A root as somebody sees it before it is pinned. */
  async viewRoot(root: Uint8Array): Promise<RootView> {
    return viewOfRoot(await this.#module(), root, null);
  }

  /** The root that a channel hands out itself: nobody else says that it is the right one. */
  async fetchRoot(mirror: string, task: number): Promise<RootView> {
    return this.#tasks.run(task, async (signal) => {
      const { root, url } = await fetchRoot(mirror, signal);
      return viewOfRoot(await this.#module(), root, url);
    });
  }

  /** Forgets which versions of a channel's roles were seen. */
  async forget(place: Place): Promise<void> {
    if (place.kind === 'sample') this.#memory.delete(`sample ${place.sample}`);
    else if (place.kind === 'folder') this.#memory.delete(place.name);
    else await new IndexedDbStore({ channel: place.mirrors[0] ?? '' }).clear();
  }

  /** Opens a package; of a remote `.conda` only its `info/` is read, unless all of it is wanted. */
  async openPackage(
    place: PackagePlace,
    blob: Blob | null,
    isWhole: boolean,
    task: number,
    onProgress: OnProgress,
  ): Promise<PackageView> {
    return this.#tasks.run(task, async (signal) => {
      const channel = place.kind === 'channel' ? await this.#channel(place.channel) : null;
      if (place.kind === 'url' && webAddress(place.url) !== place.url) throw noAddress(place.url);
      const id = ++this.#lastPackage;
      const opened = new OpenPackage(id, place, { channel, blob, create: () => this.#verifier() });
      this.#packages.set(id, opened);
      try {
        return await opened.view(isWhole, { signal, onProgress });
      } catch (error) {
        // The page never hears of its number.
        this.closePackage(id);
        throw error;
      }
    });
  }

  /** Reads the rest of a package, and verifies it. */
  async verifyPackage(id: number, task: number, onProgress: OnProgress): Promise<PackageView> {
    return this.#tasks.run(task, (signal) => this.#package(id).view(true, { signal, onProgress }));
  }

  /**
   * The content of one file of a package, out of the bytes that the verdict is about.
   *
   * @param most Bytes that are wanted of it at most.
   */
  async readFile(id: number, path: string, task = 0, most = Infinity): Promise<Uint8Array> {
    const bytes = await this.#tasks.run(task, (signal) => this.#package(id).read(path, { signal }));
    // A copy, which goes to the page: what is kept stays.
    const copy = bytes.slice(0, most);
    return transfer(copy, [copy.buffer]);
  }

  /** Forgets a package. */
  closePackage(id: number): void {
    this.#packages.get(id)?.free();
    this.#packages.delete(id);
  }

  /** The channel's files of one package, the newest first as names count. */
  async builds(place: Place, subdir: string, name: string, most: number): Promise<RecordPage['rows']> {
    const rows = (await this.#channel(place)).table(subdir).all({ text: name, states: null, sort: 'name', descending: true });
    const found: RecordPage['rows'][number][] = [];
    for (const row of rows) {
      if (row.name === name) found.push(row);
      if (found.length === most) break;
    }
    return found;
  }

  async #open(place: Place, root: Uint8Array | null, signal: AbortSignal): Promise<OpenChannel> {
    const wasm = await this.#module();
    if (place.kind === 'web') {
      const [channel = ''] = place.mirrors;
      for (const mirror of place.mirrors) if (webAddress(mirror) !== mirror) throw noAddress(mirror);
      const store = new IndexedDbStore({ channel });
      return OpenChannel.open({ place, wasm, mirrors: place.mirrors, root, store, fetcher: webFetch, now: null, name: channel }, signal);
    }
    if (place.kind === 'folder') {
      const files = this.#folders.get(place.name);
      if (files === undefined) throw gone(place.name);
      const url = 'https://folder.invalid/';
      const [store, fetcher] = [this.#remembered(place.name), fetchIn(url, files)];
      return OpenChannel.open({ place, wasm, mirrors: [url], root, store, fetcher, now: null, name: place.name }, signal);
    }
    const sample = (await this.#allSamples()).find(({ name }) => name === place.sample);
    if (sample === undefined) throw unknown('sample', place.sample);
    const attack = place.attack === null ? null : sample.attacks.find(({ name }) => name === place.attack);
    if (attack === undefined) throw unknown('attack', place.attack ?? '');
    const common = { place, wasm, mirrors: [sample.url], root: root ?? sample.root, name: `sample: ${sample.name}` };
    const honest = { fetcher: fetchIn(sample.url, sample.files), now: sample.now };
    const attacked = { fetcher: fetchIn(sample.url, attack?.files ?? sample.files), now: attack?.now ?? sample.now };
    if (attack === null) {
      return OpenChannel.open({ ...common, ...honest, store: this.#remembered(`sample ${sample.name}`) }, signal);
    }
    const newcomer = await OpenChannel.open({ ...common, ...attacked, store: new MemoryStore() }, signal);
    if (newcomer.view().fault !== null) return newcomer;
    newcomer.free();
    // Some of it only somebody notices who was there before, and saw what is newer.
    const store = new MemoryStore();
    (await OpenChannel.open({ ...common, ...honest, store }, signal)).free();
    return OpenChannel.open({ ...common, ...attacked, store }, signal);
  }

  /** What was seen of it in this visit. */
  #remembered(name: string): TrustStore {
    const store = this.#memory.get(name) ?? new MemoryStore();
    this.#memory.set(name, store);
    return store;
  }

  async #channel(place: Place): Promise<OpenChannel> {
    const channel = await this.#channels.get(keyOf(place));
    if (channel === undefined) throw new Error('the channel is not open');
    return channel;
  }

  #package(id: number): OpenPackage {
    const opened = this.#packages.get(id);
    if (opened === undefined) throw new Error('the package is not open');
    return opened;
  }

  async #verifier(): Promise<Verifier> {
    return Verifier.create({ wasm: await this.#module() });
  }

  async #module(): Promise<WebAssembly.Module> {
    try {
      if (this.#wasm === undefined) throw new Error('the worker was not started');
      return await this.#wasm;
    } catch (cause) {
      // Another attempt may have more luck.
      if (this.#files !== undefined) this.start(this.#files);
      const message = `can't load the verifier: ${cause instanceof Error ? cause.message : String(cause)}`;
      const hint = 'Reload the page. If it stays, the server has other files than the page expects: tell its operator.';
      throw new VerifierError({ code: 'WASM_UNAVAILABLE', message, hint }, { cause });
    }
  }

  async #allSamples(): Promise<readonly Sample[]> {
    if (this.#samples === undefined) throw new Error('the worker was not started');
    return this.#samples;
  }
}

function unknown(what: string, name: string): VerifierError {
  return new VerifierError({
    code: 'ARGUMENT_INVALID',
    message: `this page has no ${what} ${JSON.stringify(name)}`,
    hint: 'Choose one of the list at the top of the page.',
  });
}

function gone(name: string): VerifierError {
  return new VerifierError({
    code: 'FILE_UNREADABLE',
    message: `the folder ${JSON.stringify(name)} is no longer here`,
    hint: 'Open it again: a page forgets files when it is loaded anew.',
  });
}

/** One of the page's own files, of which it knows the digest. */
async function fetched({ url, integrity }: OwnFile): Promise<Response> {
  const response = await fetch(url, { ...(integrity === '' ? {} : { integrity }), credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${url}: the answer was ${response.status}`);
  return response;
}

function keyOf(place: Place): string {
  return JSON.stringify(place);
}
