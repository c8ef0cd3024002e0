// A verifier in a worker says what one says that is here: in a thread of Node.js, with the packed
// package. browser-worker.test.mjs has what only a page can show.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Worker } from 'node:worker_threads';

import { FolderStore, InstalledRejected, MemoryStore, PackageRejected, Verifier, VerifierError } from 'conda-verifier';
import { moved, VerifierWorker } from 'conda-verifier/worker';
import { serve } from 'conda-verifier/worker/host';

import { install, installed } from './support/places.mjs';
import { big, bytesOf, fixtures, repodata, sha256, small, smallBz2 } from './support/samples.mjs';
import { CHANNEL, failure, fetcherOf, fileOf, honest, now, pinned, refreshByHand, subdir, victim } from './support/trust.mjs';

/** A worker that ends with the test. */
async function begun(t, options, place) {
  const verifier = await VerifierWorker.create(options, place);
  t.after(() => verifier.free());
  return verifier;
}

/** What a call comes to: what it gives, or what is told of its error. */
async function outcome(call) {
  try {
    return { given: await call() };
  } catch (error) {
    assert.ok(VerifierError.isVerifierError(error), String(error));
    return { error: error.toJSON(), name: error.constructor.name, cause: error.cause?.message };
  }
}

const nameOf = (path) => path.split('/').at(-1);
const pinnedOptions = (more = {}) => ({ trustedRoot: honest('root.json'), channel: CHANNEL, now, ...more });

test('the same verdict as here, of every sample and from every kind of source', async (t) => {
  const here = await Verifier.create();
  const there = await begun(t);
  const kinds = {
    bytes: (bytes) => bytes,
    'moved bytes': (bytes) => moved(new Uint8Array(bytes)),
    'an ArrayBuffer': (bytes) => bytes.slice().buffer,
    'a part of a buffer': (bytes) => Buffer.concat([Buffer.of(1, 2), bytes, Buffer.of(3)]).subarray(2, 2 + bytes.length),
    'shared memory': (bytes) => {
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
      shared.set(bytes);
      return shared;
    },
    Blob: (bytes) => new Blob([bytes]),
    Response: (bytes) => new Response(bytes, { headers: { 'content-length': bytes.length } }),
    ReadableStream: (bytes) => new Blob([bytes]).stream(),
    readAt: (bytes) => ({ size: bytes.length, readAt: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)) }),
  };
  for (const path of [small, smallBz2, big, ...fixtures.spoiled.map(({ file }) => file)]) {
    const bytes = bytesOf(path);
    const expected = { fileName: nameOf(path), sha256: sha256(bytes) };
    const direct = { ...(await outcome(() => here.verifyPackage(bytes, expected))) };
    const { error, given } = direct;
    assert.ok([small, smallBz2, big].includes(path) ? given.verdict === 'verified' : error.verdict.verdict === 'rejected', path);
    for (const [kind, sourceOf] of Object.entries(kinds)) {
      if (path !== small && !['bytes', 'Blob'].includes(kind)) continue;
      assert.deepEqual(await outcome(() => there.verifyPackage(sourceOf(bytes), expected)), direct, `${path} as ${kind}`);
    }
    assert.deepEqual(await there.inspectPackage(bytes, expected), await here.inspectPackage(bytes, expected));
  }
});

test('the name of a File or Response is seen there', async (t) => {
  const there = await begun(t);
  const file = new (await import('node:buffer')).File([bytesOf(small)], 'hello-2.0-pyh0_0.conda');
  const { findings } = await there.inspectPackage(file);
  assert.deepEqual(findings.map(({ code }) => code), ['NAME_MISMATCH']);
});

