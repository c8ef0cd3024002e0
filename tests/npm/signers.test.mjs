// Who signed what: roles and records, as a report.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { TufChannel, contentOf } from './support/tuf.mjs';
import { attacked, attackOf, but, CHANNEL, expires, fetcherOf, fileOf, honest, pinned, subdir, trusting, victim } from './support/trust.mjs';

const text = (bytes) => Buffer.from(bytes).toString();
const states = ({ keys }) => keys.map(({ state }) => state);

test('the roles of content trust, from the pinned root on', async () => {
  const verifier = await trusting();
  const roles = verifier.roles();
  assert.deepEqual(roles.map(({ role, path, version }) => [role, path, version]), [
    ['root', 'root.json', 1],
    ['root', '2.root.json', 2],
    ['root', '3.root.json', 3],
    ['key_mgr', 'key_mgr.json', 2],
    ['pkg_mgr', 'pkg_mgr.json', 2],
  ]);
  assert.deepEqual(roles.map(({ signers }) => signers.map(({ role, version }) => `${role} ${version}`)), [
    ['root 1'],
    ['root 1', 'root 2'],
    ['root 2', 'root 3'],
    ['root 3'],
    ['key_mgr 2'],
  ]);
  for (const { path, bytes, expires: until, isExpired, signers, foreign, foreignCount } of roles) {
    assert.deepEqual(Buffer.from(bytes), Buffer.from(fileOf(path)), path);
    const file = JSON.parse(text(bytes));
    assert.deepEqual([until, isExpired, foreign, foreignCount], [file.signed.expiration, false, [], 0]);
    for (const { threshold, signed, keys } of signers) {
      assert.ok(signed >= threshold && threshold >= 1, path);
      assert.equal(keys.filter(({ state }) => state === 'signed').length, signed);
      for (const { keyid, keyType, state } of keys) {
        assert.equal(keyType, 'ed25519');
        assert.equal(state, keyid in file.signatures ? 'signed' : 'missing', path);
      }
    }
  }
  const flat = [roles, ...roles, ...roles.flatMap(({ signers, foreign }) => [signers, foreign, ...signers.flatMap((it) => [it, it.keys, ...it.keys])])];
  assert.ok(flat.every(Object.isFrozen));
  // The bytes are the caller's own.
  roles[0].bytes.fill(0);
  assert.equal(text(verifier.roles()[0].bytes), text(fileOf('root.json')));
  assert.equal(verifier.trust.root.version, 3);
});

test('signatures that do not count are told too', async () => {
  const role = JSON.parse(text(fileOf('key_mgr.json')));
  const [stranger, other] = ['ab'.repeat(32), '__proto__'];
  role.signatures[stranger] = { signature: '00'.repeat(64) };
  const files = but(honest, {
    'key_mgr.json': JSON.stringify(role).replace('"signatures":{', `"signatures":{"${other}":{"signature":"x"},`),
  });
  const verifier = await trusting({}, files);
  const report = verifier.roles().find(({ role }) => role === 'key_mgr');
  assert.deepEqual([...report.foreign].sort(), [other, stranger].sort());
  assert.equal(report.foreignCount, 2);
  // Anyone can add many.
  for (let number = 0; number < 1000; number++) role.signatures[`nobody ${number}`] = 7;
  const many = await trusting({}, but(honest, { 'key_mgr.json': JSON.stringify(role) }));
  const { foreign, foreignCount } = many.roles().find(({ role }) => role === 'key_mgr');
  assert.deepEqual([foreign.length, foreignCount], [32, 1001]);
});

test('expired roles are told, and that they are', async () => {
  const verifier = await trusting();
  const later = await pinned({ now: expires });
  later.restore(verifier.export());
  assert.deepEqual(later.roles().map(({ path, isExpired }) => [path, isExpired]), verifier.roles().map(({ path }) => [path, true]));
});

test('before a refresh, without a root, after free()', async () => {
  const verifier = await pinned();
  assert.deepEqual(verifier.roles().map(({ path }) => path), ['root.json']);
  await verifier.addRepodata(subdir, fileOf(`${subdir}/repodata.json`));
  assert.throws(() => verifier.recordSigners(subdir, victim), { code: 'ROLES_NOT_LOADED' });
  verifier.free();
  for (const call of [() => verifier.roles(), () => verifier.recordSigners(subdir, victim)]) assert.throws(call, { code: 'FREED' });
  const rootless = await Verifier.create();
  await rootless.addRepodata(subdir, fileOf(`${subdir}/repodata.json`));
  for (const call of [() => rootless.roles(), () => rootless.recordSigners(subdir, victim)]) assert.throws(call, { code: 'ARGUMENT_INVALID' });
});

