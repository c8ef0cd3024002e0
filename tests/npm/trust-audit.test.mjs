// All records of a subdir: counts, lists, and a page that stays alive meanwhile.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Verifier, VerifierError } from 'conda-verifier';

import { canonical, keyMgrText, NOW, repodataText, rootText } from './support/keys.mjs';
import { attacked, attackOf, but, CHANNEL, fetcherOf, fileOf, honestNames, pinned, subdir, trusting, victim } from './support/trust.mjs';

const member = (name, more = {}) => ({ build: '0', name, sha256: '0'.repeat(64), subdir: 'noarch', version: '1', ...more });
const entry = (name, { more, bytes, fileName = `${name}-1-0.conda` } = {}) => {
  const record = member(name, more);
  return { fileName, record: JSON.stringify(record), bytes: bytes ?? canonical(record) };
};

async function own(options = {}) {
  const verifier = await Verifier.create({ trustedRoot: rootText(), channel: CHANNEL, now: NOW, ...options });
  await verifier.refresh(fetcherOf(but(() => undefined, { 'key_mgr.json': keyMgrText() })));
  return verifier;
}

const many = repodataText(Array.from({ length: 5000 }, (_, number) => entry(`p${number}`)));

test('an honest channel', async () => {
  const verifier = await trusting();
  const report = await verifier.auditRecords(subdir);
  assert.deepEqual(report, {
    subdir,
    trust: { basis: 'content-trust', anchor: verifier.trust.anchor },
    method: 'batch',
    records: honestNames.length,
    trusted: honestNames.length,
    weakCount: 0,
    unsignedCount: 0,
    badCount: 0,
    weak: [],
    unsigned: [],
    bad: [],
    notChecked: verifier.trust.notChecked,
  });
  assert.ok([report, report.trust, report.weak, report.unsigned, report.bad, report.notChecked].every(Object.isFrozen));
});

test('what is wrong is listed, and why', async () => {
  for (const [way, lists] of [
    ['repodata-unsigned', { unsigned: honestNames }],
    ['record-unsigned', { unsigned: [victim] }],
    ['record-md5-only', { weak: [victim] }],
    ['record-tampered', { bad: [[victim, 'THRESHOLD_NOT_MET']] }],
    ['record-key-twice', { bad: [[victim, undefined]] }],
    ['record-moved', { bad: [[victim, 'RECORD_NAME_MISMATCH']] }],
    ['record-other-subdir', { bad: [[victim, 'RECORD_SUBDIR_MISMATCH']] }],
    ['record-without-digest', { bad: [[victim, 'RECORD_INVALID']] }],
  ]) {
    const verifier = await trusting({}, attacked(attackOf(way)));
    const report = await verifier.auditRecords(subdir);
    const { weak = [], unsigned = [], bad = [] } = lists;
    assert.deepEqual([report.weak, [...report.unsigned].sort()], [weak, [...unsigned].sort()], way);
    assert.deepEqual(report.bad.map(({ fileName }) => fileName), bad.map(([name]) => name), way);
    assert.equal(report.trusted, honestNames.length - weak.length - unsigned.length - bad.length, way);
    for (const [index, { error }] of report.bad.entries()) {
      const alone = (() => {
        try {
          return verifier.verifyRecord(subdir, victim);
        } catch (error) {
          return error;
        }
      })();
      // A summary says of a record what its own verification says.
      assert.equal(error.code, alone.code);
      assert.deepEqual(VerifierError.fromJSON(error).toJSON(), alone.toJSON());
      if (bad[index][1] !== undefined) assert.equal(error.code, bad[index][1]);
      assert.ok(error.message !== '' && error.hint !== '');
    }
  }
});

test('the lists are bounded, and the counts stay true', async () => {
  const bytes = Buffer.from('x');
  const entries = [
    ...Array.from({ length: 2500 }, (_, number) => entry(`bad${number}`, { bytes })),
    ...Array.from({ length: 1300 }, (_, number) => entry(`weak${number}`, { more: { sha256: undefined, md5: '0'.repeat(32) } })),
    entry('good'),
  ];
  const text = repodataText(entries);
  const bare = JSON.parse(text);
  for (let number = 0; number < 1200; number++) delete bare.signatures[`bad${number}-1-0.conda`];
  for (const [limits, longest] of [[undefined, 1000], [{ findings: 7 }, 7], [{ findings: 0 }, 0], [{ findings: 5000 }, 5000]]) {
    const verifier = await own({ limits });
    await verifier.addRepodata('noarch', JSON.stringify(bare));
    const { records, trusted, weakCount, unsignedCount, badCount, weak, unsigned, bad } = await verifier.auditRecords('noarch');
    assert.deepEqual([records, trusted, weakCount, unsignedCount, badCount], [3801, 1, 1300, 1200, 1300]);
    const lengths = [1300, 1200, 1300].map((length) => Math.min(length, longest));
    assert.deepEqual([weak.length, unsigned.length, bad.length], lengths);
  }
});