test('the same errors as here', async (t) => {
  const here = await Verifier.create();
  const there = await begun(t);
  const calls = {
    'no such option': (v) => v.verifyPackage(bytesOf(small), { sha265: '' }),
    'no such option of work': (v) => v.verifyPackage(bytesOf(small), {}, { onProgres: () => undefined }),
    'no options': (v) => v.verifyPackage(bytesOf(small), {}, new Map()),
    'no signal': (v) => v.verifyPackage(bytesOf(small), {}, { signal: {} }),
    'no source': (v) => v.verifyPackage(7),
    'a text': (v) => v.verifyPackage('text'),
    'a promise': (v) => v.verifyPackage(Promise.resolve(bytesOf(small))),
    'a failed response': (v) => v.verifyPackage(new Response('no', { status: 404 })),
    'a part of one': (v) => v.verifyPackage(new Response('no', { status: 206 })),
    'a stream of texts': (v) => v.verifyPackage(new ReadableStream({ start: (to) => to.enqueue('text') })),
    'a stream that fails': (v) => v.verifyPackage(new ReadableStream({ pull: () => Promise.reject(new TypeError('gone')) })),
    'a source that can\'t be read': (v) => v.verifyPackage({ size: 10, readAt: () => { throw new Error('no disk'); } }),
    'a source without a size': (v) => v.verifyPackage({ readAt: () => undefined }),
    'a source that makes wait': (v) => v.verifyPackage({ size: 1, readAt: async () => undefined }),
    'no record': (v) => v.findRecord('noarch', 'a-1-0.conda'),
    'no root': (v) => v.export(),
    'no state': (v) => v.restore(7),
    'no repodata': (v) => v.addRepodata('noarch', '['),
    'no listing': (v) => v.inspectInstalled(7, null),
    'a promised listing': (v) => v.inspectInstalled(Promise.resolve([]), null),
    'no file': (v) => v.inspectInstalled([7], '{"paths":[],"paths_version":1}'),
  };
  for (const [name, call] of Object.entries(calls)) {
    const direct = await outcome(async () => call(here));
    assert.ok('error' in direct, name);
    assert.deepEqual(await outcome(() => call(there)), direct, name);
  }
  // Nothing was spoiled by that.
  assert.equal((await there.verifyPackage(bytesOf(small))).verdict, 'unverified');
});

