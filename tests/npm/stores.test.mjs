// Stores of what is trusted: kept and taken back by a refresh, by several holders at once.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { FolderStore, IndexedDbStore, KeyValueStore, MemoryStore } from 'conda-verifier';

import { badAt, mirrored } from './support/mirrors.mjs';
import { install } from './support/places.mjs';
import { emptyFolder } from './support/signed.mjs';
import { attacked, attackOf, CHANNEL, failure, fetcherOf, fileOf, honest, now, pinned, trusting } from './support/trust.mjs';

const newest = (await trusting()).export();
const SPOILED = 'what the store holds can\'t be used: ';
const hex = /^[0-9a-f]{64}$/;

/** Values as a namespace of Workers KV has them, which take their time. */
function values(map = new Map()) {
  const soon = () => new Promise((resolve) => setTimeout(resolve, 1));
  return {
    map,
    get: async (key, type) => (await soon(), assert.equal(type, 'arrayBuffer'), map.get(key)?.slice().buffer ?? null),
    put: async (key, value) => (await soon(), void map.set(key, value.slice())),
    delete: async (key) => (await soon(), void map.delete(key)),
  };
}

/** Every kind of store that there is here, empty. */
const kinds = {
  MemoryStore: () => new MemoryStore(),
  FolderStore: (t) => new FolderStore(join(emptyFolder(t), 'made', 'later')),
  KeyValueStore: () => new KeyValueStore(values(), { channel: CHANNEL }),
};

/** What a store holds, as plain bytes. */
const plain = (state) => state.map(({ key, bytes }) => [key, Buffer.from(bytes)]);