test('one bad record among many is found, wherever it is', async () => {
  const verifier = await own();
  for (const at of [0, 1, 63, 64, 1023, 1024, 1999]) {
    const entries = Array.from({ length: 2000 }, (_, number) => entry(`p${number}`));
    entries[at] = entry(`p${at}`, { bytes: Buffer.from('x') });
    await verifier.addRepodata('noarch', repodataText(entries));
    const report = await verifier.auditRecords('noarch');
    assert.deepEqual([report.records, report.trusted, report.unsigned], [2000, 1999, []]);
    assert.deepEqual(report.bad.map(({ fileName, error }) => [fileName, error.code]), [[`p${at}-1-0.conda`, 'THRESHOLD_NOT_MET']]);
  }
});

test('no records at all, and roles that have expired all the same', async () => {
  let time = NOW;
  const verifier = await own({ now: () => time });
  for (const text of ['{"packages":{}}', '{"packages":{},"signatures":{}}']) {
    await verifier.addRepodata('noarch', text);
    const report = await verifier.auditRecords('noarch');
    assert.deepEqual([report.records, report.trusted, report.bad], [0, 0, []]);
  }
  time = '2031-01-01T00:00:00Z';
  await assert.rejects(verifier.auditRecords('noarch'), { code: 'EXPIRED' });
  await assert.rejects(verifier.auditRecords('linux-64'), { code: 'ARGUMENT_INVALID' });
});

test('progress, and turns of the event loop in between', async () => {
  const verifier = await own();
  await verifier.addRepodata('noarch', many);
  // Once without a look at the clock: engines compile what runs for the first time.
  await verifier.auditRecords('noarch');
  const seen = [];
  let turns = 0;
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const moment = performance.now();
    longest = Math.max(longest, moment - last);
    last = moment;
    turns++;
  }, 1);
  const report = await verifier.auditRecords('noarch', { onProgress: (step) => seen.push(step) });
  clearInterval(timer);
  assert.equal(report.trusted, 5000);
  assert.deepEqual(seen, [1024, 2048, 3072, 4096, 5000].map((done) => ({ phase: 'records', done, total: 5000 })));
  assert.ok(turns >= 4, `${turns} turns`);
  console.log(`the longest stretch took ${longest.toFixed(0)} ms`);
  // Far above what it takes where nothing else runs, far below all of it at once.
  assert.ok(longest < 400, `nothing else was heard for ${longest} ms`);
});

test('an AbortSignal ends an audit with its reason', async () => {
  const verifier = await own();
  await verifier.addRepodata('noarch', many);
  const reason = new Error('enough');
  await assert.rejects(verifier.auditRecords('noarch', { signal: AbortSignal.abort(reason) }), reason);
  const controller = new AbortController();
  let last;
  const onProgress = ({ done }) => {
    last = done;
    if (done === 2048) controller.abort(reason);
  };
  await assert.rejects(verifier.auditRecords('noarch', { signal: controller.signal, onProgress }), reason);
  assert.equal(last, 2048);
  const thrower = () => { throw reason; };
  await assert.rejects(verifier.auditRecords('noarch', { onProgress: thrower }), reason);
  await assert.rejects(verifier.auditRecords('noarch', { onProgres: thrower }), { code: 'ARGUMENT_INVALID' });
  assert.equal((await verifier.auditRecords('noarch')).trusted, 5000);
});

test('free(), and other repodata, while an audit is under way', async () => {
  const verifier = await own();
  await verifier.addRepodata('noarch', many);
  const replaced = verifier.auditRecords('noarch');
  await verifier.addRepodata('noarch', many);
  await assert.rejects(replaced, { code: 'ARGUMENT_INVALID' });
  const both = [verifier.auditRecords('noarch'), verifier.auditRecords('noarch')];
  for (const { trusted } of await Promise.all(both)) assert.equal(trusted, 5000);
  const freed = verifier.auditRecords('noarch');
  verifier.free();
  await assert.rejects(freed, { code: 'FREED' });
  // Nobody else takes harm.
  assert.equal((await (await trusting()).auditRecords(subdir)).trusted, honestNames.length);
});

test('the memory of what is trusted comes back', async () => {
  const text = new TextEncoder().encode(`{"packages":{}${' '.repeat(1 << 20)}}`);
  let memory = 0;
  const source = {
    size: text.length,
    readAt(offset, into) {
      memory = into.buffer.byteLength;
      into.set(text.subarray(offset, offset + into.length));
    },
  };
  // A root that is as long as it may be: what it leaves behind adds up.
  const root = Buffer.from(fileOf('root.json'));
  const trustedRoot = Buffer.concat([root, Buffer.alloc(512_000 - root.length, 32)]);
  const role = Buffer.from(fileOf('key_mgr.json'));
  const padded = Buffer.concat([role, Buffer.alloc(512_000 - role.length, 32)]);
  const use = async () => {
    const verifier = await pinned({ trustedRoot });
    const files = attacked(attackOf('pkg-mgr-withheld'));
    await verifier.refresh(fetcherOf(but(files, { 'key_mgr.json': padded })));
    verifier.restore(verifier.export());
    await verifier.addRepodata(subdir, source);
    return verifier;
  };
  for (let round = 0; round < 5; round++) (await use()).free();
  const enough = memory;
  for (let round = 0; round < 40; round++) {
    (await use()).free();
    assert.ok(memory <= enough, `${memory} after ${enough} bytes`);
  }
  // And where nobody frees, the garbage collector does.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  for (let round = 0; round < 40; round++) {
    await use();
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(memory <= 3 * enough, `${memory} after ${enough} bytes`);
});