test('a body that was read before, and one that is longer than it may be', async (t) => {
  const there = await begun(t, { limits: { archiveBytes: 100_000 } });
  const response = new Response(bytesOf(small));
  await response.text();
  assert.match((await failure(() => there.verifyPackage(response))).message, /its body was read before/);
  const stream = new Blob(['x']).stream();
  stream.getReader();
  assert.match((await failure(() => there.verifyPackage(stream))).message, /its stream is being read elsewhere/);
  let sent = 0;
  let isCancelled = false;
  const endless = new ReadableStream({
    pull: (to) => to.enqueue(new Uint8Array((sent += 1000) && 1000)),
    cancel: () => void (isCancelled = true),
  });
  const { findings } = await there.inspectPackage(endless);
  assert.deepEqual(findings.map(({ code }) => code), ['LIMIT_EXCEEDED']);
  assert.ok(sent < 120_000, `${sent}`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(isCancelled);
  const liar = { size: 1e15, readAt: (_, into) => void (sent += into.length) };
  assert.equal((await there.inspectPackage(liar)).findings[0].code, 'LIMIT_EXCEEDED');
  assert.ok(sent < 240_000, `${sent}`);
});

test('bytes are copied before the call returns, or given away', async (t) => {
  const there = await begun(t);
  const bytes = bytesOf(small);
  const verifying = there.verifyPackage(bytes, { sha256: sha256(bytesOf(small)) });
  bytes.fill(0);
  assert.equal((await verifying).verdict, 'verified');
  const given = moved(bytesOf(small));
  const other = there.verifyPackage(given, { sha256: sha256(bytesOf(small)) });
  assert.equal(given.length, 0, 'it is detached');
  assert.equal((await other).verdict, 'verified');
  assert.match((await failure(() => there.verifyPackage(given))).message, /transferred away|0 bytes/);
});

test('onFile gets every file in its order, and is waited for', async (t) => {
  const here = await Verifier.create();
  const there = await begun(t);
  const filesOf = async (verifier, wait) => {
    const files = [];
    let running = 0;
    await verifier.verifyPackage(bytesOf(big), {}, {
      onFile: async (file) => {
        assert.equal(++running, 1, 'one at a time');
        assert.ok(Object.isFrozen(file));
        files.push({ ...file, bytes: file.bytes && sha256(file.bytes) });
        await wait();
        running--;
      },
    });
    return files;
  };
  const direct = await filesOf(here, () => undefined);
  assert.ok(direct.length > 20);
  assert.deepEqual(await filesOf(there, () => new Promise(setImmediate)), direct);
});

test('what callbacks throw comes back as it is, and ends the work', async (t) => {
  const there = await begun(t);
  for (const thrown of [new Error('disk full'), { any: 'thing' }, 'text', null]) {
    for (const name of ['onFile', 'onProgress']) {
      let calls = 0;
      const callback = () => {
        calls++;
        throw thrown;
      };
      await assert.rejects(there.verifyPackage(bytesOf(big), {}, { [name]: callback }), (error) => error === thrown);
      await there.verifyPackage(bytesOf(small));
      assert.equal(calls, 1, name);
    }
  }
});

test('progress is told as it is here', async (t) => {
  const phasesOf = async (verifier) => {
    const told = [];
    await verifier.verifyPackage(new Blob([bytesOf(big)]), {}, { onProgress: (progress) => void told.push(progress) });
    return told;
  };
  const direct = await phasesOf(await Verifier.create());
  const told = await phasesOf(await begun(t));
  assert.deepEqual(told.at(-1), direct.at(-1));
  assert.deepEqual(new Set(told.map(({ phase }) => phase)), new Set(direct.map(({ phase }) => phase)));
  assert.ok(told.every(Object.isFrozen));
});

test('an abort is heard at once here, and there', async (t) => {
  const there = await begun(t);
  const reason = new Error('enough');
  await assert.rejects(there.verifyPackage(bytesOf(small), {}, { signal: AbortSignal.abort(reason) }), (error) => error === reason);
  const controller = new AbortController();
  let files = 0;
  const verifying = there.verifyPackage(bytesOf(big), {}, {
    signal: controller.signal,
    onFile: () => void (++files === 2 && controller.abort(reason)),
  });
  await assert.rejects(verifying, (error) => error === reason);
  await there.verifyPackage(bytesOf(small));
  assert.equal(files, 2);
  // A stream that delivers nothing is left, as the worker hears it.
  const cancelled = Promise.withResolvers?.() ?? withResolvers();
  const stuck = new ReadableStream({ pull: () => new Promise(() => undefined), cancel: () => cancelled.resolve() });
  const waiting = there.verifyPackage(stuck, {}, { signal: AbortSignal.timeout(20) });
  assert.equal((await failure(() => waiting)).name, 'TimeoutError');
  await cancelled.promise;
});

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

test('a signed channel, by a fetcher and a clock of this side', async (t) => {
  const asked = [];
  let time = 0;
  const there = await begun(t, pinnedOptions({ now: () => (time++, new Date(now)) }));
  const here = await pinned();
  assert.deepEqual(await there.trust, here.trust);
  const report = await there.refresh(fetcherOf(honest, asked));
  assert.deepEqual(report, await here.refresh(fetcherOf(honest)));
  assert.ok(asked.includes('key_mgr.json') && Object.isFrozen(report.root) && time > 2);
  const text = fileOf(`${subdir}/repodata.json`);
  assert.deepEqual(await there.addRepodata(subdir, text), await here.addRepodata(subdir, text));
  for (const name of ['findRecord', 'verifyRecord']) {
    const record = await there[name](subdir, victim);
    assert.deepEqual(record, here[name](subdir, victim));
    assert.ok(Object.isFrozen(record.evidence));
  }
  const record = await there.verifyRecord(subdir, victim);
  const verdict = await there.verifyPackage(fileOf(`${subdir}/${victim}`), { record });
  assert.deepEqual(verdict, await here.verifyPackage(fileOf(`${subdir}/${victim}`), { record }));
  assert.equal(verdict.verdict, 'verified');
  assert.deepEqual(await there.auditRecords(subdir), await here.auditRecords(subdir));
  for (const [given, expected] of [
    [await there.roles(), here.roles()],
    [await there.listRecords(subdir), await here.listRecords(subdir)],
    [await there.recordSigners(subdir, victim), here.recordSigners(subdir, victim)],
  ]) {
    assert.deepEqual(given, expected);
    assert.ok(Object.isFrozen(given));
  }
  assert.deepEqual(await outcome(() => there.verifyRecord(subdir, 'a-1-0.conda')), await outcome(async () => here.verifyRecord(subdir, 'a-1-0.conda')));
  assert.deepEqual(await there.indexRepodata(subdir, text), await here.indexRepodata(subdir, text));
  assert.deepEqual(await there.locateRecord(subdir, victim), here.locateRecord(subdir, victim));

  const state = await there.export();
  assert.deepEqual(state, here.export());
  const other = await begun(t, pinnedOptions());
  await other.restore(new Set(state));
  assert.ok(state.every(({ bytes }) => bytes.length > 0), 'it was copied');
  assert.deepEqual(await other.trust, await there.trust);
});

test('a list of records comes piece by piece', async (t) => {
  const there = await begun(t);
  const record = '{"build":"0","name":"a","version":"1"}';
  const text = `{"packages":{},"packages.conda":{${Array.from({ length: 3000 }, (_, number) => `"a-${number}-0.conda":${record}`).join(',')}}}`;
  await there.addRepodata('noarch', new TextEncoder().encode(text));
  const here = await Verifier.create();
  await here.addRepodata('noarch', new TextEncoder().encode(text));
  const seen = [];
  const rows = await there.listRecords('noarch', { onProgress: ({ done }) => seen.push(done) });
  assert.deepEqual(rows, await here.listRecords('noarch'));
  assert.ok([rows, ...rows].every(Object.isFrozen));
  assert.deepEqual(seen, [1024, 2048, 3000]);
  const reason = new Error('enough');
  const controller = new AbortController();
  const onProgress = () => controller.abort(reason);
  await assert.rejects(there.listRecords('noarch', { signal: controller.signal, onProgress }), reason);
  await assert.rejects(there.listRecords('noarch', { onProgress: () => { throw reason; } }), reason);
  for (const options of [7, null, { onProgres: onProgress }, { signal: 7 }]) {
    await assert.rejects(there.listRecords('noarch', options), { code: 'ARGUMENT_INVALID' });
  }
  await assert.rejects(there.listRecords('linux-64'), { code: 'ARGUMENT_INVALID' });
  const freed = there.listRecords('noarch');
  there.free();
  await assert.rejects(freed, { code: 'FREED' });
});

test('a refresh by hand', async (t) => {
  const there = await begun(t, pinnedOptions());
  const here = await pinned();
  const kept = refreshByHand(here, honest);
  const told = [];
  for (let want = await there.next(); want !== null; want = await there.next()) {
    const bytes = honest(want.path);
    if (bytes === undefined) await there.unavailable(want, 404);
    else told.push(...(await there.update(want, bytes)).persist);
  }
  assert.deepEqual(told, kept);
  await there.abandon();
});

test('what a fetcher fails with is the cause of the error', async (t) => {
  const there = await begun(t, pinnedOptions());
  const cause = new TypeError('no network');
  const error = await failure(() => there.refresh(() => Promise.reject(cause)));
  assert.deepEqual([error.code, error.cause === cause], ['NETWORK_FAILED', true]);
  assert.equal((await failure(() => there.refresh(7))).code, 'ARGUMENT_INVALID');
  const { code } = await failure(() => there.refresh(undefined, { mirrors: [new URL('http://127.0.0.1:1/')], timeout: 5000 }));
  assert.equal(code, 'NETWORK_FAILED', 'its own fetch');
});

test('a store of this side is kept, also by two workers at once', async (t) => {
  const folder = join(install, 'worker-store');
  for (const store of [new MemoryStore(), new FolderStore(folder)]) {
    await store.clear();
    const workers = await Promise.all([begun(t, pinnedOptions()), begun(t, pinnedOptions())]);
    const reports = await Promise.all(workers.map((worker) => worker.refresh(fetcherOf(honest), { store })));
    assert.deepEqual(reports.map(({ store }) => store), [null, null]);
    const here = await pinned();
    here.restore(await store.read());
    assert.equal(here.trust.root.version, reports[0].root.version);
    await store.clear();
  }
  const there = await begun(t, pinnedOptions());
  const told = async (store) => (await there.refresh(fetcherOf(honest), { store })).store;
  const base = { read: async () => [], update: async () => undefined, clear: async () => undefined };
  assert.match((await told(base)).message, /does not call the function/);
  assert.match((await told({ ...base, read: async () => { throw new Error('locked'); } })).message, /locked/);
  const restless = { ...base, update: async (merge) => void merge([{ key: 'root.json', bytes: Uint8Array.of(Math.random() * 256) }]) };
  assert.ok(['STATE_INVALID', 'STORE_FAILED'].includes((await told(restless)).code));
  assert.equal((await failure(() => there.refresh(fetcherOf(honest), { store: { read: 7 } }))).code, 'ARGUMENT_INVALID');
});

test('what is installed, by files that are read here', async (t) => {
  const here = await Verifier.create();
  const there = await begun(t);
  const files = [];
  let paths;
  await here.verifyPackage(bytesOf(small), {}, {
    onFile: (file) => {
      if (file.path === 'info/paths.json') paths = new TextDecoder().decode(file.bytes);
      files.push(file);
    },
  });
  class Entry {
    #file;
    constructor(file) {
      this.#file = file;
    }
    get path() {
      return this.#file.path;
    }
    get type() {
      return this.#file.type;
    }
    get size() {
      return this.#file.size;
    }
    get target() {
      return this.#file.target;
    }
    async read() {
      return this.#file.bytes.length % 2 ? new Blob([this.#file.bytes]) : pieces(this.#file.bytes);
    }
  }
  async function* pieces(bytes) {
    for (let at = 0; at < bytes.length; at += 10) yield bytes.subarray(at, at + 10);
  }
  const listings = {
    list: () => files.map((file) => new Entry(file)),
    set: () => new Set(files.map((file) => new Entry(file))),
    generator: async function* () {
      for (const file of files) yield new Entry(file);
    },
  };
  const options = () => ({ original: bytesOf(small), expected: { sha256: sha256(bytesOf(small)) } });
  const direct = await here.verifyInstalled(listings.list(), paths, options());
  assert.equal(direct.verdict, 'verified');
  for (const [name, listing] of Object.entries(listings)) {
    assert.deepEqual(await there.verifyInstalled(listing(), paths, options()), direct, name);
  }
  const changed = listings.list().slice(1);
  const error = await failure(() => there.verifyInstalled(changed, paths, options()));
  assert.ok(error instanceof InstalledRejected && error.code === 'FILE_MISSING', error.code);
  const broken = new Error('no disk');
  const unreadable = files.map(({ path, type, size }) => ({ path, type, size, read: () => Promise.reject(broken) }));
  await assert.rejects(there.verifyInstalled(unreadable, paths, options()), (error) => error === broken);
});

test('after free() all calls fail, also those under way', async () => {
  const there = await VerifierWorker.create();
  const under = there.verifyPackage(new ReadableStream({}));
  under.catch(() => undefined);
  there.free();
  there.free();
  for (const call of [under, there.verifyPackage(bytesOf(small)), there.trust, there.next()]) {
    assert.equal((await failure(() => call)).code, 'FREED');
  }
  if (typeof Symbol.dispose === 'symbol') assert.equal(VerifierWorker.prototype[Symbol.dispose], VerifierWorker.prototype.free);
});

test('streams and lists that were begun are left when the worker ends', async () => {
  const there = await VerifierWorker.create();
  const left = [withResolvers(), withResolvers()];
  const begunOnes = [withResolvers(), withResolvers()];
  const stream = new ReadableStream({
    pull: () => (begunOnes[0].resolve(), new Promise(() => undefined)),
    cancel: () => left[0].resolve(),
  }, { highWaterMark: 0 });
  async function* files() {
    try {
      begunOnes[1].resolve();
      for (;;) yield { path: 'a', type: 'directory' };
    } finally {
      left[1].resolve();
    }
  }
  const calls = [there.verifyPackage(stream), there.inspectInstalled(files(), '{"paths":[],"paths_version":1}')];
  for (const call of calls) call.catch(() => undefined);
  await Promise.all(begunOnes.map(({ promise }) => promise));
  there.free();
  for (const call of calls) assert.equal((await failure(() => call)).code, 'FREED');
  await Promise.all(left.map(({ promise }) => promise));
});

test('what can\'t be sent is an error with a name', async (t) => {
  const there = await begun(t);
  const error = await failure(() => there.verifyPackage(bytesOf(small), { sha256: new WeakMap() }));
  assert.deepEqual([error.code, error.cause?.name], ['ARGUMENT_INVALID', 'DataCloneError']);
  assert.match(error.message, /can't be sent to a worker/);
  assert.equal((await there.verifyPackage(bytesOf(small))).verdict, 'unverified');
});

test('a worker that is none, or does not begin', async () => {
  const cases = [
    [() => { throw new Error('forbidden'); }, 'WORKER_FAILED', /can't be made: forbidden/],
    [() => new Worker('throw new Error("broken")', { eval: true }), 'WORKER_FAILED', /broken/],
    [() => new Worker('process.exit(3)', { eval: true }), 'WORKER_FAILED', /has ended/],
    [7, 'ARGUMENT_INVALID', /no worker or port/],
    [
      () => new Worker('require("node:worker_threads").parentPort.on("message", ({ port }) => port.postMessage({ type: "hello", protocol: 99 }))', { eval: true }),
      'WORKER_FAILED',
      /another version/,
    ],
  ];
  for (const [worker, code, message] of cases) {
    const error = await failure(() => VerifierWorker.create({}, { worker }));
    assert.equal(error.code, code);
    assert.match(error.message, message);
  }
  assert.equal((await failure(() => VerifierWorker.create({}, { wroker: 1 }))).code, 'ARGUMENT_INVALID');
  assert.equal((await failure(() => VerifierWorker.create({ polcy: 1 }))).code, 'ARGUMENT_INVALID');
  assert.equal((await failure(() => VerifierWorker.create({ trustedRoot: undefined }))).code, 'ARGUMENT_INVALID');
  assert.equal((await failure(() => VerifierWorker.create({ wasm: new Uint8Array(3) }))).code, 'WASM_UNAVAILABLE');
  assert.equal((await failure(() => VerifierWorker.create({ wasm: new Response('', { status: 404 }) }))).code, 'WASM_UNAVAILABLE');
});

test('one port serves several, and takes no notice of other messages', async (t) => {
  const { port1, port2 } = new MessageChannel();
  const stop = serve(port2);
  t.after(() => (stop(), port1.close()));
  for (const message of [null, 7, 'connect', {}, { 'conda-verifier': 'connect' }, { 'conda-verifier': 'connect', protocol: 1, port: {} }]) port1.postMessage(message);
  const [one, two] = await Promise.all([begun(t, {}, { worker: port1 }), begun(t, pinnedOptions(), { worker: port1 })]);
  one.free();
  assert.equal((await two.trust).root.version, 1);
  assert.equal((await two.verifyPackage(bytesOf(small), { sha256: sha256(bytesOf(small)) })).verdict, 'verified');
});

test('messages that are none of the protocol do nothing', async (t) => {
  const { port1, port2 } = new MessageChannel();
  const own = new MessageChannel();
  t.after(() => [port1, own.port1].forEach((port) => port.close()));
  serve(port2);
  const said = [];
  own.port1.onmessage = ({ data }) => said.push(data);
  port1.postMessage({ 'conda-verifier': 'connect', protocol: 1, port: own.port2 }, [own.port2]);
  const call = (id, method, args, handle = 0) => own.port1.postMessage({ type: 'call', id, handle, method, args: { data: args, parts: [] } });
  for (const data of [null, [], 'call', { type: 'call' }, { type: 'call', id: 1, handle: 0, method: 'free' }, { type: '__proto__' }, { type: 'result', id: 9, value: { parts: 1 } }]) own.port1.postMessage(data);
  call(1, 'invoke', ['trust', []]);
  call(2, 'constructor', []);
  call(3, 'create', [{}], 77);
  own.port1.postMessage({ type: 'call', id: 4, handle: 0, method: 'create', args: { data: [{}], parts: [[['__proto__', 'polluted'], { kind: 'url', href: 'http://a/' }]] } });
  call(5, 'create', [{}]);
  call(6, 'create', [{}]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  call(7, 'invoke', ['constructor', []]);
  call(8, 'invoke', ['free', []]);
  call(9, 'invoke', ['trust', []]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal({}.polluted, undefined);
  const types = said.filter(({ type }) => type !== 'hello').map(({ id, type }) => `${id} ${type}`).sort();
  assert.deepEqual(types, ['1 failure', '2 failure', '3 failure', '4 failure', '5 result', '6 failure', '7 failure', '8 failure', '9 result']);
});

test('the main entry does not load it, nor it the verifier', () => {
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const loaded = (entry) => {
    const seen = new Set();
    const walk = (file) => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const [, path] of readFileSync(join(installed, file), 'utf8').matchAll(/^(?:import|export) .*?from ['"](\.[^'"]+)['"]/gm)) walk(join(file, '..', path));
    };
    walk(entry.slice(2));
    return [...seen];
  };
  for (const condition of ['node', 'default']) {
    assert.deepEqual(loaded(exports['.'][condition].default).filter((file) => file.startsWith('dist/worker/')), []);
    const files = loaded(exports['./worker'][condition].default);
    assert.deepEqual(files.filter((file) => /dist\/(wasm\/|verifier\.js|core\/core\.js)/.test(file)), []);
    assert.ok(files.length > 20);
  }
  assert.ok(readdirSync(join(installed, 'dist/worker')).length > 20);
});

test('before create() there is none', async () => {
  const { VerifierPool } = await import('conda-verifier/worker');
  for (const kind of [VerifierWorker, VerifierPool]) {
    for (const args of [[], [{}]]) {
      assert.throws(() => new kind(...args), (error) => error.code === 'ARGUMENT_INVALID' && error.message.includes(`\`await ${kind.name}.create()\``));
    }
  }
});

test('options of the program are none of the thread\'s', () => {
  const text = `import { VerifierPool } from 'conda-verifier/worker';
    const pool = await VerifierPool.create({}, { size: 2 });
    pool.free();
    console.log('made');`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', text], { cwd: install, encoding: 'utf8', timeout: 60_000 });
  assert.equal(stdout, 'made\n', stderr);
});

test('an error of a package is what it is here', async (t) => {
  const there = await begun(t);
  const error = await failure(() => there.verifyPackage(bytesOf(small), { sha256: '0'.repeat(64) }));
  assert.ok(error instanceof PackageRejected && Object.isFrozen(error.verdict));
});

test('a signal ends the waiting for a worker, or for a pool of them, and the worker', async (t) => {
  const { VerifierPool } = await import('conda-verifier/worker');
  const reason = new Error('enough');
  const never = new Promise(() => undefined);
  // One that never answers.
  const silent = () => {
    const worker = new Worker('setInterval(() => undefined, 1000)', { eval: true });
    t.after(() => worker.terminate());
    return worker;
  };
  for (const create of [
    (options) => VerifierWorker.create(options, { worker: silent }),
    (options) => VerifierWorker.create({ wasm: never, ...options }),
    (options) => VerifierPool.create(options, { size: 2, worker: silent }),
    (options) => VerifierPool.create({ wasm: never, ...options }, { size: 2 }),
  ]) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    await assert.rejects(create({ signal: controller.signal }), (error) => error === reason);
    await assert.rejects(create({ signal: {} }), { code: 'ARGUMENT_INVALID' });
  }
  const good = await begun(t, { signal: new AbortController().signal });
  assert.equal((await good.inspectPackage(bytesOf(small))).verdict, 'unverified');
});

test('a worker that fails after it has begun, also for want of memory, ends alone', async (t) => {
  const heard = [];
  const uncaught = (error) => heard.push(error.message);
  process.on('uncaughtException', uncaught);
  t.after(() => process.off('uncaughtException', uncaught));
  const serving = (then) => `import('conda-verifier/worker/host').then(({ serve }) => { serve(); require('node:worker_threads').parentPort.on('message', (data) => { if (data === 'now') setTimeout(() => { ${then} }) }) })`;
  const cases = {
    'throw new Error("broken")': /broken|has ended/,
    'const all = []; for (;;) all.push(new Array(100_000).fill(0.5))': /memory|has ended/,
    'process.exit(3)': /has ended/,
  };
  for (const [then, message] of Object.entries(cases)) {
    let thread;
    const worker = () => (thread = new Worker(serving(then), { eval: true, resourceLimits: { maxOldGenerationSizeMb: 64 } }));
    const there = await VerifierWorker.create({}, { worker });
    const verifying = there.verifyPackage(new ReadableStream({}));
    const isOver = new Promise((resolve) => thread.once('exit', resolve));
    thread.postMessage('now');
    const error = await failure(() => verifying);
    assert.deepEqual([error.code, message.test(error.message)], ['WORKER_FAILED', true], error.message);
    assert.equal((await failure(() => there.trust)).code, 'WORKER_FAILED');
    await isOver;
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(heard, [], 'nobody else hears of it');
});

test('options that are none, and a clock that shows nothing, are refused as they are here', async () => {
  const { VerifierPool } = await import('conda-verifier/worker');
  const root = { trustedRoot: honest('root.json'), channel: CHANNEL };
  for (const options of [null, 7, 'policy', [], new Map(), { ...root, now: () => undefined }, { ...root, now: () => null }, { ...root, now: async () => 0 }]) {
    const direct = await outcome(() => Verifier.create(options));
    assert.equal(direct.error.code, 'ARGUMENT_INVALID');
    assert.deepEqual(await outcome(() => VerifierWorker.create(options)), direct);
    assert.deepEqual(await outcome(() => VerifierPool.create(options, { size: 1 })), direct);
  }
});

test('a clock that stops showing a time is refused where it is asked', async (t) => {
  let time = now;
  const there = await begun(t, pinnedOptions({ now: () => time }));
  time = undefined;
  assert.equal((await failure(() => there.refresh(fetcherOf(honest)))).code, 'ARGUMENT_INVALID');
  time = now;
  assert.equal((await there.refresh(fetcherOf(honest))).keyMgr.version, 2);
});

test('an error of one worker or call comes back from another as the same object', async (t) => {
  const [one, other] = await Promise.all([begun(t), begun(t)]);
  for (const asked of [one, other]) {
    let thrown;
    const onFile = async () => {
      thrown = await failure(() => asked.findRecord('noarch', 'a-1-0.conda'));
      throw thrown;
    };
    const error = await failure(() => other.verifyPackage(bytesOf(small), {}, { onFile }));
    assert.ok(error === thrown && error.code === 'ARGUMENT_INVALID');
  }
});

test('an abort with a reason that makes no sense is an abort all the same', async (t) => {
  const heard = [];
  const uncaught = (error) => heard.push(error.message);
  process.on('uncaughtException', uncaught);
  t.after(() => process.off('uncaughtException', uncaught));
  const { port1, port2 } = new MessageChannel();
  const own = new MessageChannel();
  t.after(() => [port1, own.port1].forEach((port) => port.close()));
  serve(port2);
  const answers = new Map();
  own.port1.onmessage = ({ data }) => ['result', 'failure'].includes(data.type) && answers.get(data.id)(data);
  const call = (id, method, data, parts = []) =>
    new Promise((resolve) => {
      answers.set(id, resolve);
      own.port1.postMessage({ type: 'call', id, handle: 0, method, args: { data, parts } });
    });
  port1.postMessage({ 'conda-verifier': 'connect', protocol: 1, port: own.port2 }, [own.port2]);
  await call(1, 'create', [{}]);
  const parts = [
    [[1, 0], { kind: 'stream', handle: 40 }],
    [[1, 2, 'signal'], { kind: 'signal', handle: 41, reason: null }],
  ];
  const verifying = call(2, 'invoke', ['verifyPackage', [null, {}, { signal: null }]], parts);
  own.port1.postMessage({ type: 'abort', handle: 41, reason: { kind: 'verifier', json: 7 } });
  const { type, thrown } = await verifying;
  assert.deepEqual([type, thrown.json?.code], ['failure', 'WORKER_FAILED']);
  assert.equal((await call(3, 'invoke', ['trust', []])).type, 'result', 'the verifier goes on');
  assert.deepEqual(heard, []);
});