for (const [name, make] of Object.entries(kinds)) {
  test(`${name}: what a refresh accepted is there for the next verifier`, async (t) => {
    const store = make(t);
    assert.deepEqual(await store.read(), []);
    const verifier = await pinned();
    const report = await verifier.refresh(fetcherOf(honest), { store });
    assert.equal(report.store, null);
    assert.deepEqual(plain(await store.read()), plain(newest));
    // Who begins with it knows of the versions: what is older is refused.
    const other = await pinned();
    const old = fetcherOf(attacked(attackOf('key-mgr-rolled-back')));
    const error = await failure(() => other.refresh(old, { store }));
    assert.equal(error.code, 'ROLE_ROLLBACK');
    assert.deepEqual(other.export(), newest);
    const asked = [];
    await other.refresh(fetcherOf(honest, asked), { store });
    assert.equal(asked[0], '4.sv1.root.json');
    assert.deepEqual(plain(await store.read()), plain(newest));
  });

  test(`${name}: update() is given what there is, and keeps nothing where that fails`, async (t) => {
    const store = make(t);
    const entry = (key, ...bytes) => ({ key, bytes: Uint8Array.from(bytes) });
    const state = [entry('b.json', 1), entry('a.json', 2, 3), entry('A.json', 1), entry('__proto__', 4), entry('../up/%00\n', 5), entry('', ...[])];
    await store.update((kept) => (assert.deepEqual(kept, []), state));
    assert.deepEqual(plain(await store.read()), plain(state));
    const reason = new Error('no');
    await assert.rejects(store.update(() => { throw reason; }), reason);
    assert.deepEqual(plain(await store.read()), plain(state));
    await store.update((kept) => kept.filter(({ key }) => key !== 'b.json'));
    assert.deepEqual(plain(await store.read()), plain(state.slice(1)));
    await store.clear();
    assert.deepEqual(await store.read(), []);
    await store.clear();
    await store.update(() => state);
    assert.deepEqual(plain(await store.read()), plain(state));
  });

  test(`${name}: what was accepted is kept, though the refresh fails or is ended`, async (t) => {
    const store = make(t);
    const stops = badAt({ 'key_mgr.json': () => new Promise(() => undefined) });
    const [fetcher, options] = mirrored({ stops });
    await assert.rejects((await pinned()).refresh(fetcher, { ...options, store, timeout: 500 }), { code: 'TIMED_OUT' });
    assert.deepEqual((await store.read()).map(({ key }) => key), ['state.json', '2.root.json', '3.root.json']);
    await store.clear();
    const controller = new AbortController();
    const reason = new Error('enough');
    const verifier = await pinned();
    const ended = verifier.refresh(fetcher, { ...options, store, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 20);
    await assert.rejects(ended, reason);
    // The next one waits until it is.
    const report = await verifier.refresh(fetcherOf(honest), { store });
    assert.deepEqual([report.root.version, report.store], [3, null]);
    assert.deepEqual(plain(await store.read()), plain(newest));
  });

  test(`${name}: two verifiers at once take nothing back from each other`, async (t) => {
    const store = make(t);
    // One sees the beginning of the chain alone, and is the last to keep what it has.
    const old = (path) => (path.startsWith('2.') ? honest(path) : undefined);
    const [ahead, behind] = [await pinned(), await pinned()];
    let late;
    const waits = new Promise((resolve) => (late = resolve));
    const slow = behind.refresh(async (url) => {
      if (url.href.endsWith('/key_mgr.json')) await waits;
      return fetcherOf(old)(url);
    }, { store });
    await ahead.refresh(fetcherOf(honest), { store });
    late();
    await assert.rejects(slow, { code: 'ROLE_MISSING' });
    assert.deepEqual(plain(await store.read()), plain(newest));
    assert.deepEqual(behind.export(), newest, 'it knows by now what the other one kept');
  });

  test(`${name}: what does not verify locks nobody out, is told, and left alone`, async (t) => {
    const change = (key, change) => newest.map((entry) => (entry.key === key ? { key, bytes: change(entry.bytes) } : entry));
    const flipped = (bytes) => bytes.map((byte, index) => (index === 300 ? byte ^ 1 : byte));
    const states = {
      'a byte': change('key_mgr.json', flipped),
      'a stranger': [...newest, { key: 'x.json', bytes: new Uint8Array(1) }],
      'nothing that says whose it is': newest.filter(({ key }) => key !== 'state.json'),
      'a role that is too long': change('pkg_mgr.json', (bytes) => Buffer.concat([bytes, Buffer.alloc(600_000, 32)])),
    };
    for (const [what, state] of Object.entries(states)) {
      const store = make(t);
      await store.update(() => state);
      const verifier = await pinned();
      const report = await verifier.refresh(fetcherOf(honest), { store });
      assert.equal(report.store.code, 'STATE_INVALID', what);
      assert.deepEqual([report.keyMgr.version, verifier.export()], [2, newest], what);
      assert.ok(Object.isFrozen(report.store) && report.store.message !== '');
      assert.deepEqual(plain(await store.read()), plain(state), what);
      // The refresh's own error wins, and does not hide it.
      const [bad, options] = mirrored({ bad: badAt({ 'key_mgr.json': () => 500 }) });
      const error = await failure(async () => (await pinned()).refresh(bad, { ...options, store }));
      assert.equal(error.code, 'ROLE_UNAVAILABLE');
      assert.match(error.details.store, /^STATE_INVALID: /);
      // A person looks at it, and begins anew.
      await store.clear();
      assert.equal((await verifier.refresh(fetcherOf(honest), { store })).store, null);
    }
  });

  test(`${name}: another channel's is neither believed nor replaced`, async (t) => {
    const store = make(t);
    await (await pinned()).refresh(fetcherOf(honest), { store });
    const other = await pinned({ channel: 'https://other.example/' });
    const [fetcher, options] = mirrored({ good: honest });
    const report = await other.refresh(fetcher, { ...options, store });
    assert.equal(report.store.code, 'STATE_INVALID');
    assert.match(report.store.message, /of another channel/);
    assert.equal(report.root.version, 3);
    assert.deepEqual(plain(await store.read()), plain(newest));
  });
}

test('what verifies with what was fetched meanwhile is mended', async () => {
  const store = new MemoryStore();
  await store.update(() => newest.filter(({ key }) => key !== '2.root.json'));
  const report = await (await pinned()).refresh(fetcherOf(honest), { store });
  assert.equal(report.store.code, 'STATE_INVALID');
  assert.deepEqual(plain(await store.read()), plain(newest));
});

test('a store that fails is told, and the refresh goes well all the same', async () => {
  const no = () => Promise.reject(new Error('no'));
  const kept = { read: async () => [], update: async (merge) => void merge([]), clear: async () => undefined };
  const big = { key: 'state.json', bytes: new Uint8Array(64 << 20) };
  const cases = [
    [{ read: no }, /^STORE_FAILED the store failed: no$/],
    [{ read: () => { throw new Error('at once'); } }, /^STORE_FAILED .*at once$/],
    [{ update: no }, /^STORE_FAILED .*no$/],
    [{ update: async () => undefined }, /^STORE_FAILED .*does not call the function/],
    [{ read: async () => undefined }, /^STATE_INVALID .*no list/],
    [{ read: async () => 'text' }, /^STATE_INVALID .*no list/],
    [{ read: async () => [null] }, /^STATE_INVALID .*no key with bytes/],
    [{ read: async () => [{ key: 7, bytes: new Uint8Array() }] }, /^STATE_INVALID .*no key with bytes/],
    [{ read: async () => [{ key: 'state.json', bytes: 'text' }] }, /^STATE_INVALID .*no key with bytes/],
    [{ read: async () => Array(100_001).fill({ key: 'x', bytes: new Uint8Array() }) }, /^STATE_INVALID .*100000 entries/],
    [{ read: async () => Array(5).fill(big) }, /^STATE_INVALID .*268435456 bytes/],
    [{ update: async (merge) => void merge([{ key: 'x' }]) }, /^STATE_INVALID .*no key with bytes/],
  ];
  for (const [wrong, expected] of cases) {
    const verifier = await pinned();
    const before = process.memoryUsage().rss;
    const { store, keyMgr } = await verifier.refresh(fetcherOf(honest), { store: { ...kept, ...wrong } });
    assert.match(`${store.code} ${store.message}`, expected);
    assert.equal(keyMgr.version, 2);
    assert.ok(process.memoryUsage().rss - before < 128 << 20);
    // The refresh's own error wins.
    await assert.rejects(verifier.refresh(() => new Response(null, { status: 500 }), { store: { ...kept, ...wrong } }), { code: 'ROLE_UNAVAILABLE' });
  }
});

test('a store that never answers is left', async (t) => {
  const never = () => new Promise(() => undefined);
  // As long as it has, in a hurry.
  const { setTimeout: real } = globalThis;
  globalThis.setTimeout = (work, delay) => real(work, delay === 30_000 ? 20 : delay);
  t.after(() => void (globalThis.setTimeout = real));
  const options = { timeout: 5_000 };
  for (const wrong of [{ read: never }, { update: never }]) {
    const store = { read: async () => [], update: async (merge) => void merge([]), clear: async () => undefined, ...wrong };
    const report = await (await pinned()).refresh(fetcherOf(honest), { ...options, store });
    assert.deepEqual([report.store.code, report.keyMgr.version], ['STORE_FAILED', 2]);
  }
  // What comes when all is over, changes nothing any more.
  let merge;
  const late = { read: async () => [], update: async (given) => void (given([]), (merge = given)), clear: never };
  await (await pinned()).refresh(fetcherOf(honest), { ...options, store: late });
  assert.throws(() => merge([]), { code: 'STORE_FAILED' });
  // A signal does not wait for it.
  const store = { read: never, update: never, clear: never };
  await assert.rejects((await pinned()).refresh(fetcherOf(honest), { ...options, store, signal: AbortSignal.timeout(5) }), { name: 'TimeoutError' });
});

test('free() while there is something to keep', async () => {
  const store = new MemoryStore();
  const verifier = await pinned();
  const fetcher = (url) => {
    if (url.href.endsWith('/key_mgr.json')) verifier.free();
    return fetcherOf(honest)(url);
  };
  await assert.rejects(verifier.refresh(fetcher, { store }), { code: 'FREED' });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(await store.read(), []);
});

test('there is no IndexedDB here, and nothing breaks before it is used', async () => {
  assert.equal(typeof indexedDB, 'undefined');
  const store = new IndexedDbStore({ channel: CHANNEL });
  for (const call of [() => store.read(), () => store.update(() => []), () => store.clear()]) {
    await assert.rejects(call(), { code: 'STORE_FAILED' });
  }
  const verifier = await pinned();
  assert.equal((await verifier.refresh(fetcherOf(honest), { store })).store.code, 'STORE_FAILED');
  for (const options of [undefined, null, {}, { channel: '' }, { channel: 7 }, { channel: 'a', name: '' }, { channel: 'a', name: 7 }, { chanel: 'a' }]) {
    assert.throws(() => new IndexedDbStore(options), { code: 'ARGUMENT_INVALID' });
  }
});

test('a folder has a list and a file for each entry, and nothing beside them', async (t) => {
  const folder = emptyFolder(t);
  writeFileSync(join(folder, 'mine.txt'), 'mine');
  const files = () => readdirSync(folder).filter((name) => name !== 'mine.txt').sort();
  for (const store of [new FolderStore(folder), new FolderStore(pathToFileURL(folder)), new FolderStore(`${folder}/`)]) {
    await (await pinned()).refresh(fetcherOf(honest), { store });
    const names = files();
    assert.equal(names.filter((name) => hex.test(name)).length, newest.length);
    assert.deepEqual(names.filter((name) => !hex.test(name)), ['trust.json']);
    const { entries } = JSON.parse(readFileSync(join(folder, 'trust.json'), 'utf8'));
    assert.deepEqual(entries.map(({ key }) => key), newest.map(({ key }) => key));
  }
  // Where nothing is new, nothing is written.
  const { ino } = statSync(join(folder, 'trust.json'));
  await (await pinned()).refresh(fetcherOf(honest), { store: new FolderStore(folder) });
  assert.equal(statSync(join(folder, 'trust.json')).ino, ino);
  // What an interrupted write has left, is gone with the next.
  const left = ['0'.repeat(64), `${'1'.repeat(64)}.part`, 'trust.json.part'];
  for (const name of left) writeFileSync(join(folder, name), 'half');
  assert.deepEqual(plain(await new FolderStore(folder).read()), plain(newest));
  await new FolderStore(folder).update((kept) => kept.slice(0, 4));
  assert.deepEqual(files().length, 5);
  await new FolderStore(folder).clear();
  assert.deepEqual(readdirSync(folder), ['mine.txt']);
  for (const folder of [undefined, null, 7, '', {}, new URL('https://a.example/')]) {
    assert.throws(() => new FolderStore(folder), { code: 'ARGUMENT_INVALID' });
  }
});

test('a folder that somebody spoiled', async (t) => {
  const digest = /[0-9a-f]{64}/;
  const spoil = {
    'its list is not JSON': ({ list }) => writeFileSync(list, '{'),
    'its list is none': ({ list }) => writeFileSync(list, 'null'),
    'its list is none ': ({ list, text }) => writeFileSync(list, text.replace('conda-verifier-store', 'x')),
    'it was written by another version': ({ list, text }) => writeFileSync(list, text.replace('"version": 1', '"version": 2')),
    'an entry of its list is none': ({ list, text }) => writeFileSync(list, text.replace(digest, '../../etc/passwd')),
    'an entry of its list is none ': ({ list, text }) => writeFileSync(list, text.replace(/\{\s+"key"/, 'null, {"key"')),
    'a file of it is missing': ({ list, text, folder }) => rmSync(join(folder, digest.exec(text)[0])),
    'its list is longer than any': ({ list }) => spawnSync('truncate', ['-s', '65M', list]),
    'it is larger than any state': ({ text, folder }) => spawnSync('truncate', ['-s', '300M', join(folder, digest.exec(text)[0])]),
    'it has more than 100000 entries': ({ list, text }) => {
      const value = JSON.parse(text);
      writeFileSync(list, JSON.stringify({ ...value, entries: Array(100_001).fill(value.entries[0]) }));
    },
  };
  for (const [words, change] of Object.entries(spoil)) {
    const folder = emptyFolder(t);
    const store = new FolderStore(folder);
    await (await pinned()).refresh(fetcherOf(honest), { store });
    const list = join(folder, 'trust.json');
    change({ folder, list, text: readFileSync(list, 'utf8') });
    const error = await failure(() => store.read());
    assert.equal(error.code, 'STATE_INVALID', words);
    assert.ok(error.message.startsWith(SPOILED + words.trim()), error.message);
    assert.match(error.hint, /clear\(\)/);
    const report = await (await pinned()).refresh(fetcherOf(honest), { store });
    assert.deepEqual([report.store.code, report.keyMgr.version], ['STATE_INVALID', 2], words);
    await store.clear();
    assert.equal((await (await pinned()).refresh(fetcherOf(honest), { store })).store, null, words);
    assert.deepEqual(plain(await store.read()), plain(newest));
  }
  // What is no file is not waited for.
  const folder = emptyFolder(t);
  mkdirSync(join(folder, 'trust.json'));
  await assert.rejects(new FolderStore(folder).read(), { code: 'FILE_UNREADABLE' });
  const pipe = emptyFolder(t);
  spawnSync('mkfifo', [join(pipe, 'trust.json')]);
  await assert.rejects(new FolderStore(pipe).read(), { code: 'FILE_UNREADABLE' });
});

test('a file of an entry that is not the entry\'s is written anew', async (t) => {
  const folder = emptyFolder(t);
  const store = new FolderStore(folder);
  await (await pinned()).refresh(fetcherOf(honest), { store });
  const text = readFileSync(join(folder, 'trust.json'), 'utf8');
  const [name] = /[0-9a-f]{64}/.exec(text);
  await store.clear();
  // Somebody knows what it will be called.
  writeFileSync(join(folder, name), 'something else');
  await (await pinned()).refresh(fetcherOf(honest), { store });
  assert.deepEqual(plain(await store.read()), plain(newest));
});

test('a folder that can\'t be written', async (t) => {
  const below = emptyFolder(t);
  writeFileSync(join(below, 'file'), '');
  const cases = [join(below, 'file', 'folder'), join(below, 'file'), '/proc/nothing/folder'];
  for (const path of cases) {
    const store = new FolderStore(path);
    const report = await (await pinned()).refresh(fetcherOf(honest), { store });
    assert.match(report.store.code, /^FILE_UN(WRIT|READ)ABLE$/, path);
    assert.equal(report.keyMgr.version, 2);
    await store.clear().catch((error) => assert.equal(error.code, 'FILE_UNREADABLE'));
  }
  // Of a person who may only read: nothing new is no error, something new is.
  const folder = emptyFolder(t);
  const code = (rest) => `
    import { FolderStore, Verifier } from 'conda-verifier';
    const store = new FolderStore(${JSON.stringify(folder)});
    ${rest}`;
  await (await pinned()).refresh(fetcherOf(honest), { store: new FolderStore(folder) });
  chmodSync(folder, 0o555);
  const script = code(`
    await store.update((kept) => kept);
    console.log('nothing new');
    await store.update((kept) => kept.slice(1)).catch((error) => console.log(error.code));`);
  const user = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: install, encoding: 'utf8', ...user });
  chmodSync(folder, 0o755);
  assert.equal(stdout, 'nothing new\nFILE_UNWRITABLE\n', stderr);
});

