// What is trusted, kept in the IndexedDB of Chromium: by one tab, by two at once, and spoiled.
import assert from 'node:assert/strict';
import test from 'node:test';

import { open } from './support/page.mjs';
import { fileOf, now } from './support/trust.mjs';

const root = Buffer.from(fileOf('root.json')).toString();

/** Puts into a page what its tests begin with. */
async function prepared(page) {
  await page.evaluate(async ({ root, now }) => {
    const { IndexedDbStore, Verifier } = await globalThis.entry;
    const channel = new URL('signed/', location.href).href;
    globalThis.storeOf = (more) => new IndexedDbStore({ channel, ...more });
    globalThis.pinned = (more) => Verifier.create({ trustedRoot: root, channel, now, ...more });
    /** A fetcher of a mirror that knows of no root after `last`. */
    globalThis.upTo = (last) => (url) =>
      Number.parseInt(url.pathname.split('/').at(-1)) > last ? new Response(null, { status: 404 }) : fetch(url);
    globalThis.versions = ({ root, keyMgr, pkgMgr }) => [root.version, keyMgr?.version, pkgMgr?.version];
    /** What a verifier knows that takes back what is kept. */
    globalThis.kept = async (store) => {
      const verifier = await pinned();
      verifier.restore(await store.read());
      return versions(verifier.trust);
    };
    /** The database itself. */
    globalThis.database = (name, version, upgrade) =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open(name, version);
        request.onupgradeneeded = () => upgrade?.(request.result);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
  }, { root, now });
  return page;
}

test('what a refresh accepted is there for the next tab', async (t) => {
  const { page, complaints, another } = await open(t);
  await prepared(page);
  const first = await page.evaluate(async () => {
    const store = storeOf();
    const empty = await store.read();
    const verifier = await pinned();
    const report = await verifier.refresh(fetch, { store });
    return { empty, report, kept: await kept(store) };
  });
  assert.deepEqual([first.empty, first.report.store, first.kept], [[], null, [3, 2, 2]]);
  const tab = await prepared(await another());
  const said = await tab.evaluate(async () => {
    const asked = [];
    const verifier = await pinned();
    await verifier.refresh((url) => (asked.push(url.pathname.split('/').at(-1)), fetch(url)), { store: storeOf() });
    const others = [await storeOf({ channel: 'https://other.example' }).read(), await storeOf({ name: 'another' }).read()];
    // The connection was closed: nobody who deletes the database waits.
    await storeOf({ channel: 'b' }).update(() => [{ key: 'x', bytes: new Uint8Array(1) }]);
    await storeOf().clear();
    const cleared = [await storeOf().read(), (await storeOf({ channel: 'b' }).read()).length];
    const deleted = await new Promise((resolve) => {
      const request = indexedDB.deleteDatabase('conda-verifier');
      request.onsuccess = () => resolve('deleted');
      request.onblocked = () => resolve('blocked');
    });
    return { asked, others, cleared, deleted };
  });
  assert.equal(said.asked[0], '4.sv1.root.json');
  assert.deepEqual([said.others, said.cleared, said.deleted], [[[], []], [[], 1], 'deleted']);
  assert.deepEqual(complaints.filter((text) => !/404/.test(text)), []);
});

test('two tabs that refresh at once leave the newest state', async (t) => {
  const { page, another } = await open(t);
  const [one, two, third] = [await prepared(page), await prepared(await another()), await prepared(await another())];
  // The second tab has seen less, and is the last to keep what it has.
  const slow = two.evaluate(async () => {
    const verifier = await pinned();
    const waits = new Promise((resolve) => (globalThis.goOn = resolve));
    const fetcher = async (url) => {
      if (url.pathname.endsWith('/key_mgr.json')) await waits;
      return upTo(2)(url);
    };
    return verifier.refresh(fetcher, { store: storeOf() }).then(versions, ({ code }) => [code, ...versions(verifier.trust)]);
  });
  await two.waitForFunction(() => globalThis.goOn !== undefined);
  assert.deepEqual(await one.evaluate(async () => versions(await (await pinned()).refresh(fetch, { store: storeOf() }))), [3, 2, 2]);
  await two.evaluate(() => globalThis.goOn());
  const [said] = await Promise.all([slow]);
  assert.deepEqual(said.slice(-3), [3, 2, 2], 'it knows by now what the other one kept');
  assert.deepEqual(await third.evaluate(() => kept(storeOf())), [3, 2, 2]);

  // And all at once, many times, from nothing.
  const many = (tab, last) =>
    tab.evaluate(async (last) => {
      const stores = [];
      for (let n = 0; n < 15; n++) {
        const verifier = await pinned();
        const report = await verifier.refresh(upTo(last), { store: storeOf({ name: 'many' }) }).catch(({ details }) => details);
        stores.push(report.store ?? null);
        verifier.free();
      }
      return stores;
    }, last);
  const faults = await Promise.all([many(one, 3), many(two, 2), many(third, 1)]);
  assert.deepEqual(faults.flat(), Array(45).fill(null));
  assert.deepEqual(await third.evaluate(() => kept(storeOf({ name: 'many' }))), [3, 2, 2]);

  // Each transaction sees what the one before it has left.
  const add = (tab, name) =>
    tab.evaluate(async (name) => {
      const store = storeOf({ name: 'added' });
      for (let n = 0; n < 50; n++) await store.update((kept) => [...kept, { key: name + n, bytes: new Uint8Array(n) }]);
    }, name);
  await Promise.all([add(one, 'one'), add(two, 'two')]);
  const keys = await third.evaluate(async () => (await storeOf({ name: 'added' }).read()).map(({ key }) => key));
  assert.equal(new Set(keys).size, 100);
});