test('the record of a file', async () => {
  const verifier = await trusting();
  const report = verifier.recordSigners(subdir, victim);
  const [{ role, version, threshold, signed, keys }, ...others] = report.signers;
  assert.deepEqual([role, version, others, report.foreign], ['key_mgr', 2, [], []]);
  assert.ok(signed >= threshold);
  assert.deepEqual(keys.map(({ keyid }) => keyid), JSON.parse(text(fileOf('key_mgr.json'))).signed.delegations.pkg_mgr.pubkeys);
  assert.ok([report, report.signers, report.signers[0], keys, ...keys].every(Object.isFrozen));
  const counts = ({ signers: [{ signed }] }) => signed;
  for (const [way, expected] of [['record-tampered', 'bad'], ['record-unsigned', 'missing'], ['repodata-unsigned', 'missing']]) {
    const other = await trusting({}, attacked(attackOf(way)));
    const report = other.recordSigners(subdir, victim);
    assert.equal(counts(report), 0, way);
    assert.ok(states(report.signers[0]).includes(expected), way);
    assert.ok(!states(report.signers[0]).includes('signed'), way);
  }
  // What verifyRecord refuses for another reason is signed all the same.
  const moved = await trusting({}, attacked(attackOf('record-moved')));
  assert.ok(counts(moved.recordSigners(subdir, victim)) >= threshold);
  assert.throws(() => moved.verifyRecord(subdir, victim), { code: 'RECORD_NAME_MISMATCH' });
  for (const [call, code] of [
    [() => verifier.recordSigners(subdir, 'a-1-0.conda'), 'RECORD_MISSING'],
    [() => verifier.recordSigners('linux-64', victim), 'ARGUMENT_INVALID'],
    [() => verifier.recordSigners(subdir, 7), 'ARGUMENT_INVALID'],
  ]) assert.throws(call, { code });
});

test('a record of repodata whose text was not kept', async () => {
  const verifier = await trusting();
  const expected = verifier.recordSigners(subdir, victim);
  const bytes = fileOf(`${subdir}/repodata.json`);
  await verifier.indexRepodata(subdir, bytes);
  const { record, signatures } = verifier.locateRecord(subdir, victim);
  const texts = { record: bytes.subarray(...record), signatures: bytes.subarray(...signatures) };
  assert.deepEqual(verifier.recordSigners(subdir, victim, texts), expected);
  assert.throws(() => verifier.recordSigners(subdir, victim), { code: 'ARGUMENT_INVALID' });
});

test('the roles of TUF, and those that were loaded', async () => {
  const channel = new TufChannel({ listed: [] });
  const path = 'noarch/repodata.json';
  channel.repository.delegate('targets', 'noarch', { paths: ['noarch/*'] });
  channel.list('noarch', path);
  channel.repository.release('targets', 'noarch');
  const verifier = await Verifier.create({ trustedRoot: channel.root, channel: CHANNEL });
  const fetcher = fetcherOf((path) => channel.at(path));
  await verifier.refresh(fetcher);
  const names = () => verifier.roles().map(({ role }) => role);
  assert.deepEqual(names(), ['root', 'timestamp', 'snapshot', 'targets']);
  await verifier.loadTarget(path, fetcher);
  assert.deepEqual(names(), ['root', 'timestamp', 'snapshot', 'targets', 'noarch']);
  for (const { role, path, bytes, signers, isExpired } of verifier.roles()) {
    assert.equal(isExpired, false);
    assert.equal(signers.length, 1);
    assert.equal(signers[0].role, role === 'noarch' ? 'targets' : 'root');
    assert.ok(signers[0].signed >= signers[0].threshold, path);
    assert.ok(JSON.parse(text(bytes)).signed.version >= 1);
  }
  const at = verifier.findTarget(path);
  assert.equal(at.target.path, path);
  await verifier.addRepodata('noarch', contentOf(path));
  const [{ fileName }] = await verifier.listRecords('noarch');
  assert.equal(verifier.recordSigners('noarch', fileName), null);
});
