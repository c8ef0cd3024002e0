// Signed records: handed on, tampered with, too late, and those that nobody signed.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Worker } from 'node:worker_threads';

import { Verifier } from 'conda-verifier';

import { canonical, keyMgrText, NOW, repodataText, rootText } from './support/keys.mjs';
import { errorCodes, sha256 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import {
  attacked,
  attackOf,
  but,
  CHANNEL,
  expires,
  fetcherOf,
  fileOf,
  honest,
  honestNames,
  now,
  pinned,
  subdir,
  trusting,
  victim,
} from './support/trust.mjs';

const bytes = fileOf(`${subdir}/${victim}`);
const verifier = await trusting();
const record = verifier.verifyRecord(subdir, victim);

test('a verified record is plain, frozen data', () => {
  assert.equal(Object.getPrototypeOf(record), Object.prototype);
  assert.ok([record, record.trust, record.evidence, record.depends].every(Object.isFrozen));
  assert.deepEqual(Object.keys(record.evidence), ['subdir', 'infoSubdir', 'record', 'signatures']);
  assert.deepEqual(JSON.parse(record.evidence.record).sha256, sha256(bytes));
  assert.equal(Object.keys(JSON.parse(record.evidence.signatures)).length, 2);
  // What findRecord() gives says the same, and that nobody vouches for it.
  assert.deepEqual({ ...record, trust: { basis: 'none', anchor: null } }, verifier.findRecord(subdir, victim));
});

test('clones and JSON of a record are as good', async () => {
  const verdict = await verifier.verifyPackage(bytes, { record });
  for (const copy of [structuredClone(record), JSON.parse(JSON.stringify(record))]) {
    assert.deepEqual(await verifier.verifyPackage(bytes, { record: copy }), verdict);
  }
  // All that is given has to agree.
  const both = await verifier.verifyPackage(bytes, { record, sha256: sha256(bytes), size: bytes.length });
  assert.deepEqual([both.verdict, both.trust.basis], ['verified', 'content-trust']);
  const wrong = await verifier.inspectPackage(bytes, { record, sha256: '0'.repeat(64) });
  assert.deepEqual([wrong.verdict, errorCodes(wrong)], ['rejected', ['SHA256_MISMATCH']]);
});

test('a worker with a verifier of its own verifies the record again', async (t) => {
  const code = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { Verifier } from ${JSON.stringify(import.meta.resolve('conda-verifier'))};
    const { root, channel, now, state } = workerData;
    const verifier = await Verifier.create({ trustedRoot: root, channel, now });
    verifier.restore(state);
    parentPort.on('message', async ({ record, bytes }) => {
      try {
        parentPort.postMessage(await verifier.verifyPackage(bytes, { record }));
      } catch (error) {
        parentPort.postMessage(error.toJSON());
      }
    });
    parentPort.postMessage('ready');`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const workerData = { root: fileOf('root.json'), channel: CHANNEL, now, state: verifier.export() };
  const worker = new Worker(url, { workerData });
  t.after(() => worker.terminate());
  const answer = () =>
    new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  assert.equal(await answer(), 'ready');
  worker.postMessage({ record, bytes });
  assert.deepEqual(await answer(), await verifier.verifyPackage(bytes, { record }));
  const forged = structuredClone(record);
  forged.evidence.record = forged.evidence.record.replace(record.sha256, sha256(bytes.subarray(1)));
  worker.postMessage({ record: forged, bytes: bytes.slice(1) });
  const { name, code: why } = await answer();
  assert.deepEqual([name, why], ['PackageRejected', 'THRESHOLD_NOT_MET']);
});

test('evidence that was tampered with rejects', async () => {
  const { evidence } = record;
  const other = verifier.verifyRecord(subdir, honestNames.find((name) => name.startsWith('big')));
  const [first, second] = Object.entries(JSON.parse(evidence.signatures));
  const signatures = (...entries) => ({ ...evidence, signatures: JSON.stringify(Object.fromEntries(entries)) });
  const cases = [
    [{ ...evidence, record: evidence.record.replace('"size": ', '"size": 1') }, 'THRESHOLD_NOT_MET'],
    [{ ...evidence, record: evidence.record.replace(/"depends": \[[^\]]*\]/, '"depends": []') }, 'THRESHOLD_NOT_MET'],
    [{ ...evidence, record: evidence.record.replace('{', '{"size": 1,') }, 'JSON_INVALID'],
    [{ ...evidence, record: '' }, 'JSON_INVALID'],
    [{ ...evidence, record: '[]' }, 'THRESHOLD_NOT_MET'],
    [{ ...evidence, record: other.evidence.record }, 'THRESHOLD_NOT_MET'],
    [{ ...other.evidence }, 'RECORD_NAME_MISMATCH'],
    [{ ...evidence, subdir: 'linux-64' }, 'RECORD_SUBDIR_MISMATCH'],
    [{ ...evidence, subdir: '' }, 'RECORD_SUBDIR_MISMATCH'],
    [{ ...evidence, infoSubdir: 'linux-64' }, 'RECORD_SUBDIR_MISMATCH'],
    [signatures(first), 'THRESHOLD_NOT_MET'],
    [signatures(first, [first[0].toUpperCase(), first[1]]), 'THRESHOLD_NOT_MET'],
    [signatures([first[0], second[1]], [second[0], first[1]]), 'THRESHOLD_NOT_MET'],
    [signatures(first, ['__proto__x', second[1]], ['constructor', second[1]]), 'THRESHOLD_NOT_MET'],
    [{ ...evidence, signatures: `{"__proto__":${JSON.stringify(second[1])}}` }, 'THRESHOLD_NOT_MET'],
    [signatures(first, [second[0], { signature: second[1].signature.toUpperCase() }]), 'SIGNATURE_ENCODING'],
    [signatures(first, [second[0], { ...second[1], more: 1 }]), 'SIGNATURE_ENCODING'],
    [{ ...evidence, signatures: '{}' }, 'RECORD_UNSIGNED'],
    [{ ...evidence, signatures: '[]' }, 'RECORD_UNSIGNED'],
    [{ ...evidence, signatures: 'null' }, 'RECORD_UNSIGNED'],
    [{ ...evidence, signatures: '' }, 'RECORD_UNSIGNED'],
    [{ ...evidence, signatures: evidence.signatures.slice(0, -1) }, 'JSON_INVALID'],
  ];
  for (const [spoiled, code] of cases) {
    const verdict = await verifier.inspectPackage(bytes, { record: { ...record, evidence: spoiled } });
    checkVerdict(verdict);
    assert.deepEqual([verdict.verdict, errorCodes(verdict)], ['rejected', [code]], JSON.stringify(spoiled));
    assert.notEqual(verdict.trust.basis, 'content-trust', code);
  }
  // What JSON says the same of is the same: signatures are over canonical bytes.
  const spaced = { ...evidence, infoSubdir: null, record: `\n ${evidence.record} ` };
  const verdict = await verifier.verifyPackage(bytes, { record: { ...record, evidence: spaced } });
  assert.equal(verdict.verdict, 'verified');
  const moved = { ...record, fileName: 'hello-1.1-pyh0_0.conda' };
  assert.deepEqual(errorCodes(await verifier.inspectPackage(bytes, { record: moved })), ['RECORD_NAME_MISMATCH']);
  const renamed = await verifier.inspectPackage(bytes, { record, fileName: 'hello-1.1-pyh0_0.conda' });
  assert.deepEqual([renamed.verdict, errorCodes(renamed)], ['rejected', ['NAME_MISMATCH', 'RECORD_NAME_MISMATCH']]);
});

test('evidence of another form is no argument', async () => {
  const { evidence } = record;
  const forms = [null, 'text', 7, [], {}, { ...evidence, record: undefined }, { ...evidence, signatures: null }, { ...evidence, subdir: 1 }, { ...evidence, infoSubdir: 1 }];
  for (const form of forms) {
    const call = verifier.verifyPackage(bytes, { record: { ...record, evidence: form } });
    await assert.rejects(call, { code: 'ARGUMENT_INVALID' }, JSON.stringify(form));
  }
  const halved = { ...evidence, record: '"\ud800"' };
  await assert.rejects(verifier.verifyPackage(bytes, { record: { ...record, evidence: halved } }), { code: 'ARGUMENT_INVALID' });
});

test('what a record shows has no influence on what is verified', async () => {
  const verdict = await verifier.verifyPackage(bytes, { record });
  const shown = { ...record, sha256: '0'.repeat(64), size: 1, name: 'other', subdir: 'x', md5: 'x', trust: { basis: 'none', anchor: null } };
  assert.deepEqual(await verifier.verifyPackage(bytes, { record: shown }), verdict);
  // Forged members do not make other bytes good.
  const others = fileOf(`${subdir}/${honestNames.find((name) => name.startsWith('big'))}`);
  const lured = { ...record, sha256: sha256(others), size: others.length };
  const rejected = await verifier.inspectPackage(others, { record: lured });
  assert.equal(rejected.verdict, 'rejected');
  assert.ok(errorCodes(rejected).includes('SIZE_MISMATCH'));
  // Nor do claims without evidence.
  const { evidence: _, ...claimed } = record;
  assert.deepEqual(errorCodes(await verifier.inspectPackage(bytes, { record: claimed })), ['RECORD_UNSIGNED']);
});

test('without a root there is nothing to verify a signature by', async () => {
  const rootless = await Verifier.create();
  assert.equal(rootless.trust, null);
  await assert.rejects(rootless.verifyPackage(bytes, { record }), { code: 'ARGUMENT_INVALID' });
  await rootless.addRepodata(subdir, fileOf(`${subdir}/repodata.json`));
  const want = { role: 'root', path: '2.root.json' };
  const calls = [
    () => rootless.verifyRecord(subdir, victim),
    () => rootless.auditRecords(subdir),
    () => rootless.refresh(fetcherOf(honest)),
    () => rootless.next(),
    () => rootless.update(want, bytes),
    () => rootless.unavailable(want, 404),
    () => rootless.abandon(),
    () => rootless.export(),
    () => rootless.restore([]),
  ];
  for (const call of calls) {
    await assert.rejects(async () => call(), (error) => {
      assert.equal(error.code, 'ARGUMENT_INVALID', String(call));
      return /trustedRoot/.test(error.message);
    });
  }
  // A record that was found is compared, as ever.
  const found = rootless.findRecord(subdir, victim);
  assert.equal((await rootless.verifyPackage(bytes, { record: found })).verdict, 'unverified');
});

test('before a refresh there is nobody who may have signed', async () => {
  const fresh = await pinned();
  await fresh.addRepodata(subdir, fileOf(`${subdir}/repodata.json`));
  assert.throws(() => fresh.verifyRecord(subdir, victim), { code: 'ROLES_NOT_LOADED' });
  await assert.rejects(fresh.auditRecords(subdir), { code: 'ROLES_NOT_LOADED' });
  // Nothing is decided: nobody did wrong.
  await assert.rejects(fresh.inspectPackage(bytes, { record }), { name: 'VerifierError', code: 'ROLES_NOT_LOADED' });
});

test('now is asked anew for each refresh and each verification', async () => {
  let time = now;
  const living = await trusting({ now: () => time });
  const valid = living.verifyRecord(subdir, victim);
  assert.equal((await living.verifyPackage(bytes, { record: valid })).verdict, 'verified');
  time = new Date(Date.parse(expires) - 1000);
  assert.equal((await living.verifyPackage(bytes, { record: valid })).verdict, 'verified');
  // A second later: what expires now has expired.
  time = Date.parse(expires);
  const late = await living.inspectPackage(bytes, { record: valid });
  checkVerdict(late);
  assert.deepEqual([late.verdict, errorCodes(late)], ['rejected', ['EXPIRED']]);
  const { details } = late.findings.find(({ code }) => code === 'EXPIRED');
  assert.ok(JSON.stringify(details).includes(expires), JSON.stringify(details));
  assert.throws(() => living.verifyRecord(subdir, victim), { code: 'EXPIRED' });
  await assert.rejects(living.auditRecords(subdir), { code: 'EXPIRED' });
  await assert.rejects(living.refresh(fetcherOf(honest)), { code: 'EXPIRED' });
  // What is known is known, and counts again where the clock was wrong.
  assert.equal(living.trust.keyMgr.expires, expires);
  time = now;
  assert.equal((await living.verifyPackage(bytes, { record: valid })).verdict, 'verified');
  // One refresh has one time: what it is at its beginning.
  let asked = 0;
  const files = fetcherOf(honest);
  const slow = await pinned({ now: () => time });
  await slow.refresh((url) => {
    asked++;
    time = expires;
    return files(url);
  });
  assert.ok(asked > 3);
  assert.equal(slow.trust.keyMgr.version, 2);
});

test('a record that expires while its package is downloaded is late', async () => {
  let time = now;
  const living = await trusting({ now: () => time });
  const slow = new ReadableStream({
    pull(controller) {
      time = expires;
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const verdict = await living.inspectPackage(slow, { record });
  assert.deepEqual(errorCodes(verdict), ['EXPIRED']);
});

test('nobody signed: rejected, unless the policy says otherwise', async () => {
  const files = attacked(attackOf('repodata-unsigned'));
  for (const [policy, verdict, codes, reasons] of [
    ['throw', 'rejected', ['RECORD_UNSIGNED'], []],
    ['warn', 'unverified', [], ['unsigned']],
    [{ codes: { RECORD_UNSIGNED: 'warn' } }, 'unverified', [], ['unsigned']],
    [{ codes: { RECORD_UNSIGNED: 'ignore' } }, 'unverified', [], ['unsigned']],
    [{ default: 'warn', codes: { RECORD_UNSIGNED: 'throw' } }, 'rejected', ['RECORD_UNSIGNED'], []],
  ]) {
    const own = await trusting({ policy }, files);
    assert.throws(() => own.verifyRecord(subdir, victim), { code: 'RECORD_UNSIGNED' });
    const found = own.findRecord(subdir, victim);
    const given = await own.inspectPackage(bytes, { record: found });
    checkVerdict(given);
    assert.deepEqual([given.verdict, errorCodes(given), given.reasons], [verdict, codes, reasons]);
    assert.equal(given.trust.basis, 'none');
    // It is compared all the same.
    const spoiled = bytes.slice();
    spoiled[spoiled.length - 1] ^= 1;
    assert.ok(errorCodes(await own.inspectPackage(spoiled, { record: found })).includes('SHA256_MISMATCH'));
    // A digest of the caller's vouches for the bytes.
    const pinnedToo = await own.inspectPackage(bytes, { sha256: sha256(bytes) });
    assert.deepEqual([pinnedToo.verdict, pinnedToo.trust.basis], ['verified', 'caller-digest']);
  }
  // No policy makes a signature good.
  const forged = await trusting({ policy: 'ignore' }, attacked(attackOf('record-by-attacker')));
  assert.throws(() => forged.verifyRecord(subdir, victim), { code: 'THRESHOLD_NOT_MET' });
  await assert.rejects(
    Verifier.create({ trustedRoot: fileOf('root.json'), policy: { codes: { THRESHOLD_NOT_MET: 'ignore' } } }),
    { code: 'ARGUMENT_INVALID' },
  );
});

test('an MD5 alone is weak, also where it is signed', async () => {
  const files = attacked(attackOf('record-md5-only'));
  for (const [policy, verdict, codes, reasons] of [
    ['throw', 'rejected', ['WEAK_DIGEST'], []],
    ['warn', 'unverified', [], ['weak digest']],
  ]) {
    const own = await trusting({ policy }, files);
    const weak = own.verifyRecord(subdir, victim);
    const given = await own.inspectPackage(files(`${subdir}/${victim}`), { record: weak });
    assert.deepEqual([given.verdict, errorCodes(given), given.reasons], [verdict, codes, reasons]);
  }
});

test('names of members do no harm, signed or not', async () => {
  const base = { build: '0', name: 'a', sha256: '0'.repeat(64), subdir: 'noarch', version: '1' };
  const members = JSON.stringify(base).slice(1, -1);
  // Canonical bytes of a member called __proto__, which sorts first.
  const hostile = canonical(base).toString().replace('{', '{\n  "__proto__": {\n    "polluted": 1\n  },');
  const plain = (name) => ({ ...base, name });
  const text = repodataText([
    { fileName: 'a-1-0.conda', record: `{"__proto__":{"polluted":1},${members}}`, bytes: Buffer.from(hostile) },
    { fileName: '__proto__', record: JSON.stringify(plain('__proto__')), bytes: canonical(plain('__proto__')) },
    { fileName: '__proto__-1-0.conda', record: JSON.stringify(plain('__proto__')), bytes: canonical(plain('__proto__')) },
    { fileName: 'b-1-0.conda', record: `{${members.replace('"a"', '"b"')},"evidence":{"record":"x"},"trust":1}`, bytes: canonical({ ...plain('b'), evidence: { record: 'x' }, trust: 1 }) },
  ]);
  const own = await Verifier.create({ trustedRoot: rootText(), channel: CHANNEL, now: NOW });
  await own.refresh(fetcherOf(but(() => undefined, { 'key_mgr.json': keyMgrText() })));
  await own.addRepodata('noarch', text);
  const proto = own.verifyRecord('noarch', 'a-1-0.conda');
  assert.equal(Object.getPrototypeOf(proto), Object.prototype);
  assert.deepEqual([proto.polluted, {}.polluted], [undefined, undefined]);
  assert.deepEqual(Object.getOwnPropertyDescriptor(proto, '__proto__').value, { polluted: 1 });
  assert.equal(own.verifyRecord('noarch', '__proto__-1-0.conda').name, '__proto__');
  const named = own.verifyRecord('noarch', 'b-1-0.conda');
  assert.deepEqual([named.trust.basis, named.evidence.subdir], ['content-trust', 'noarch']);
  const found = own.findRecord('noarch', 'b-1-0.conda');
  assert.deepEqual([found.trust.basis, found.evidence], ['none', named.evidence]);
  for (const copy of [proto, structuredClone(proto), JSON.parse(JSON.stringify(proto))]) {
    const verdict = await own.inspectPackage(bytes, { record: copy });
    assert.equal(verdict.checks.find(({ check }) => check === 'signature').outcome, 'passed');
  }
  assert.throws(() => own.verifyRecord('noarch', '__proto__'), (error) => error.code !== 'INSTANCE_POISONED');
  assert.throws(() => own.verifyRecord('noarch', 'constructor'), { code: 'RECORD_MISSING' });
  const report = await own.auditRecords('noarch');
  assert.equal(report.trusted, 3);
  assert.deepEqual(report.bad.map(({ fileName }) => fileName), ['__proto__']);
});

test('what findRecord() gives is verified where there is a root, and compared where there is none', async () => {
  const found = verifier.findRecord(subdir, victim);
  const signed = await verifier.verifyPackage(bytes, { record: structuredClone(found) });
  assert.deepEqual([signed.verdict, signed.trust.basis], ['verified', 'content-trust']);
  // By its evidence, whatever it shows.
  const forged = await verifier.inspectPackage(bytes, { record: { ...found, evidence: { ...found.evidence, signatures: '{}' } } });
  assert.deepEqual([forged.verdict, errorCodes(forged)], ['rejected', ['RECORD_UNSIGNED']]);
  const other = await Verifier.create();
  const compared = await other.verifyPackage(bytes, { record: found });
  assert.deepEqual([compared.verdict, compared.reasons], ['unverified', ['unsigned']]);
  await other.addRepodata(subdir, fileOf(`${subdir}/repodata.json`));
  assert.equal(other.findRecord(subdir, victim).evidence, undefined);
});
