// verifiedFetch before channels of all kinds: filtered ones, TUF's, and those that nobody signs.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { MemoryStore, Verifier, VerifierError } from 'conda-verifier';
import { verifiedFetch } from 'conda-verifier/fetch';

import { installed } from './support/places.mjs';
import { bytesOf, fixtures, pathOf, sha256 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { attacked, attackOf, but, CHANNEL, failure, honest, subdir, victim } from './support/trust.mjs';
import { contentOf, TufChannel } from './support/tuf.mjs';
import { fetching, flipped, served, signedFetch } from './support/verified-fetch.mjs';

const PACKAGE = `${subdir}/${victim}`;
const JSON_FORM = `${subdir}/repodata.json`;
const FORMS = ['.zst', '.bz2', ''].map((suffix) => `${JSON_FORM}${suffix}`);
const OTHER = fixtures.signed.honest.find((path) => path !== PACKAGE);
const jsonOf = (bytes) => JSON.parse(Buffer.from(bytes).toString());
const repodata = () => jsonOf(honest(JSON_FORM));

/** The honest channel, of which the plain repodata is another, and the only form. */
const withRepodata = (json) => but(honest, { [FORMS[0]]: null, [FORMS[1]]: null, [JSON_FORM]: JSON.stringify(json) });

/** The records of repodata by their file names, and where each is. */
const recordsOf = ({ packages, 'packages.conda': conda, v3 = {} }) =>
  new Map([
    ...[packages, conda].flatMap((section) => Object.entries(section)),
    ...Object.entries(v3).flatMap(([end, bucket]) => Object.entries(bucket).map(([key, record]) => [`v3 ${key}.${end}`, record])),
  ]);

test('filter: records that are trusted come without the others, which are counted', async (t) => {
  for (const way of ['record-tampered', 'record-unsigned', 'record-by-attacker', 'record-other-subdir', 'record-conflict']) {
    const { get, told } = await signedFetch(t, attacked(attackOf(way)), { repodata: 'filter' });
    for (const path of [JSON_FORM, FORMS[0]]) {
      const bytes = new Uint8Array(await (await get(path)).arrayBuffer());
      const { outcome, records, trust } = told.at(-1);
      assert.deepEqual([outcome, trust.basis, records.isFiltered], ['verified', 'content-trust', true], way);
      assert.deepEqual([records.records, records.trusted, records.unsignedCount + records.badCount], [6, 5, 1], way);
      assert.deepEqual([records.untrusted.map(({ fileName }) => fileName)], [[victim]], way);
      // Both are what a verifier reads, and all of it is signed.
      const again = await signedFetch(t, but(honest, { [FORMS[0]]: null, [FORMS[1]]: null, [JSON_FORM]: null, [path]: bytes }));
      assert.equal((await again.get(path)).status, 200, way);
      assert.equal(again.told.at(-1).records.trusted, 5);
      if (path !== JSON_FORM) continue;
      const expected = recordsOf(repodata());
      const given = recordsOf(jsonOf(bytes));
      for (const [name, record] of given) assert.deepEqual(record, expected.get(name), name);
      assert.deepEqual([given.size, given.has(victim)], [5, false]);
    }
    assert.equal((await get(FORMS[1])).status, 404);
    assert.match(told.at(-1).reason, /repodata\.json\.zst/);
    assert.equal((await get(OTHER)).status, 200);
    await failure(() => get(PACKAGE));
    assert.equal(told.at(-1).outcome, 'refused');
  }
});

test('filter: records keep their sections, and nothing that is unsigned comes along', async (t) => {
  const json = repodata();
  json.info.base_url = 'https://evil.example/';
  json.info.extra = 1;
  json.removed = ['x-1-0.conda'];
  // One that is in v3 alone.
  assert.equal(Object.keys(json.v3.conda).length, 1);
  const { get } = await signedFetch(t, withRepodata(json), { repodata: 'filter' });
  const given = jsonOf(await (await get(JSON_FORM)).arrayBuffer());
  assert.deepEqual(given.info, { subdir });
  assert.deepEqual([given.packages, given['packages.conda'], given.v3, given.signatures], [json.packages, json['packages.conda'], json.v3, repodata().signatures]);
  assert.deepEqual(Object.keys(given).sort(), ['info', 'packages', 'packages.conda', 'removed', 'repodata_version', 'signatures', 'v3']);
  assert.deepEqual(given.removed, []);
  // Nothing is trusted: an empty one, and all is told.
  const none = await signedFetch(t, attacked(attackOf('repodata-unsigned')), { repodata: 'filter' });
  assert.deepEqual(recordsOf(jsonOf(await (await none.get(JSON_FORM)).arrayBuffer())).size, 0);
  assert.deepEqual([none.told.at(-1).records.unsignedCount, none.told.at(-1).records.trusted], [6, 0]);
});

test('refuse: the error says how many records are not trusted, and which is the first', async (t) => {
  const { get, told } = await signedFetch(t, attacked(attackOf('record-tampered')));
  const error = await failure(() => get(FORMS[0]));
  assert.deepEqual([error.code, error.details.bad, error.details.fileName], ['THRESHOLD_NOT_MET', 1, victim]);
  assert.match(error.message, /1 of its 6 records is not trusted/);
  assert.match(error.hint, /filter/);
  assert.deepEqual([told.at(-1).records.trusted, told.at(-1).records.badCount], [5, 1]);
  const unsigned = await signedFetch(t, attacked(attackOf('record-unsigned')));
  assert.equal((await failure(() => unsigned.get(FORMS[0]))).code, 'RECORD_UNSIGNED');
  // Nobody vouches for that one, and nothing is wrong with it.
  const allowed = await signedFetch(t, attacked(attackOf('record-unsigned')), { allowUnverified: true });
  assert.equal((await allowed.get(FORMS[0])).status, 200);
  assert.deepEqual([allowed.told.at(-1).outcome, allowed.told.at(-1).records.unsignedCount], ['unverified', 1]);
  assert.equal((await failure(() => allowed.get(PACKAGE))).code, 'RECORD_UNSIGNED');
  const lenient = await signedFetch(t, attacked(attackOf('record-unsigned')), { allowUnverified: true }, {}, { policy: { codes: { RECORD_UNSIGNED: 'warn' } } });
  assert.equal((await lenient.get(PACKAGE)).status, 200);
  assert.equal(lenient.told.at(-1).outcome, 'unverified');
  const strict = await signedFetch(t, attacked(attackOf('record-unsigned')), {}, {}, { policy: { codes: { RECORD_UNSIGNED: 'warn' } } });
  assert.equal((await failure(() => strict.get(PACKAGE))).code, 'UNVERIFIED');
  assert.equal(strict.told.at(-1).verdict.verdict, 'unverified');
});

test('a client that asks as rattler does finds its way, or that there is no subdir', async (t) => {
  const tuf = new TufChannel({ listed: ['noarch/repodata.json.bz2'] });
  const channels = [
    [FORMS[0], await signedFetch(t, honest)],
    [FORMS[0], await signedFetch(t, attacked(attackOf('record-unsigned')), { repodata: 'filter' })],
    [FORMS[2], await signedFetch(t, but(honest, { [FORMS[0]]: null, [FORMS[1]]: null }))],
    [FORMS[1], await fetching(t, tuf.at, {}, {}, { trustedRoot: tuf.root })],
    [FORMS[0], await fetching(t, honest, { allowUnverified: true }, {}, {})],
  ];
  const asked = ['repodata_shards.msgpack.zst', 'repodata.json.zst', 'repodata.json.bz2', 'repodata.json'];
  for (const [form, { get, told }] of channels) {
    for (const [folder, expected] of [[subdir, form], ['linux-64', undefined]]) {
      let found;
      for (const name of asked) {
        const { status } = await get(`${folder}/${name}`);
        assert.ok(status === 200 || status === 404);
        if (status === 404) assert.equal(told.at(-1).outcome, 'absent');
        found = status === 200 ? `${folder}/${name}` : undefined;
        if (found !== undefined) break;
      }
      assert.equal(found, expected);
    }
  }
});

test('repodata that sends clients elsewhere for packages is refused', async (t) => {
  const elsewhere = ['https://evil.example/', '//evil.example/x', '/other/', '../../other', 'http://[', 'data:,x'];
  // Who reads these alone finds a host; who reads them beside the file, a folder.
  elsewhere.push('http:evil.example', 'http:/evil.example/', ' http:evil.example', 'ht\ntp:evil.example', 'HTTP:\\evil.example', 'http:channel/noarch');
  const within = ['', './', '../noarch/', '/channel/noarch', '/channel/packages/'];
  for (const base of [...elsewhere, ...within]) {
    const json = repodata();
    json.info.base_url = base;
    const { get, told } = await signedFetch(t, withRepodata(json));
    if (within.includes(base)) {
      assert.equal((await get(JSON_FORM)).status, 200, base);
      continue;
    }
    const error = await failure(() => get(JSON_FORM));
    assert.deepEqual([error.code, error.details.reason, told.at(-1).outcome], ['REQUEST_REFUSED', 'base_url', 'refused'], base);
  }
  const store = await served(t, honest);
  const json = repodata();
  json.info.base_url = `${store.url}noarch/`;
  const { get, url } = await signedFetch(t, withRepodata(json), {});
  assert.equal((await failure(() => get(JSON_FORM))).code, 'REQUEST_REFUSED');
  const listed = await signedFetch(t, withRepodata(json), { channel: url, mirrors: [url, store.url] });
  assert.equal((await listed.verified(`${url}${JSON_FORM}`)).status, 200);
});

test('what is written for zstd is what readers of it read', async () => {
  const { rawZstd } = await import(join(installed, 'dist/fetch/raw-zstd.js'));
  const verifier = await Verifier.create();
  for (const length of [30, 128 << 10, (128 << 10) + 1, 300_001]) {
    const text = `{"packages":{}}${' '.repeat(length)}`.slice(0, length);
    const added = await verifier.addRepodata('noarch', rawZstd(Buffer.from(text)));
    assert.equal(added.records, 0);
  }
  assert.equal(rawZstd(new Uint8Array()).length, 17);
});

/** verifiedFetch before a channel that TUF protects. */
const tufFetch = (t, channel, options = {}, routes = {}) => fetching(t, channel.at, options, routes, { trustedRoot: channel.root });
const ZST = 'noarch/repodata.json.zst';

test('under TUF what roles list comes, byte by byte, and nothing else', async (t) => {
  const channel = new TufChannel({ listed: [ZST] });
  channel.list('targets', 'channeldata.json', Buffer.from('{}'));
  channel.list('targets', 'noarch/repodata_shards.msgpack.zst', Buffer.from('shards'));
  channel.list('targets', 'noarch/current_repodata.json', Buffer.from('{"packages":{}}'));
  channel.repository.release('targets');
  channel.others.set('noarch/run_exports.json', Buffer.from('{}'));
  channel.others.set('index.html', Buffer.from('x'));
  const { get, told, url } = await tufFetch(t, channel);
  for (const path of [ZST, 'channeldata.json', 'noarch/repodata_shards.msgpack.zst', 'noarch/current_repodata.json', PACKAGE]) {
    const response = await get(path);
    assert.equal(response.url, `${url}${path}`);
    assert.equal(sha256(new Uint8Array(await response.arrayBuffer())), sha256(channel.at(path)), path);
    assert.deepEqual([told.at(-1).outcome, told.at(-1).trust.basis, told.at(-1).records], ['verified', 'tuf', null], path);
    assert.ok(!told.at(-1).notChecked.some(({ check }) => check === 'freshness'), path);
  }
  checkVerdict(told.at(-1).verdict);
  for (const path of ['noarch/repodata.json', 'noarch/repodata.json.bz2', 'noarch/run_exports.json', 'linux-64/repodata.json.zst', '9.root.json']) {
    assert.equal((await get(path)).status, 404, path);
    assert.equal(told.at(-1).outcome, 'absent');
  }
  assert.equal((await failure(() => get('index.html'))).code, 'TARGET_MISSING');
  const passing = await tufFetch(t, channel, { pass: ['index.html', 'channeldata.json'] });
  assert.equal((await passing.get('index.html')).status, 200);
  assert.equal(passing.told.at(-1).outcome, 'passed');
  assert.equal((await passing.get('channeldata.json')).status, 200);
  assert.equal(passing.told.at(-1).outcome, 'verified');
  assert.equal((await failure(() => passing.get('channeldata.json', { method: 'POST' }))).code, 'REQUEST_REFUSED');
  // The roles themselves, as they are trusted.
  for (const path of ['timestamp.json', 'snapshot.json', 'targets.json']) {
    const bytes = new Uint8Array(await (await get(path)).arrayBuffer());
    const version = jsonOf(bytes).signed.version;
    if (path === 'timestamp.json') continue;
    assert.equal(sha256(new Uint8Array(await (await get(`${version}.${path}`)).arrayBuffer())), sha256(bytes));
    assert.equal((await get(`${version + 1}.${path}`)).status, 404);
  }
});

test('under TUF a file that is another one is refused, or comes from the next mirror', async (t) => {
  const channel = new TufChannel({ listed: [ZST, 'noarch/x.json'].slice(0, 1) });
  channel.list('targets', 'channeldata.json', Buffer.from('{"a":1}'));
  channel.repository.release('targets');
  const spoiled = (path) => {
    const bytes = channel.at(path);
    return bytes !== undefined && /repodata|channeldata|\.conda$|tar\.bz2$/.test(path) ? flipped(bytes) : bytes;
  };
  const bad = await served(t, spoiled);
  const withheld = await served(t, (path) => (/repodata|channeldata|\.conda$|tar\.bz2$/.test(path) ? undefined : channel.at(path)));
  const good = await served(t, channel.at);
  for (const [path, wrong, absent] of [[ZST, 'TARGET_DIGEST_MISMATCH', 'HTTP_STATUS'], ['channeldata.json', 'TARGET_DIGEST_MISMATCH', 'HTTP_STATUS'], [PACKAGE, 'TARGET_DIGEST_MISMATCH', 'HTTP_STATUS']]) {
    const codes = [];
    for (const mirrors of [[bad.url], [withheld.url]]) {
      const { get } = await tufFetch(t, channel, { mirrors });
      codes.push((await failure(() => get(path))).code);
    }
    assert.deepEqual(codes, [wrong, absent], path);
    const { get, told } = await tufFetch(t, channel, { mirrors: [bad.url, withheld.url, good.url] });
    const bytes = new Uint8Array(await (await get(path)).arrayBuffer());
    assert.equal(sha256(bytes), sha256(channel.at(path)));
    assert.ok(told.at(-1).mirrors.length > 0, path);
  }
});

test('under TUF a channel that was released anew is noticed, once', async (t) => {
  const channel = new TufChannel({ listed: [ZST], consistent: false });
  const { get, asked, told } = await tufFetch(t, channel, { store: new MemoryStore() });
  assert.equal((await get(PACKAGE)).status, 200);
  // The same records, in another form.
  channel.list('targets', ZST, contentOf('noarch/repodata.json'));
  channel.repository.release('targets');
  asked.length = 0;
  const response = await get(ZST);
  assert.equal(sha256(new Uint8Array(await response.arrayBuffer())), sha256(contentOf('noarch/repodata.json')));
  assert.equal(asked.filter((path) => path === 'timestamp.json').length, 1);
  assert.deepEqual(told.map(({ outcome }) => outcome), ['verified', 'verified']);
  assert.equal((await get(PACKAGE)).status, 200);
  // What is nowhere is not asked for again and again.
  asked.length = 0;
  assert.equal((await get('noarch/repodata.json')).status, 404);
  assert.ok(asked.filter((path) => path === 'timestamp.json').length <= 1);
});

test('under TUF: roles that expire, and a package that its record and its target say other things of', async (t) => {
  const channel = new TufChannel({ listed: [ZST] });
  const other = flipped(contentOf(PACKAGE));
  channel.list('targets', PACKAGE, other);
  channel.repository.release('targets');
  const conflicting = await tufFetch(t, channel);
  const error = await failure(() => conflicting.get(PACKAGE));
  assert.ok(VerifierError.isVerifierError(error) && conflicting.told.at(-1).outcome === 'refused');
  assert.ok(['TRUST_CONFLICT', 'SHA256_MISMATCH', 'TARGET_DIGEST_MISMATCH'].includes(error.code), error.code);
  let time = Date.now();
  const late = await fetching(t, channel.at, {}, {}, { trustedRoot: channel.root, now: () => time });
  assert.equal((await late.get(ZST)).status, 200);
  time = Date.parse('2200-01-01T00:00:00Z');
  assert.equal((await failure(() => late.get(ZST))).code, 'EXPIRED');
  assert.equal((await failure(() => late.get(OTHER))).code, 'EXPIRED');
});

test('under TUF packages may be targets alone', async (t) => {
  const channel = new TufChannel({ listed: [PACKAGE] });
  const { get, told } = await tufFetch(t, channel);
  assert.equal((await get(PACKAGE)).status, 200);
  assert.ok(told.at(-1).verdict.notChecked.some(({ check }) => check === 'record'));
  assert.ok(VerifierError.isVerifierError(await failure(() => get(OTHER))));
});

test('every attack on a channel that TUF protects: nothing that is not trusted comes', async (t) => {
  const { tuf, tufAttacks } = fixtures;
  const fileIn = (folder) => (path) => {
    const file = join(folder, path);
    return existsSync(pathOf(file)) ? bytesOf(file) : undefined;
  };
  const good = fileIn(tuf.folder);
  for (const { way, folder, removed, now, returning, target, code } of tufAttacks) {
    const changed = fileIn(folder);
    const files = (path) => (removed.includes(path) ? undefined : (changed(path) ?? good(path)));
    const store = new MemoryStore();
    const behind = (files, now) => fetching(t, files, { store }, {}, { trustedRoot: files(tuf.root), channel: CHANNEL, now });
    if (returning) assert.equal((await (await behind(good, tuf.now)).get(tuf.victim)).status, 200, way);
    const codes = [];
    let channel;
    try {
      channel = await behind(files, now);
    } catch (error) {
      assert.equal(error.code, code, way);
      continue;
    }
    const paths = [...new Set([target ?? tuf.victim, tuf.victim, ...FORMS])];
    for (const path of paths) {
      try {
        const response = await channel.get(path);
        const bytes = Buffer.from(await response.arrayBuffer());
        if (response.status === 404) continue;
        assert.equal(channel.told.at(-1).outcome, 'verified', way);
        // Whatever comes is what was there before, or is signed by who may.
        if (code !== null && path === (target ?? tuf.victim)) assert.equal(sha256(bytes), sha256(good(path) ?? Buffer.of()), `${way} ${path}`);
      } catch (error) {
        if (!VerifierError.isVerifierError(error)) throw error;
        codes.push(error.code);
      }
    }
    if (code === null) assert.deepEqual(codes, [], way);
    // A package is longer than its target before it is another one; what is not listed is a 404.
    else assert.deepEqual([...new Set(codes)], { 'target-too-long': ['SIZE_MISMATCH'], 'target-unlisted': [] }[way] ?? [code], way);
  }
});

test('a channel that nobody signs: refused, or unverified and told', async (t) => {
  const refusing = await fetching(t, honest, {}, {}, {});
  for (const path of [PACKAGE, ...FORMS]) assert.equal((await failure(() => refusing.get(path))).code, 'UNVERIFIED', path);
  // Nobody is asked for what would be refused.
  assert.deepEqual(refusing.asked, []);
  assert.equal((await failure(() => refusing.get('key_mgr.json'))).code, 'REQUEST_REFUSED');
  const { get, told } = await fetching(t, honest, { allowUnverified: true, pass: ['key_mgr.json'] }, {}, {});
  for (const path of [PACKAGE, ...FORMS, OTHER]) {
    assert.equal(sha256(new Uint8Array(await (await get(path)).arrayBuffer())), sha256(honest(path)));
    assert.deepEqual([told.at(-1).outcome, told.at(-1).trust.basis], ['unverified', 'none']);
  }
  checkVerdict(told.at(-1).verdict);
  assert.equal((await get('key_mgr.json')).status, 200);
  assert.equal(told.at(-1).outcome, 'passed');
  assert.equal((await get(`${subdir}/repodata_shards.msgpack.zst`)).status, 404);
  const bad = await fetching(t, but(honest, { [PACKAGE]: flipped(honest(PACKAGE)), [FORMS[0]]: 'no', [FORMS[1]]: null }), { allowUnverified: true }, {}, {});
  assert.ok(VerifierError.isVerifierError(await failure(() => bad.get(FORMS[0]))));
  const spoiled = await fetching(t, but(honest, { [PACKAGE]: flipped(honest(PACKAGE)) }), { allowUnverified: true }, {}, {});
  assert.equal((await failure(() => spoiled.get(PACKAGE))).code, 'SHA256_MISMATCH');
});

test('a package that is spoiled in itself, by the right bytes', async (t) => {
  for (const { file, repodata, way } of fixtures.spoiled.slice(0, 12)) {
    const path = `${subdir}/${file.split('/').at(-1)}`;
    const files = (wanted) => (wanted === JSON_FORM ? bytesOf(repodata) : wanted === path ? bytesOf(file) : undefined);
    const { get, told } = await fetching(t, files, { allowUnverified: true }, {}, {});
    assert.ok(VerifierError.isVerifierError(await failure(() => get(path))), way);
    assert.equal(told.at(-1).outcome, 'refused');
  }
});

test('a channel that goes over to TUF with a refresh is one of TUF from then on', async () => {
  const channel = 'https://example.org/channel/';
  const info = (format) => ({ format, anchor: 'sha256:0', channel, notChecked: [] });
  let trust = info('content-trust');
  const asked = [];
  const never = async () => assert.fail('it was asked for');
  const verifier = {
    get trust() {
      return trust;
    },
    refresh: async () => (trust = info('tuf')),
    fetchTarget: async (path) => {
      asked.push(path);
      return { bytes: new Uint8Array(3), mirrors: [] };
    },
    ...Object.fromEntries(['fetchRepodata', 'fetchPackage', 'auditRecords', 'trustedRepodata', 'export'].map((name) => [name, never])),
  };
  const verified = verifiedFetch(verifier, { pass: ['channeldata.json'], fetch: never });
  const response = await verified(`${channel}channeldata.json`);
  assert.deepEqual([(await response.arrayBuffer()).byteLength, asked], [3, ['channeldata.json']]);
});

test('a verifier elsewhere, of which all is promised', async (t) => {
  const { url, asked } = await served(t, honest);
  const verifier = await Verifier.create({ trustedRoot: honest('root.json'), channel: url, now: fixtures.signed.now });
  // As one in a worker has it: promises throughout, also of what is no method.
  const remote = new Proxy(verifier, {
    get: (target, name) => {
      const value = target[name];
      return typeof value === 'function' ? async (...args) => value.apply(target, args) : Promise.resolve(value);
    },
  });
  const verified = verifiedFetch(remote);
  for (const path of [PACKAGE, ...FORMS, 'key_mgr.json']) assert.equal((await verified(`${url}${path}`)).status, 200, path);
  assert.equal((await failure(() => verified(`${url}channeldata.json`))).code, 'REQUEST_REFUSED');
  assert.ok(asked.length > 0);
  const nowhere = verifiedFetch({ ...Object.fromEntries(['refresh', 'fetchRepodata', 'fetchPackage', 'fetchTarget', 'auditRecords', 'trustedRepodata', 'export'].map((name) => [name, () => {}])), trust: Promise.reject(new Error('gone')) });
  await assert.rejects(nowhere(`${url}x`), { message: 'gone' });
});
