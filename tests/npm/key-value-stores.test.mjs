// What is trusted, kept as one value among others.
import assert from 'node:assert/strict';
import test from 'node:test';

import { CacheStore, KeyValueStore } from 'conda-verifier';

import { CHANNEL, failure, fetcherOf, honest, pinned } from './support/trust.mjs';

const entry = (key, ...bytes) => ({ key, bytes: Uint8Array.from(bytes) });
const plain = (state) => state.map(({ key, bytes }) => [key, ...bytes]);

/** Values in a Map, each call of which takes a turn. */
function valuesOf(map, more = {}) {
  const soon = () => new Promise((resolve) => setTimeout(resolve, 1));
  return {
    get: async (key) => (await soon(), map.get(key) ?? null),
    put: async (key, value) => (await soon(), void map.set(key, value.slice())),
    delete: async (key) => (await soon(), void map.delete(key)),
    ...more,
  };
}

/** A lock that all who have it share. */
function lock() {
  const last = new Map();
  return (name, work) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work);
    last.set(name, turn.catch(() => undefined));
    return turn;
  };
}

test('channels have values of their own, whatever they are called', async () => {
  const map = new Map();
  const stores = [CHANNEL, 'https://example.org/other', 'conda-forge', '__proto__'].map(
    (channel) => new KeyValueStore(valuesOf(map), { channel }),
  );
  for (const [index, store] of stores.entries()) await store.update(() => [entry('a', index)]);
  for (const [index, store] of stores.entries()) assert.deepEqual(plain(await store.read()), [['a', index]]);
  assert.equal(map.size, 4);
  // One spelling with a slash and without.
  const same = new KeyValueStore(valuesOf(map), { channel: CHANNEL.slice(0, -1) });
  assert.deepEqual(plain(await same.read()), [['a', 0]]);
});

test('updates lose nothing: of one store, and of several that share a lock', async () => {
  const map = new Map();
  const shared = lock();
  const one = new KeyValueStore(valuesOf(map), { channel: CHANNEL, lock: shared });
  const two = new KeyValueStore(valuesOf(map), { channel: CHANNEL, lock: shared });
  const add = (store, key) => store.update((kept) => [...kept, entry(key)]);
  await Promise.all([add(one, 'a'), add(two, 'b'), add(one, 'c'), add(two, 'd'), add(one, 'e')]);
  assert.deepEqual((await one.read()).map(({ key }) => key).sort(), ['a', 'b', 'c', 'd', 'e']);
  // One that fails keeps nobody else from going on.
  const reason = new Error('no');
  const failing = one.update(() => { throw reason; });
  const next = add(one, 'f');
  await assert.rejects(failing, reason);
  await next;
  assert.equal((await two.read()).length, 6);
});

test('a value that is none of ours is told, and left alone', async () => {
  const map = new Map();
  const store = new KeyValueStore(valuesOf(map), { channel: CHANNEL });
  await store.update(() => [entry('a.json', 1, 2, 3), entry('b.json')]);
  const [[key, good]] = map;
  const start = 'conda-verifier trust 1\n'.length;
  const changed = (at, ...bytes) => Buffer.from(good).fill(Buffer.from(bytes), at, at + bytes.length);
  const spoiled = [
    'a text',
    42,
    new Uint8Array(0),
    good.slice(0, 10),
    good.slice(0, -1),
    good.slice(0, start + 3),
    Buffer.concat([good, Buffer.alloc(1)]),
    Buffer.concat([good, Buffer.alloc(7)]),
    changed(start - 2, 0x32),
    changed(start, 0xff, 0xff, 0xff, 0xff),
    changed(start + 4, 0xff, 0xff, 0xff, 0xff),
    changed(start + 8, 0xff),
    // More entries than any channel has, each of nothing.
    Buffer.concat([good.slice(0, start), Buffer.alloc(8 * 100_001)]),
  ];
  for (const value of spoiled) {
    map.set(key, value);
    const error = await failure(() => store.read());
    assert.equal(error.code, 'STATE_INVALID', String(value).slice(0, 80));
    await assert.rejects(store.update(() => []), { code: 'STATE_INVALID' });
    assert.equal(map.get(key), value);
    const report = await (await pinned()).refresh(fetcherOf(honest), { store });
    assert.deepEqual([report.store.code, report.keyMgr.version], ['STATE_INVALID', 2]);
  }
  await store.clear();
  assert.deepEqual(await store.read(), []);
});

test('values that fail, and what is no such object', async () => {
  const no = async () => { throw new Error('quota exceeded'); };
  for (const [name, call] of [['get', 'read'], ['get', 'update'], ['put', 'update'], ['delete', 'clear']]) {
    const store = new KeyValueStore(valuesOf(new Map(), { [name]: no }), { channel: CHANNEL });
    const error = await failure(() => store[call]((kept) => kept));
    assert.deepEqual([error.code, error.message], ['STORE_FAILED', 'the store failed: quota exceeded']);
  }
  const good = valuesOf(new Map());
  const calls = [
    () => new KeyValueStore(null, { channel: CHANNEL }),
    () => new KeyValueStore({ ...good, put: undefined }, { channel: CHANNEL }),
    () => new KeyValueStore(good, {}),
    () => new KeyValueStore(good, { channel: CHANNEL, locks: 1 }),
    () => new KeyValueStore(good, { channel: CHANNEL, lock: 1 }),
    () => new CacheStore({ channel: CHANNEL, name: '' }),
    () => new CacheStore({}),
  ];
  for (const call of calls) assert.throws(call, { code: 'ARGUMENT_INVALID' });
  // Here is no Cache API.
  if (globalThis.caches === undefined) {
    const store = new CacheStore({ channel: CHANNEL });
    await assert.rejects(store.read(), { code: 'STORE_FAILED' });
  }
});

test('values that never answer are left after 30 seconds, and hold nobody else up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const turn = () => new Promise(setImmediate);
  const map = new Map();
  let isStuck = true;
  const when = (name) => async (...args) => (isStuck ? new Promise(() => undefined) : name === 'put' ? void map.set(...args) : map[name](...args));
  const store = new KeyValueStore({ get: when('get'), put: when('put'), delete: when('delete') }, { channel: CHANNEL });
  for (const call of ['read', 'update', 'clear']) {
    let error;
    const asked = store[call]((kept) => kept).catch((reason) => void (error = reason));
    // What follows waits for its turn.
    const next = store.clear().catch(() => undefined);
    await turn();
    t.mock.timers.tick(29_999);
    await turn();
    assert.equal(error, undefined, call);
    t.mock.timers.tick(1);
    await asked;
    assert.deepEqual([error.code, error.message], ['STORE_FAILED', 'the store failed: its values give no answer in 30000 ms'], call);
    await turn();
    t.mock.timers.tick(30_000);
    await next;
  }
  isStuck = false;
  await store.update(() => [entry('root.json', 1)]);
  assert.deepEqual(plain(await store.read()), [['root.json', 1]]);
});

test('of a state that is too large the delegated roles are left out, and the others stay', async () => {
  const store = new KeyValueStore(valuesOf(new Map()), { channel: CHANNEL });
  const large = new Uint8Array(100 << 20);
  const delegated = [0, 1, 2].map((number) => ({ key: `delegated.${number}.json`, bytes: large }));
  await store.update(() => [entry('state.json', 1), ...delegated, entry('root.json', 2)]);
  assert.deepEqual(plain(await store.read()), [['state.json', 1], ['root.json', 2]]);
  // In less room than that all of it is there.
  await store.update(() => [entry('state.json', 1), delegated[0]]);
  assert.equal((await store.read()).length, 2);
});
