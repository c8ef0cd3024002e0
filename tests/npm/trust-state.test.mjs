// What is kept of a channel and comes back: verified again, merged, and a floor.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { envelope, keyMgrText, keyOf, NOW, rootText } from './support/keys.mjs';
import {
  attacked,
  attackOf,
  but,
  CHANNEL,
  expires,
  fetcherOf,
  fileOf,
  honest,
  pinned,
  refreshByHand,
  subdir,
  trusting,
  victim,
} from './support/trust.mjs';

const kept = (await trusting()).export();
const keys = kept.map(({ key }) => key);
const changed = (key, bytes) => kept.map((entry) => (entry.key === key ? { key, bytes: Buffer.from(bytes) } : entry));
const without = (...names) => kept.filter(({ key }) => !names.includes(key));

test('what is kept are plain file names and bytes', () => {
  assert.deepEqual(keys, ['state.json', '2.root.json', '3.root.json', 'key_mgr.json', 'pkg_mgr.json']);
  for (const { key, bytes } of kept) {
    assert.ok(bytes instanceof Uint8Array);
    if (key !== 'state.json') assert.deepEqual(Buffer.from(bytes), Buffer.from(fileOf(key)));
  }
  const facts = JSON.parse(Buffer.from(kept[0].bytes));
  assert.deepEqual(facts, { channel: CHANNEL, pkgMgrSeen: true, root: 3, version: 1 });
});

test('what was kept comes back, with nothing fetched', async () => {
  const fresh = await pinned();
  fresh.restore(kept);
  assert.deepEqual(fresh.export(), kept);
  await fresh.addRepodata(subdir, fileOf(`${subdir}/repodata.json`));
  assert.equal(fresh.verifyRecord(subdir, victim).trust.basis, 'content-trust');
  // In any order, out of any iterable.
  for (const state of [kept.toReversed?.() ?? [...kept].reverse(), new Set(kept), structuredClone(kept), kept.values()]) {
    const other = await pinned();
    other.restore(state);
    assert.deepEqual(other.export(), kept);
  }
  // Nothing kept is a beginning.
  const empty = await pinned();
  empty.restore([]);
  assert.equal(empty.trust.root.version, 1);
});

test('what is no state is no argument', async () => {
  const fresh = await pinned();
  const states = [undefined, null, 7, {}, 'text', [null], [7], [{}], [{ key: 'state.json' }], [{ key: 7, bytes: new Uint8Array() }], [{ key: 'state.json', bytes: 'text' }], [{ key: 'key_mgr.json', bytes: null }], new Map([['state.json', new Uint8Array()]])];
  for (const state of states) {
    assert.throws(() => fresh.restore(state), { code: 'ARGUMENT_INVALID' }, JSON.stringify(state));
  }
  assert.deepEqual(fresh.export(), (await pinned()).export());
});

test('what was spoiled in a store is refused as a whole', async () => {
  const { bytes: facts } = kept[0];
  const edited = (edit) => JSON.stringify({ ...JSON.parse(Buffer.from(facts)), ...edit });
  const attacker = keyOf('attacker');
  const states = {
    ...Object.fromEntries(
      keys.flatMap((key) => ['', '{}', '\xff', 'null', '[]'].map((bytes) => [`${key} is ${bytes}`, changed(key, bytes)])),
    ),
    'no facts': without('state.json'),
    'no root 2': without('2.root.json'),
    'no root 3': without('3.root.json'),
    'no roots': without('2.root.json', '3.root.json'),
    'no key_mgr': without('key_mgr.json'),
    'a path': [...kept, { key: '../x', bytes: new Uint8Array() }],
    '__proto__': [...kept, { key: '__proto__', bytes: new Uint8Array() }],
    'another channel': changed('state.json', edited({ channel: 'https://example.org/other/' })),
    'no channel': changed('state.json', edited({ channel: null })),
    'a later version': changed('state.json', edited({ version: 2 })),
    'facts twice': changed('state.json', `${edited({})}${edited({})}`),
    'a role of an attacker': changed('key_mgr.json', keyMgrText({}, [attacker.hex])),
    'a role of another place': changed('pkg_mgr.json', fileOf('key_mgr.json')),
    'roots mixed up': changed('2.root.json', fileOf('3.root.json')),
    'signatures cut': changed('3.root.json', attacked(attackOf('root-unsigned'))('2.root.json')),
  };
  for (const [name, state] of Object.entries(states)) {
    const fresh = await pinned();
    const before = fresh.export();
    assert.throws(() => fresh.restore(state), ({ code, hint }) => code === 'STATE_INVALID' && hint !== '', name);
    assert.deepEqual(fresh.export(), before, name);
    await fresh.refresh(fetcherOf(honest));
    assert.deepEqual(fresh.export(), kept, name);
  }
});

test('what was kept of another channel is refused', async () => {
  for (const channel of ['https://example.org/other', 'https://example.org/channel/sub', 'http://example.org/channel', undefined]) {
    const other = await pinned({ channel });
    assert.throws(() => other.restore(kept), { code: 'STATE_INVALID' }, channel);
  }
  const foreign = await Verifier.create({ trustedRoot: rootText(), channel: CHANNEL, now: NOW });
  assert.throws(() => foreign.restore(kept), { code: 'STATE_INVALID' });
});

