// Compiled, never run: what a user of the types may write, and what not.
import {
  type AddedRepodata,
  type AddedShard,
  type Code,
  type ErrorJson,
  type Evidence,
  type Fault,
  type Fetcher,
  type Finding,
  CacheStore,
  type FetchedPackage,
  FolderStore,
  KeyValueStore,
  type KeyValues,
  IndexedDbStore,
  type IndexedDbStoreOptions,
  type InstalledFile,
  InstalledRejected,
  type InstalledVerdict,
  type Kept,
  type ListedRecord,
  MemoryStore,
  type MinVersions,
  type Mirror,
  type MirrorFailure,
  type NotChecked,
  type Now,
  PackageRejected,
  type RecordsReport,
  type RecordLocation,
  type RefreshOptions,
  type RefreshReport,
  type RemoteInspection,
  type RepodataRecord,
  type RoleInfo,
  type RoleName,
  type RoleReport,
  type Signatures,
  type SignatureState,
  type Signer,
  type Signers,
  type Stored,
  type Time,
  type TrustInfo,
  type TrustOptions,
  type TrustState,
  type TrustStore,
  type Updated,
  type UnpackedContent,
  type UnpackedDirectory,
  type UnpackedFile,
  type UnpackedHardLink,
  type UnpackedSymlink,
  type Verdict,
  type VerifiedRecord,
  Verifier,
  VerifierError,
  type VerifierOptions,
  type Want,
  type WorkOptions,
} from 'conda-verifier';
import { type UnpackApi, type UnpackReport, verifiedUntarjs } from 'conda-verifier/untarjs';
import { type FetchingVerifier, type FetchVerdict, verifiedFetch, type VerifiedFetchOptions } from 'conda-verifier/fetch';
import wasm from 'conda-verifier/conda_verifier.wasm';
import { moved, type PoolOptions, type RemoteVerifier, VerifierPool, VerifierWorker, type WorkerOptions } from 'conda-verifier/worker';
import { serve } from 'conda-verifier/worker/host';
import installedWasm from 'conda-verifier/conda_verifier_installed.wasm';
import type { IBootstrapEmpackPackedEnvironmentOptions, IInstallPackagesToEnvOptions } from '@emscripten-forge/mambajs-core';
import type { IUnpackJSAPI } from '@emscripten-forge/untarjs';
import { type SiteOptions, verifySite } from 'conda-verifier/site';
import { type ListedFile, type ManifestOptions, readManifest, type SiteManifest, verifyFile, VerifierError as ManifestError } from 'conda-verifier/manifest';