test('a database that is spoiled, another program\'s, or does not open', async (t) => {
  const { page } = await open(t);
  await prepared(page);
  const said = await page.evaluate(async () => {
    const found = {};
    const refreshed = async (name) => {
      const verifier = await pinned();
      const { store, keyMgr } = await verifier.refresh(fetch, { store: storeOf({ name }) });
      return [store?.code, keyMgr.version];
    };
    for (const [name, value] of Object.entries({ text: 'text', entries: [{ key: 'state.json', bytes: 'text' }], byte: [{ key: 'key_mgr.json', bytes: new Uint8Array(9) }] })) {
      const store = storeOf({ name });
      await store.update(() => value);
      found[name] = await refreshed(name);
      await store.clear();
      found[`${name}, cleared`] = await refreshed(name);
    }
    const reason = new Error('no');
    const store = storeOf({ name: 'kept' });
    await store.update(() => [{ key: 'a', bytes: new Uint8Array(1) }]);
    found.reason = (await store.update(() => { throw reason; }).catch((error) => error)) === reason;
    // What can't be kept there at all.
    found.function = await store.update(() => [() => 0]).catch(({ code }) => code);
    found.still = (await store.read()).length;

    (await database('other', 1, () => undefined)).close();
    found['without the table'] = await refreshed('other');
    (await database('newer', 2, () => undefined)).close();
    found['of a newer version'] = await refreshed('newer');

    // Somebody keeps it open, and somebody else waits to delete it: who comes then waits too.
    const open = await database('stuck', 1);
    indexedDB.deleteDatabase('stuck');
    const { setTimeout } = globalThis;
    globalThis.setTimeout = (work, delay) => setTimeout(work, delay === 10_000 ? 50 : delay);
    found.stuck = await refreshed('stuck');
    open.close();
    globalThis.setTimeout = setTimeout;
    found['not any more'] = await refreshed('stuck');
    return found;
  });
  assert.deepEqual(said, {
    text: ['STATE_INVALID', 2],
    'text, cleared': [undefined, 2],
    entries: ['STATE_INVALID', 2],
    'entries, cleared': [undefined, 2],
    byte: ['STATE_INVALID', 2],
    'byte, cleared': [undefined, 2],
    reason: true,
    function: 'STORE_FAILED',
    still: 1,
    'without the table': ['STORE_FAILED', 2],
    'of a newer version': ['STORE_FAILED', 2],
    stuck: ['STORE_FAILED', 2],
    'not any more': [undefined, 2],
  });
});

test('the same in the Cache API, with two tabs at once', async (t) => {
  const { page, another, complaints } = await open(t);
  const tabs = [await prepared(page), await prepared(await another())];
  const made = async () => {
    const { CacheStore } = await globalThis.entry;
    globalThis.cached = new CacheStore({ channel: new URL('signed/', location.href).href });
  };
  for (const tab of tabs) await tab.evaluate(made);
  const first = await page.evaluate(async () => {
    const report = await (await pinned()).refresh(fetch, { store: cached });
    return { store: report.store, kept: await kept(cached) };
  });
  assert.deepEqual(first, { store: null, kept: [3, 2, 2] });
  // The second tab begins with it.
  const asked = await tabs[1].evaluate(async () => {
    const asked = [];
    await (await pinned()).refresh((url) => (asked.push(url.pathname.split('/').at(-1)), fetch(url)), { store: cached });
    return asked;
  });
  assert.equal(asked[0], '4.sv1.root.json');
  // Each adds its own, many times, and none is lost.
  await page.evaluate(() => cached.clear());
  const add = async (name) => {
    for (let number = 0; number < 20; number++) {
      await cached.update((kept) => [...kept, { key: `${name}${number}`, bytes: new Uint8Array(3) }]);
    }
  };
  await Promise.all(tabs.map((tab, index) => tab.evaluate(add, 'ab'[index])));
  const keys = await page.evaluate(async () => (await cached.read()).map(({ key }) => key));
  assert.equal(new Set(keys).size, 40);
  assert.deepEqual(complaints.filter((text) => !/404/.test(text)), []);
});