test('a folder for several processes at once', async (t) => {
  const folder = join(emptyFolder(t), 'store');
  // Each one adds its own entries, one by one; none may be lost.
  const script = (name) => `
    import { FolderStore } from 'conda-verifier';
    const store = new FolderStore(${JSON.stringify(folder)});
    for (let n = 0; n < 25; n++) {
      const bytes = new TextEncoder().encode('${name} ' + n);
      await store.update((kept) => [...kept, { key: '${name}' + n, bytes }]);
      await store.read();
    }`;
  const names = ['one', 'two', 'three'];
  const ends = names.map((name) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script(name)], { cwd: install, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
    return new Promise((resolve) => child.once('close', (status) => resolve([status, said])));
  });
  // And somebody reads all the while.
  let open = true;
  const reading = (async () => {
    const store = new FolderStore(folder);
    for (let seen = 0; open; ) {
      const { length } = await store.read();
      assert.ok(length >= seen);
      seen = length;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  assert.deepEqual(await Promise.all(ends), names.map(() => [0, '']));
  open = false;
  await reading;
  const state = await new FolderStore(folder).read();
  assert.deepEqual(
    state.map(({ key }) => key).sort(),
    names.flatMap((name) => Array.from({ length: 25 }, (_, n) => name + n)).sort(),
  );
  assert.deepEqual(readdirSync(folder).length, 76);
});

test('two processes that refresh at once', async (t) => {
  const folder = join(emptyFolder(t), 'store');
  const files = Object.fromEntries(
    ['root.json', '2.root.json', '3.root.json', 'key_mgr.json', 'pkg_mgr.json'].map((path) => [path, Buffer.from(fileOf(path)).toString('base64')]),
  );
  // One sees the whole channel, the other a frozen one; which comes last does not matter.
  const script = (last) => `
    import { FolderStore, Verifier } from 'conda-verifier';
    const files = ${JSON.stringify(files)};
    const store = new FolderStore(${JSON.stringify(folder)});
    const trustedRoot = Buffer.from(files['root.json'], 'base64');
    for (let n = 0; n < 5; n++) {
      const verifier = await Verifier.create({ trustedRoot, channel: '${CHANNEL}', now: '${now}' });
      const found = (url) => Number.parseInt(url.pathname.split('/').at(-1)) > ${last} ? undefined : files[url.pathname.split('/').at(-1)];
      const fetcher = (url) => found(url) === undefined ? new Response(null, { status: 404 }) : new Response(Buffer.from(found(url), 'base64'));
      await verifier.refresh(fetcher, { store }).then(({ store }) => { if (store !== null) throw store; }, ({ code }) => { if (${last} === 3) throw code; });
    }`;
  const ends = [3, 1, 2].map((last) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script(last)], { cwd: install, stdio: ['ignore', 'ignore', 'inherit'] });
    return new Promise((resolve) => child.once('close', resolve));
  });
  assert.deepEqual(await Promise.all(ends), [0, 0, 0]);
  const fresh = await pinned();
  fresh.restore(await new FolderStore(folder).read());
  assert.deepEqual(fresh.export(), newest);
});