/** Fails to compile where the two types differ. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => undefined;

export async function use(response: Response, blob: Blob, bytes: Uint8Array): Promise<void> {
  const verifier = await Verifier.create({
    policy: { default: 'throw', codes: { FILE_UNLISTED: 'warn' } },
    limits: { archiveBytes: 1 },
  });
  await Verifier.create({ policy: 'ignore', wasm: fetch('x.wasm') });
  await Verifier.create({ policy: { codes: new Map([['FILE_UNLISTED', 'warn']]) } });
  await Verifier.create({ wasm: await WebAssembly.compile(new Uint8Array()) });
  await Verifier.create({ wasm });
  await verifier.inspectInstalled([], bytes, { wasm: installedWasm });

  const { subdir, records } = await verifier.addRepodata('noarch', response);
  await verifier.addRepodata('noarch', '{}', { signal: AbortSignal.timeout(1) });
  same<[string, number], [typeof subdir, typeof records]>(true);

  const record = verifier.findRecord('noarch', 'a-1-0.conda');
  same<RepodataRecord, typeof record>(true);
  same<string, typeof record.version>(true);

  for (const source of [response, blob, bytes, bytes.buffer, blob.stream(), new SharedArrayBuffer(1)]) {
    const verdict = await verifier.verifyPackage(source, { record, sha256: '0' });
    same<Verdict, typeof verdict>(true);
  }
  await verifier.inspectPackage({ size: 1, readAt: (offset: number, into: Uint8Array) => void into.fill(offset) });
  await verifier.verifyPackage(blob, {}, { onProgress: ({ phase, done, total }) => void [phase, done, total] });
  const files = new Map<string, UnpackedFile>();
  await verifier.verifyPackage(blob, {}, { onFile: (file) => files.set(file.path, file) });
  await verifier.inspectPackage(blob, {}, {
    // The type tells what there is, of an object as of its members.
    onFile: async ({ path, type, bytes, mode, size, target }) => {
      same<string, typeof path>(true);
      switch (type) {
        case 'file':
          same<[Uint8Array<ArrayBuffer>, number, number, undefined], [typeof bytes, typeof mode, typeof size, typeof target]>(true);
          break;
        case 'symlink':
          same<[undefined, undefined, undefined, string], [typeof bytes, typeof mode, typeof size, typeof target]>(true);
          break;
        case 'hardlink':
          same<[undefined, number, number, string], [typeof bytes, typeof mode, typeof size, typeof target]>(true);
          break;
        case 'directory':
          same<[undefined, undefined, undefined, undefined], [typeof bytes, typeof mode, typeof size, typeof target]>(true);
          break;
        default:
          throw new Error(type satisfies never);
      }
    },
  });
  const installer = (file: UnpackedFile): string | Uint8Array => {
    if (file.type === 'file') return file.bytes;
    if (file.type === 'directory') return file.path;
    same<UnpackedSymlink | UnpackedHardLink, typeof file>(true);
    // @ts-expect-error a link has no content of its own
    file.bytes.length;
    return file.target;
  };
  await verifier.verifyPackage(blob, {}, { onFile: installer });
  await verifier.verifyPackage(blob, {}, {
    // @ts-expect-error not every entry has bytes: look at the type first
    onFile: (file) => file.bytes.length,
  });
  same<UnpackedFile, UnpackedContent | UnpackedSymlink | UnpackedHardLink | UnpackedDirectory>(true);
  // @ts-expect-error: who takes the files is a function
  await verifier.verifyPackage(blob, {}, { onFile: files });
  await verifier.verifyPackage(blob, { record: { fileName: 'a', name: 'a', version: '1', build: '0' } });

  // @ts-expect-error a level that there is not
  await Verifier.create({ policy: 'lenient' });
  // @ts-expect-error a code that there is not
  await Verifier.create({ policy: { codes: { FILE_UNLISTD: 'warn' } } });
  // @ts-expect-error a limit that there is not
  await Verifier.create({ limits: { archive: 1 } });
  // @ts-expect-error an option that there is not
  await Verifier.create({ trust: 1 });
  // @ts-expect-error a failed lookup is no digest
  await verifier.verifyPackage(blob, { sha256: undefined });
  // @ts-expect-error a text is no package
  await verifier.verifyPackage('text');
  // @ts-expect-error made by create()
  new Verifier();

  using disposable = verifier;
  disposable.free();
}

export async function trust(root: Uint8Array, blob: Blob, signal: AbortSignal): Promise<void> {
  const verifier = await Verifier.create({
    trustedRoot: root,
    channel: new URL('https://example.org/channel'),
    now: () => new Date(),
    pkgMgrFile: 'require',
    canonicalForm: 'conda-content-trust',
    rawRootSignatures: 'refuse',
    minVersions: { root: 1, keyMgr: 2, pkgMgr: 3 },
  });
  await Verifier.create({ trustedRoot: '{}', channel: 'a', now: '2030-01-01T00:00:00Z' });
  await Verifier.create({ trustedRoot: new SharedArrayBuffer(1), channel: undefined, now: Date.now });
  same<Now, Time | (() => Time)>(true);
  same<TrustOptions['minVersions'], MinVersions | undefined>(true);
  same<VerifierOptions extends TrustOptions ? true : false, true>(true);

  const fetcher: Fetcher = (url, { signal }) => fetch(url, signal === undefined ? {} : { signal });
  const info = await verifier.refresh(fetcher, { signal });
  await verifier.refresh(fetch);
  await verifier.refresh(() => new Response());
  same<RefreshReport, typeof info>(true);
  same<RefreshReport extends TrustInfo ? true : false, true>(true);
  same<TrustInfo | null, typeof verifier.trust>(true);
  same<RoleInfo | null, typeof info.keyMgr>(true);
  same<number, typeof info.root.version>(true);

  const mirrors: readonly Mirror[] = ['https://a.example', new URL('https://b.example'), { metadata: 'https://c.example' }];
  // Of the types of @cloudflare/workers-types, as far as it matters.
  interface KVNamespace {
    get(key: string, type: 'arrayBuffer'): Promise<ArrayBuffer | null>;
    put(key: string, value: string | ArrayBuffer | ArrayBufferView | ReadableStream): Promise<void>;
    delete(key: string): Promise<void>;
  }
  const kv = {} as KVNamespace;
  same<KVNamespace extends KeyValues ? true : false, true>(true);
  const stores: readonly TrustStore[] = [
    new MemoryStore(),
    new IndexedDbStore({ channel: 'a' }),
    new FolderStore('trust'),
    new CacheStore({ channel: 'a', name: 'b' }),
    new KeyValueStore(kv, { channel: 'a', lock: (_, work) => work() }),
  ];
  const repodata = await verifier.fetchRepodata('noarch', fetch, { mirrors, fileName: 'current_repodata.json', exact: true });
  same<number, typeof repodata.records>(true);
  const fetched: FetchedPackage = await verifier.fetchPackage('noarch', 'a-1-0.conda', fetch, {
    mirrors,
    signal,
    onFile: (file) => void file.path,
  });
  same<RepodataRecord | null, typeof fetched.record>(true);
  // @ts-expect-error it is no option of packages
  await verifier.fetchPackage('noarch', 'a-1-0.conda', fetch, { exact: true });
  for (const store of stores) {
    const report = await verifier.refresh(fetch, { mirrors, store, timeout: 1, signal, onProgress: ({ done }) => void done });
    same<readonly MirrorFailure[], typeof report.mirrors>(true);
    same<string | undefined, NonNullable<typeof report.store>['code'] | undefined>(true);
    same<TrustState, Awaited<ReturnType<typeof store.read>>>(true);
    await store.update((kept) => kept.filter(({ key }) => key !== 'a'));
    await store.clear();
  }
  await verifier.refresh(fetch, { mirrors: undefined, store: undefined, timeout: undefined });
  new FolderStore(new URL('file:///trust'));
  same<RefreshOptions extends WorkOptions ? true : false, true>(true);
  same<IndexedDbStoreOptions['channel'], string | URL>(true);
  // @ts-expect-error a list, even of one
  await verifier.refresh(fetch, { mirrors: 'https://a.example' });
  // @ts-expect-error an option that there is not
  await verifier.refresh(fetch, { mirror: mirrors });
  // @ts-expect-error a store is told what was kept, and asked
  await verifier.refresh(fetch, { store: { read: async () => [], write: async () => undefined } });
  // @ts-expect-error what to keep is known at once: nobody else may change it in between
  await new MemoryStore().update(async (kept) => kept);
  // @ts-expect-error whose it is
  new IndexedDbStore({ name: 'a' });

  const want = verifier.next();
  same<Want | null, typeof want>(true);
  if (want !== null) {
    same<RoleName, typeof want.role>(true);
    const updated = verifier.update(want, root.buffer);
    same<Updated, typeof updated>(true);
    same<readonly Kept[], typeof updated.persist>(true);
    same<Uint8Array | null, Kept['bytes']>(true);
    verifier.unavailable(want, 404);
    verifier.abandon();
  }

  const state: TrustState = verifier.export();
  verifier.restore(state);
  verifier.restore(new Set<Stored>([{ key: 'state.json', bytes: root.buffer }]));
  // @ts-expect-error an entry that is to be removed is none to bring back
  verifier.restore([{ key: 'key_mgr.json', bytes: null }]);

  const record = verifier.verifyRecord('noarch', 'a-1-0.conda');
  same<VerifiedRecord, typeof record>(true);
  same<'content-trust' | 'tuf', typeof record.trust.basis>(true);
  same<Evidence, typeof record.evidence>(true);
  record.evidence.twin satisfies string | undefined;
  await verifier.verifyPackage(blob, { record });
  const found: RepodataRecord = record;
  // @ts-expect-error what was found was not verified
  const proof: VerifiedRecord = verifier.findRecord('noarch', 'a-1-0.conda');
  void [found, proof];

  const roles = verifier.roles();
  same<readonly RoleReport[], typeof roles>(true);
  for (const { role, path, isExpired, signers, foreign, foreignCount, bytes } of roles) {
    same<readonly Signers[], typeof signers>(true);
    [role, path, ...foreign] satisfies string[];
    [isExpired, foreignCount, bytes] satisfies [boolean, number, Uint8Array];
    for (const { threshold, signed, keys } of signers) {
      same<readonly Signer[], typeof keys>(true);
      [threshold, signed] satisfies number[];
      for (const { keyType, state } of keys) {
        keyType satisfies string | null;
        same<SignatureState, typeof state>(true);
        // @ts-expect-error no such state
        void (state === 'good');
      }
    }
  }
  const signatures = verifier.recordSigners('noarch', 'a-1-0.conda');
  same<Signatures | null, typeof signatures>(true);
  const rows = await verifier.listRecords('noarch', { signal, onProgress: ({ done }) => void done });
  same<readonly ListedRecord[], typeof rows>(true);
  for (const { fileName, name, size, timestamp, fault } of rows) {
    [fileName, fault?.code, fault?.message] satisfies (string | undefined)[];
    [name, size, timestamp] satisfies [string | null, number | null, number | null];
  }
  // @ts-expect-error a list is not to be changed
  rows.push(rows[0]);

  const report = await verifier.auditRecords('noarch', { signal, onProgress: ({ done }) => void done });
  same<RecordsReport, typeof report>(true);
  same<readonly string[], typeof report.weak>(true);
  [report.weakCount, report.unsignedCount, report.badCount] satisfies number[];
  same<readonly NotChecked[], typeof report.notChecked>(true);
  for (const { fileName, error } of report.bad) {
    same<Fault, typeof error>(true);
    VerifierError.fromJSON(error).path satisfies string | undefined;
    fileName satisfies string;
  }

  const { names, baseUrl, target: shards } = await verifier.addShardIndex('noarch', blob);
  same<string | null, typeof shards>(true);
  same<readonly string[], typeof names>(true);
  const path: string = verifier.shardPath('noarch', 'a');
  const shard = await verifier.addShard('noarch', 'a', await fetch(new URL(path, baseUrl)));
  const indexed = await verifier.indexRepodata('noarch', '{}', { signal: AbortSignal.timeout(1) });
  same<AddedRepodata, typeof indexed>(true);
  same<string | null, typeof indexed.target>(true);
  const place = verifier.locateRecord('noarch', 'a-1-0.conda');
  same<RecordLocation | null, typeof place>(true);
  verifier.findRecord('noarch', 'a-1-0.conda', { record: new Uint8Array(), twin: null, signatures: new ArrayBuffer(1) });
  verifier.verifyRecord('noarch', 'a-1-0.conda', { record: new Uint8Array() });
  // @ts-expect-error the record is what it is about
  verifier.verifyRecord('noarch', 'a-1-0.conda', {});
  same<AddedShard, typeof shard>(true);

  const inspection = await verifier.inspectRemote(new URL('https://example.org/a-1-0.conda'), {
    size: 7,
    fetch,
    headers: { authorization: 'x' },
    signal: AbortSignal.timeout(1),
  });
  same<RemoteInspection, typeof inspection>(true);
  same<Verdict, typeof inspection.verdict>(true);
  const document: Uint8Array | undefined = inspection.info.get('info/index.json');
  same<'tar.bz2' | 'no ranges' | 'encoded' | 'unknown size' | 'container' | 'complete' | null, typeof inspection.transfer.whole>(true);
  // @ts-expect-error what a package says of itself may be anything
  const version: string = inspection.index?.['version'];
  void [document, version];

  // @ts-expect-error a root that was looked up in vain is not left out
  await Verifier.create({ trustedRoot: undefined });
  // @ts-expect-error there are two words
  await Verifier.create({ trustedRoot: root, pkgMgrFile: 'never' });
  // @ts-expect-error a misspelled role
  await Verifier.create({ trustedRoot: root, minVersions: { keymgr: 1 } });
  // @ts-expect-error a clock does not make one wait
  await Verifier.create({ trustedRoot: root, now: async () => new Date() });
  // @ts-expect-error a URL is no fetcher
  await verifier.refresh('https://example.org');
  // @ts-expect-error a text is no shard
  await verifier.addShard('noarch', 'a', 'text');
  // @ts-expect-error trust is told, not given
  verifier.trust = null;
}

export async function installed(verifier: Verifier, bytes: Uint8Array, response: Response): Promise<void> {
  const files: InstalledFile[] = [
    { path: 'a', type: 'file', size: 1, read: () => bytes },
    { path: 'b', type: 'file', size: 1, read: async () => new Blob() },
    { path: 'c', type: 'symlink', size: 1, target: 'a' },
    { path: 'd', type: 'other', size: 0 },
    { path: 'e', type: 'hardlink', size: 1, mode: 0o755, read: () => bytes },
  ];
  const verdict = await verifier.verifyInstalled(new Set(files), '{}', {
    level: 'digests',
    prefix: '/e',
    platform: 'linux-64',
    manifestPath: 'conda-meta/a-1-0.json',
    original: response,
    expected: { sha256: '' },
    file: 'a',
    signal: AbortSignal.timeout(1),
    onProgress: ({ phase }) => phase satisfies string,
  });
  same<InstalledVerdict, typeof verdict>(true);
  verdict.replaced.conda satisfies number;
  verdict.kind satisfies 'unpacked' | 'linked';
  await verifier.inspectInstalled(files, bytes);
  // @ts-expect-error a level is one of two words
  await verifier.inspectInstalled(files, bytes, { level: 'all' });
  // @ts-expect-error a mode is a number, as stat gives it
  await verifier.inspectInstalled([{ path: 'a', type: 'file', size: 1, mode: '755' }], bytes);
  // @ts-expect-error what is there has a type
  await verifier.inspectInstalled([{ path: 'a', size: 1 }], bytes);
}

export async function inWorkers(bytes: Uint8Array, response: Response, port: MessagePort, shared: SharedWorker, signal: AbortSignal): Promise<void> {
  const verifier = await VerifierWorker.create({ policy: 'warn' });
  await VerifierWorker.create({}, { worker: port });
  await VerifierWorker.create({}, { worker: shared.port });
  await VerifierWorker.create(undefined, { worker: () => new Worker('worker.js') } satisfies WorkerOptions);
  const verdict = await verifier.verifyPackage(moved(bytes), { sha256: '' }, { signal, onFile: ({ path }) => path });
  same<Verdict, typeof verdict>(true);
  same<Uint8Array, ReturnType<typeof moved<Uint8Array>>>(true);
  const record = await verifier.verifyRecord('noarch', 'a-1-0.conda');
  same<VerifiedRecord, typeof record>(true);
  same<TrustInfo | null, Awaited<typeof verifier.trust>>(true);
  same<RefreshReport, Awaited<ReturnType<typeof verifier.refresh>>>(true);
  await verifier.refresh(null, { store: new MemoryStore() });
  await verifier.fetchTarget('noarch/repodata.json.zst');
  const want: Want | null = await verifier.next();
  if (want !== null) await verifier.update(want, bytes);
  const remote: RemoteVerifier = verifier;
  const pool = await VerifierPool.create({}, { size: 2, worker: () => new Worker('worker.js') } satisfies PoolOptions);
  await pool.addRepodata('noarch', response, { signal });
  same<InstalledVerdict, Awaited<ReturnType<typeof pool.inspectInstalled>>>(true);
  // @ts-expect-error it has no answer yet
  void verifier.findRecord('noarch', 'a').fileName;
  // @ts-expect-error a text is no package
  await verifier.verifyPackage('text');
  // @ts-expect-error an option that there is not
  await VerifierWorker.create({}, { size: 2 });
  // @ts-expect-error several workers are made, not given
  await VerifierPool.create({}, { worker: port });
  // @ts-expect-error what goes step by step is for one verifier
  await pool.next();
  // @ts-expect-error made by create()
  new VerifierWorker();
  using disposable = pool;
  disposable.free();
  serve();
  serve(port)();
  void remote;
}

export async function fetching(verifier: Verifier, elsewhere: FetchingVerifier): Promise<Response> {
  const options: VerifiedFetchOptions = {
    fetch,
    channel: new URL('https://example.org/'),
    mirrors: ['https://example.org/', { metadata: 'https://example.org/' }],
    redirects: ['https://example.org/'],
    store: new MemoryStore(),
    repodata: 'filter',
    allowUnverified: true,
    pass: ['channeldata.json'],
    refreshAfter: 1,
    timeout: undefined,
    onVerdict: (told) => {
      same<FetchVerdict, typeof told>(true);
      same<Verdict | null, typeof told.verdict>(true);
      told.outcome satisfies 'verified' | 'unverified' | 'absent' | 'passed' | 'refused';
    },
  };
  const verified: typeof fetch = verifiedFetch(verifier, options);
  verifiedFetch(elsewhere, { fetch: verified });
  verifiedFetch(await VerifierWorker.create());
  verifiedFetch(await VerifierPool.create());
  // @ts-expect-error one of two words
  verifiedFetch(verifier, { repodata: 'keep' });
  // @ts-expect-error no such option
  verifiedFetch(verifier, { chanel: '' });
  // @ts-expect-error no verifier
  verifiedFetch({});
  const { bytes, trusted, leftOut } = await verifier.trustedRepodata('noarch', { signal: AbortSignal.timeout(1) });
  same<[Uint8Array, number, string | undefined], [typeof bytes, typeof trusted, string | undefined]>(true);
  leftOut[0]?.code satisfies string | undefined;
  return verified(new Request('x'), { method: 'HEAD' });
}

export function change(verdict: Verdict): void {
  // @ts-expect-error a verdict does not change
  verdict.verdict = 'verified';
}

export function told(error: unknown, verdict: Verdict): string | undefined {
  same<readonly Finding[], typeof verdict.findings>(true);
  switch (verdict.verdict) {
    case 'verified':
    case 'unverified':
    case 'rejected':
      break;
    default:
      verdict.verdict satisfies never;
  }
  if (error instanceof PackageRejected) {
    same<Verdict, typeof error.verdict>(true);
  }
  if (error instanceof InstalledRejected) {
    same<InstalledVerdict, typeof error.verdict>(true);
  }
  if (!VerifierError.isVerifierError(error)) return undefined;
  same<Code, typeof error.code>(true);
  same<ErrorJson, ReturnType<typeof error.toJSON>>(true);
  return error.code === 'SHA256_MISMATCH' || error.code === 'HTTP_STATUS' ? error.hint : error.path;
}

export function install(
  verifier: Verifier,
  remote: VerifierWorker | VerifierPool,
  unpack: IUnpackJSAPI,
  install: (options: Pick<IInstallPackagesToEnvOptions, 'untarjs'>) => void,
  boot: (options: Pick<IBootstrapEmpackPackedEnvironmentOptions, 'untarjs'>) => void,
): void {
  const untarjs = verifiedUntarjs({
    channels: [{ url: 'https://example.org/channel', verifier, mirrors: [new URL('https://example.org/')], store: new MemoryStore() }],
    folders: [{ url: 'packages/', manifest: { version: 1, files: { 'x.conda': { size: 1, sha256: '' } } }, verifier }],
    fetch,
    unpack,
    allowUnverified: true,
    allowWheels: true,
    together: false,
    timeout: 1,
    signal: AbortSignal.timeout(1),
    onVerdict: (report) => {
      same<UnpackReport, typeof report>(true);
      same<string | null, typeof report.url>(true);
      same<Verdict | null, typeof report.verdict>(true);
      for (const { type, path, target, as } of report.lost?.links ?? []) void [type, path, target, as satisfies 'copy' | 'nothing'];
    },
  });
  same<UnpackApi, typeof untarjs>(true);
  // It takes the place of the installer's own.
  const theirs: IUnpackJSAPI = untarjs;
  install({ untarjs: theirs });
  boot({ untarjs });
  // A verifier in a worker answers with promises.
  verifiedUntarjs({ channels: [{ url: 'https://example.org/', verifier: remote }] });
  // @ts-expect-error an option that there is not
  verifiedUntarjs({ channels: [], allowUnverfied: true });
  // @ts-expect-error each channel has a verifier
  verifiedUntarjs({ channels: [{ url: 'https://example.org/' }] });
}

export async function compare(text: string, bytes: Uint8Array, options: ManifestOptions): Promise<number> {
  const manifest: SiteManifest = readManifest(text, { ...options, limits: { entries: 10 } });
  same<typeof VerifierError, typeof ManifestError>(true);
  same<ListedFile | undefined, ReturnType<typeof manifest.get>>(true);
  same<ListedFile, Awaited<ReturnType<typeof verifyFile>>>(true);
  for (const [path, { size }] of manifest) if (manifest.has(path) && size > 0) return (await verifyFile(manifest, path, bytes.buffer)).size;
  // @ts-expect-error options have names
  readManifest(bytes, { limit: {} });
  // @ts-expect-error what is listed does not change
  for (const [, file] of manifest) file.size = 1;
  // @ts-expect-error a text is no manifest
  await verifyFile(text, 'index.html', bytes);
  return manifest.size;
}

/** A service worker that hands out a site. */
export function site(manifest: SiteManifest): void {
  const options: SiteOptions = { manifest, pass: ['api/'], headers: { 'x-a': 'b' }, onRefused: ({ code }, url) => code === 'FILE_UNLISTED' && url.endsWith('/'), timeout: 1 };
  verifySite(options);
  verifySite({ manifest: '' });
  // @ts-expect-error a site has a manifest
  verifySite({});
  // @ts-expect-error a list
  verifySite({ manifest, pass: 'api/' });
}
