// trustedRepodata: the records that somebody vouches for, without the others.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { canonical, keyMgrText, NOW, rootText, signaturesOver, signer } from './support/keys.mjs';
import { attacked, attackOf, CHANNEL, failure, fetcherOf, honest, honestNames, pinned, subdir, trusting, victim } from './support/trust.mjs';
import { TufChannel } from './support/tuf.mjs';

const textOf = (bytes) => Buffer.from(bytes).toString();

/** A verifier with so many records of its own, of which each `unsignedEvery`th is not signed. */
async function many(count, { unsignedEvery = Infinity, options = {} } = {}) {
  const packages = {};
  const signatures = {};
  for (let number = 0; number < count; number++) {
    const record = { build: '0', build_number: 0, depends: [], name: `p${number}`, sha256: 'a'.repeat(64), size: 1, subdir: 'noarch', version: '1' };
    const name = `p${number}-1-0.conda`;
    packages[name] = record;
    if (number % unsignedEvery !== 0 || number === 0) signatures[name] = signaturesOver(canonical(record), signer);
  }
  const text = JSON.stringify({ info: { subdir: 'noarch' }, packages: {}, 'packages.conda': packages, signatures });
  const verifier = await Verifier.create({ trustedRoot: rootText(), channel: CHANNEL, now: NOW, ...options });
  await verifier.refresh(fetcherOf((path) => (path === 'key_mgr.json' ? Buffer.from(keyMgrText()) : undefined)));
  await verifier.addRepodata('noarch', text);
  return { verifier, packages, signatures };
}

test('all of them, where all are signed', async () => {
  const verifier = await trusting();
  const phases = [];
  const report = await verifier.trustedRepodata(subdir, { onProgress: ({ phase, done, total }) => phases.push([phase, done, total]) });
  const { bytes, ...rest } = report;
  assert.deepEqual(rest, { subdir, trust: { basis: 'content-trust', anchor: verifier.trust.anchor }, records: 6, trusted: 6, unsignedCount: 0, badCount: 0, leftOut: [] });
  assert.ok(Object.isFrozen(report) && structuredClone(report));
  assert.deepEqual(phases, [['records', 0, 6], ['records', 6, 6]]);
  const again = await trusting();
  await again.addRepodata(subdir, bytes);
  for (const name of honestNames) assert.equal(again.verifyRecord(subdir, name).sha256, verifier.verifyRecord(subdir, name).sha256);
  const { info, packages, 'packages.conda': conda, v3, signatures } = JSON.parse(textOf(honest(`${subdir}/repodata.json`)));
  assert.deepEqual(JSON.parse(textOf(bytes)), { info: { subdir: info.subdir }, packages, 'packages.conda': conda, v3, signatures, removed: [], repodata_version: 1 });
});

test('attacks on records: what was attacked is left out, and named', async () => {
  for (const way of ['record-tampered', 'record-unsigned', 'record-short', 'record-by-attacker', 'record-key-twice', 'record-moved', 'record-other-subdir', 'record-conflict', 'record-without-digest']) {
    const verifier = await trusting({}, attacked(attackOf(way)));
    const { trusted, unsignedCount, badCount, leftOut, bytes } = await verifier.trustedRepodata(subdir);
    assert.deepEqual([trusted, unsignedCount + badCount, leftOut.map(({ fileName }) => fileName)], [5, 1, [victim]], way);
    assert.equal(leftOut[0].code === 'RECORD_UNSIGNED', unsignedCount === 1, way);
    assert.ok(!textOf(bytes).includes(`"${victim}"`), way);
  }
});

test('thousands: pieces, lists that end, a signal, and what replaces them', async () => {
  const { verifier, packages } = await many(3000, { unsignedEvery: 3, options: { limits: { findings: 10 } } });
  let turns = 0;
  const report = await verifier.trustedRepodata('noarch', { onProgress: () => void turns++ });
  assert.deepEqual([report.records, report.trusted, report.unsignedCount, report.badCount, report.leftOut.length], [3000, 2001, 999, 0, 10]);
  assert.ok(turns > 40);
  const given = JSON.parse(textOf(report.bytes));
  assert.equal(Object.keys(given['packages.conda']).length, 2001);
  for (const [name, record] of Object.entries(given['packages.conda'])) assert.deepEqual(record, packages[name]);
  const reason = new Error('enough');
  const controller = new AbortController();
  const ended = failure(() => verifier.trustedRepodata('noarch', { signal: controller.signal, onProgress: () => controller.abort(reason) }));
  assert.equal(await ended, reason);
  const replaced = failure(() => verifier.trustedRepodata('noarch'));
  await verifier.addRepodata('noarch', '{"packages":{}}');
  assert.equal((await replaced).code, 'ARGUMENT_INVALID');
  const freed = failure(() => verifier.trustedRepodata('noarch', { onProgress: () => verifier.free() }));
  assert.equal((await freed).code, 'FREED');
});

test('names that harm objects are names here', async () => {
  const { verifier } = await many(0);
  const record = { build: '0', build_number: 0, depends: [], name: '__proto__', sha256: 'a'.repeat(64), size: 1, subdir: 'noarch', version: '1' };
  const name = '__proto__-1-0.conda';
  const signatures = { [name]: signaturesOver(canonical(record), signer) };
  // As keys that nobody signed, a name of JavaScript and one that has to be escaped.
  const others = `"__proto__":${JSON.stringify(record)},"a\\"-\\u0000\\n.conda":{}`;
  const text = `{"info":{"subdir":"noarch"},"packages.conda":{${JSON.stringify(name)}:${JSON.stringify(record)},${others}},"signatures":${JSON.stringify(signatures)}}`;
  await verifier.addRepodata('noarch', text);
  const { bytes, trusted, records, leftOut } = await verifier.trustedRepodata('noarch');
  assert.deepEqual([records, trusted], [3, 1]);
  assert.deepEqual(leftOut.map(({ fileName }) => fileName).sort(), ['__proto__', 'a"-\0\n.conda']);
  assert.deepEqual(JSON.parse(textOf(bytes))['packages.conda'], { [name]: record });
});

test('what it can\'t be asked for', async () => {
  const unsigned = await Verifier.create();
  await unsigned.addRepodata('noarch', '{"packages":{}}');
  const early = await pinned();
  await early.addRepodata(subdir, honest(`${subdir}/repodata.json`));
  const channel = new TufChannel();
  const tuf = await Verifier.create({ trustedRoot: channel.root, channel: CHANNEL });
  await tuf.refresh(fetcherOf(channel.at));
  await tuf.addRepodata('noarch', channel.at('noarch/repodata.json.zst'));
  let time = Date.parse(NOW);
  const { verifier } = await many(1, { options: { now: () => time } });
  time = Date.parse('2200-01-01T00:00:00Z');
  const calls = [
    [() => unsigned.trustedRepodata('noarch'), 'ARGUMENT_INVALID'],
    [() => early.trustedRepodata(subdir), 'ROLES_NOT_LOADED'],
    [() => early.trustedRepodata('linux-64'), 'ARGUMENT_INVALID'],
    [() => early.trustedRepodata(subdir, { signals: 1 }), 'ARGUMENT_INVALID'],
    [() => tuf.trustedRepodata('noarch'), 'ARGUMENT_INVALID'],
    [() => verifier.trustedRepodata('noarch'), 'EXPIRED'],
  ];
  for (const [call, code] of calls) assert.equal((await failure(call)).code, code, String(call));
});