test('what was kept is a floor', async () => {
  const floor = await pinned();
  floor.restore(kept);
  for (const way of ['key-mgr-rolled-back', 'key-mgr-timestamp-back', 'pkg-mgr-rolled-back', 'pkg-mgr-withheld']) {
    const files = fetcherOf(attacked(attackOf(way)));
    const code = way === 'pkg-mgr-withheld' ? 'ROLE_MISSING' : 'ROLE_ROLLBACK';
    await assert.rejects(floor.refresh(files), { code }, way);
    assert.deepEqual(floor.export(), kept, way);
    // A newcomer can't know.
    await (await pinned()).refresh(files);
  }
});

test('a store that was rolled back as a whole shows by a second copy of the versions alone', async () => {
  const older = await pinned();
  await older.refresh(fetcherOf(but(attacked(attackOf('key-mgr-rolled-back')), { '3.root.json': null })));
  const rolledBack = older.export();
  const unaware = await pinned();
  unaware.restore(rolledBack);
  assert.deepEqual([unaware.trust.root.version, unaware.trust.keyMgr.version], [2, 1]);
  for (const minVersions of [{ root: 3 }, { keyMgr: 2 }, { root: 3, keyMgr: 2, pkgMgr: 2 }]) {
    const aware = await pinned({ minVersions });
    aware.restore(rolledBack);
    await aware.addRepodata(subdir, fileOf(`${subdir}/repodata.json`));
    assert.throws(() => aware.verifyRecord(subdir, victim), { code: 'ROLE_ROLLBACK' }, JSON.stringify(minVersions));
    await aware.refresh(fetcherOf(honest));
    assert.equal(aware.verifyRecord(subdir, victim).fileName, victim);
  }
  const strict = await pinned({ minVersions: { pkgMgr: 3 } });
  await assert.rejects(strict.refresh(fetcherOf(honest)), { code: 'ROLE_ROLLBACK' });
});

test('two who share a store do not take each other back', async () => {
  const behind = await pinned();
  const older = but(attacked(attackOf('key-mgr-rolled-back')), { '3.root.json': null });
  await behind.refresh(fetcherOf(older));
  const before = behind.export();
  assert.notDeepEqual(before, kept);
  const ahead = await trusting();
  ahead.restore(before);
  assert.deepEqual(ahead.export(), kept);
  behind.restore(kept);
  assert.deepEqual(behind.export(), kept);
});

test('a root that revokes the key of key_mgr takes back what that key signed', async () => {
  // A second root, whose key_mgr is another.
  const other = keyOf('other key_mgr');
  const first = rootText();
  const role = JSON.parse(first).signed;
  const second = envelope(
    { ...role, version: 2, delegations: { ...role.delegations, key_mgr: { pubkeys: [other.hex], threshold: 1 } } },
    keyOf('root'),
  );
  const own = await Verifier.create({ trustedRoot: first, channel: CHANNEL, now: NOW });
  refreshByHand(own, but(() => undefined, { 'key_mgr.json': keyMgrText({ version: 9 }) }));
  assert.equal(own.trust.keyMgr.version, 9);
  const want = (() => {
    for (let want = own.next(); ; want = own.next()) {
      if (want.path === '2.root.json') return want;
      own.unavailable(want, 404);
    }
  })();
  const { accepted, persist } = own.update(want, Buffer.from(second));
  assert.deepEqual(accepted, { role: 'root', path: '2.root.json', version: 2 });
  assert.deepEqual(persist.map(({ key, bytes }) => [key, bytes === null]), [
    ['key_mgr.json', true],
    ['2.root.json', false],
    ['state.json', false],
  ]);
  assert.equal(own.trust.keyMgr, null);
  assert.deepEqual(own.export().map(({ key }) => key), ['state.json', '2.root.json']);
  // The old key's version is no floor for the new one.
  own.abandon();
  const renewed = envelope({ ...JSON.parse(keyMgrText()).signed }, other);
  await own.refresh(fetcherOf(but(() => undefined, { 'key_mgr.json': renewed })));
  assert.equal(own.trust.keyMgr.version, 1);
});

test('steps that were accepted survive the one that failed', async () => {
  const stopped = await pinned({ now: expires });
  await assert.rejects(stopped.refresh(fetcherOf(honest)), { code: 'EXPIRED' });
  assert.deepEqual(stopped.export().map(({ key }) => key), ['state.json', '2.root.json', '3.root.json']);
  const later = await pinned();
  later.restore(stopped.export());
  assert.equal(later.trust.root.version, 3);
  const withheld = await pinned();
  await assert.rejects(withheld.refresh(fetcherOf(but(honest, { 'key_mgr.json': null }))), { code: 'ROLE_MISSING' });
  assert.equal(withheld.trust.root.version, 3);
});

test('a withheld role does not fall back to a copy that has expired', async () => {
  let time = NOW;
  const files = but(() => undefined, { 'key_mgr.json': keyMgrText({ expiration: '2030-01-01T00:00:01Z' }) });
  const own = await Verifier.create({ trustedRoot: rootText(), channel: CHANNEL, now: () => time });
  await own.refresh(fetcherOf(files));
  const none = fetcherOf(() => undefined);
  await assert.rejects(own.refresh(none), { code: 'ROLE_MISSING' });
  time = '2030-01-01T00:00:01Z';
  await assert.rejects(own.refresh(none), { code: 'EXPIRED' });
  const back = await Verifier.create({ trustedRoot: rootText(), channel: CHANNEL, now: time });
  back.restore(own.export());
  await assert.rejects(back.refresh(none), { code: 'EXPIRED' });
});
