// Stores of more than may be kept, and servers that take more time than they may.
import assert from 'node:assert/strict';
import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import test, { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { FolderStore, MemoryStore, Verifier } from 'conda-verifier';

import { emptyFolder } from './support/signed.mjs';
import { TufChannel } from './support/tuf.mjs';
import { CHANNEL, failure } from './support/trust.mjs';

const MEBI = 1 << 20;

const fetcherOf = (channel) => (url) => {
  const bytes = channel.at(url.href.slice(CHANNEL.length));
  return bytes === undefined ? new Response(null, { status: 404 }) : new Response(bytes);
};

const pinned = (channel, options = {}) => Verifier.create({ trustedRoot: channel.root, channel: CHANNEL, ...options });

/** A channel of which two versions were released; the fetcher of the first one, and of the second. */
function released() {
  const channel = new TufChannel();
  const older = fetcherOf({ at: ((files) => (path) => files.get(path))(channel.files()) });
  channel.repository.release('targets');
  return { channel, older, newer: fetcherOf(channel) };
}

/** Ways to have more in a store than may be kept there: too many bytes, too many entries. */
const surplus = [
  () => [{ key: 'delegated.large.json', bytes: new Uint8Array(300 * MEBI) }],
  () => Array.from({ length: 3 }, (_, number) => ({ key: `delegated.${number}.json`, bytes: new Uint8Array(100 * MEBI) })),
  () => Array.from({ length: 100_001 }, (_, number) => ({ key: `delegated.${number}.json`, bytes: new Uint8Array(1) })),
];

test('delegated roles that are too much are left out, and the floor stays', async () => {
  for (const more of surplus) {
    const { channel, older, newer } = released();
    const store = new MemoryStore();
    await (await pinned(channel)).refresh(newer, { store });
    const plain = await store.read();
    for (const filled of [[...plain, ...more()], [...more(), ...plain]]) {
      await store.update(() => filled);
      const replayed = await failure(async () => (await pinned(channel)).refresh(older, { store }));
      assert.equal(replayed.code, 'ROLE_ROLLBACK');
      assert.equal(replayed.details.store, undefined);
      // What was kept at its end is no more than there may be.
      assert.deepEqual((await store.read()).map(({ key }) => key), plain.map(({ key }) => key));
      await store.update(() => filled);
      assert.equal((await (await pinned(channel)).refresh(newer, { store })).store, null);
      assert.deepEqual((await store.read()).map(({ key }) => key), plain.map(({ key }) => key));
    }
  }
});

test('the same in a folder', async (t) => {
  const { channel, older, newer } = released();
  const folder = join(emptyFolder(t), 'store');
  const store = new FolderStore(folder);
  await (await pinned(channel)).refresh(newer, { store });
  const plain = await store.read();
  const list = join(folder, 'trust.json');
  const fill = async () => {
    await store.update((kept) => [{ key: 'delegated.large.json', bytes: Uint8Array.of(1) }, ...kept]);
    const [{ sha256 }] = JSON.parse(readFileSync(list)).entries;
    truncateSync(join(folder, sha256), 300 * MEBI);
  };
  await fill();
  assert.deepEqual((await store.read()).map(({ key }) => key), plain.map(({ key }) => key));
  const replayed = await failure(async () => (await pinned(channel)).refresh(older, { store }));
  assert.equal(replayed.code, 'ROLE_ROLLBACK');
  assert.ok(!readFileSync(list, 'utf8').includes('delegated.'));
  await fill();
  assert.equal((await (await pinned(channel)).refresh(newer, { store })).store, null);
  assert.ok(!readFileSync(list, 'utf8').includes('delegated.'));
  assert.deepEqual(await store.read(), plain);
});

test('of other entries more than may be kept are no state', async () => {
  const { channel, newer } = released();
  for (const filled of [
    [{ key: 'targets.json', bytes: new Uint8Array(300 * MEBI) }],
    Array.from({ length: 100_001 }, (_, number) => ({ key: `${number}.root.json`, bytes: new Uint8Array(1) })),
  ]) {
    const store = new MemoryStore();
    await store.update(() => filled);
    assert.equal((await (await pinned(channel)).refresh(newer, { store })).store.code, 'STATE_INVALID');
  }
});

test('an answer that comes along, and slower than it may, has an end', async (t) => {
  const channel = new TufChannel();
  const verifier = await pinned(channel);
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  let controller;
  const fetcher = () => new Response(new ReadableStream({ start: (given) => void (controller = given) }));
  const refused = failure(() => verifier.refresh(fetcher));
  let code;
  void refused.then((error) => (code = error.code));
  const settle = async () => {
    for (let round = 0; round < 20; round += 1) await turn();
  };
  await settle();
  // 16 KiB in each 25 s is progress. A root may have 512,000 bytes: 30 s and 31.25 s.
  let seconds = 0;
  for (; code === undefined && seconds < 3600; seconds += 5) {
    if (seconds % 25 === 0) controller.enqueue(new Uint8Array(16 << 10));
    await settle();
    mock.timers.tick(5000);
    await settle();
  }
  assert.deepEqual([code, seconds], ['TIMED_OUT', 65]);
});
