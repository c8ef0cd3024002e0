// All records of a subdir: rows by name, what is wrong with some, and a page that stays alive.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { bytesOf, fixtures } from './support/samples.mjs';
import { contentOf, TufChannel } from './support/tuf.mjs';
import { CHANNEL, failure, fetcherOf, fileOf, honestNames, subdir, trusting } from './support/trust.mjs';

const RECORD = '{"build":"0","build_number":3,"depends":["b >=1"],"license":"MIT","name":"a","size":7,"timestamp":1700000000000,"version":"1"}';
const row = (fileName, more = {}) => ({
  fileName,
  name: 'a',
  version: '1',
  build: '0',
  buildNumber: 3,
  size: 7,
  timestamp: 1_700_000_000_000,
  license: 'MIT',
  fault: null,
  ...more,
});
const NOTHING = { name: null, version: null, build: null, buildNumber: null, size: null, timestamp: null, license: null };

const section = (records) => Object.entries(records).map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',');
const repodata = (records, tarballs = {}, more = '') =>
  `{"info":{"subdir":"noarch"},"packages":{${section(tarballs)}},"packages.conda":{${section(records)}}${more}}`;

async function listed(text, options = {}) {
  const verifier = await Verifier.create(options);
  await verifier.addRepodata('noarch', new TextEncoder().encode(text));
  return { verifier, rows: await verifier.listRecords('noarch') };
}

test('rows of all sections, by their names', async () => {
  const text = repodata({ 'c-1-0.conda': RECORD, 'a-1-0.conda': RECORD }, { 'b-1-0.tar.bz2': RECORD }, `,"v3":{"conda":{"a-1-0":${RECORD},"d-1-0":${RECORD}}}`);
  const { rows } = await listed(text);
  assert.deepEqual(rows, ['a-1-0.conda', 'b-1-0.tar.bz2', 'c-1-0.conda', 'd-1-0.conda'].map((name) => row(name)));
  assert.ok([rows, ...rows].every(Object.isFrozen));
  for (const text of ['{}', '']) assert.deepEqual((await listed(text)).rows, []);
});

test('what is not there, or is something else, is null', async () => {
  const { rows } = await listed(repodata({
    'a-1-0.conda': '{"name":"a","version":"1","build":"0"}',
    'b-1-0.conda': RECORD.replace('"MIT"', '["MIT"]').replace('1700000000000', '"now"'),
    'c-1-0.conda': RECORD.replace('1700000000000', '1500000000'),
  }));
  assert.deepEqual(rows, [
    row('a-1-0.conda', { buildNumber: null, size: null, timestamp: null, license: null }),
    row('b-1-0.conda', { timestamp: null, license: null }),
    // In seconds, as old records have it.
    row('c-1-0.conda', { timestamp: 1_500_000_000_000 }),
  ]);
});

test('a fault is what findRecord refuses the record for', async () => {
  const records = {
    'a-1-0.conda': RECORD,
    'array-1-0.conda': '[]',
    'conflict-1-0.conda': RECORD,
    'number-1-0.conda': '7',
    'negative-1-0.conda': RECORD.replace(':7', ':-7'),
    'nameless-1-0.conda': RECORD.replace('"name"', '"nam"'),
    'surrogate-1-0.conda': RECORD.replace('b >=1', '\\ud800'),
    'twice-1-0.conda': RECORD.replace('{', '{"name":"a",'),
    'version-1-0.conda': RECORD.replace('"version":"1"', '"version":1'),
    __proto__2: RECORD,
  };
  const text = repodata({ ...records, ['__proto__']: RECORD, 'x-1-0.conda': RECORD }, {}, `,"v3":{"conda":{"conflict-1-0":${RECORD.replace(':7', ':8')}}}`);
  const { verifier, rows } = await listed(text);
  assert.equal(rows.length, 12);
  assert.deepEqual(rows.map(({ fileName }) => fileName), [...rows.map(({ fileName }) => fileName)].sort());
  const codes = new Set();
  for (const { fileName, fault, ...members } of rows) {
    const error = await failure(async () => {
      verifier.findRecord('noarch', fileName);
      throw new Error('none');
    });
    if (error.message === 'none') {
      assert.equal(fault, null, fileName);
      assert.deepEqual({ fileName, ...members, fault }, row(fileName));
      continue;
    }
    codes.add(error.code);
    assert.deepEqual(fault, { code: error.code, message: error.message }, fileName);
    assert.ok(Object.isFrozen(fault));
  }
  assert.deepEqual([...codes].sort(), ['JSON_INVALID', 'RECORD_CONFLICT', 'RECORD_INVALID']);
  const of = (name) => rows.find(({ fileName }) => fileName === name);
  const { fault, ...others } = of('version-1-0.conda');
  assert.deepEqual(others, (({ fault, ...it }) => it)(row('version-1-0.conda', { version: null })));
  assert.equal(fault.code, 'RECORD_INVALID');
  for (const name of ['array-1-0.conda', 'conflict-1-0.conda', 'number-1-0.conda', 'surrogate-1-0.conda', 'twice-1-0.conda']) {
    const { fileName, fault, ...members } = of(name);
    assert.deepEqual(members, NOTHING, fileName);
    assert.notEqual(fault, null);
  }
});

test('names that try to be something else stay texts', async () => {
  const names = ['<img src=x onerror=alert(1)>', '\u202egnp.exe', '💩', 'x'.repeat(4000), '","', 'constructor', '\u0000'];
  const { rows } = await listed(repodata(Object.fromEntries(names.map((name) => [name, RECORD.replace('"a"', JSON.stringify(name))]))));
  assert.deepEqual(rows.map(({ fileName, name }) => [fileName, name]).sort(), names.map((name) => [name, name]).sort());
});

test('a record that is longer than may be read', async () => {
  const { rows } = await listed(repodata({ 'a-1-0.conda': RECORD, 'b-1-0.conda': RECORD.replace('b >=1', 'b'.repeat(5000)) }), { limits: { recordBytes: 1000 } });
  assert.deepEqual(rows[0], row('a-1-0.conda'));
  assert.equal(rows[1].fault.code, 'LIMIT_EXCEEDED');
});

test('signed or not, under each kind of root', async () => {
  const verifier = await trusting();
  const rows = await verifier.listRecords(subdir);
  assert.deepEqual(rows.map(({ fileName }) => fileName), [...honestNames].sort());
  for (const { fileName, name, version, build, fault } of rows) {
    const record = verifier.verifyRecord(subdir, fileName);
    assert.deepEqual([name, version, build, fault], [record.name, record.version, record.build, null]);
  }
  const compressed = await Verifier.create();
  await compressed.addRepodata(subdir, fileOf(`${subdir}/repodata.json`));
  assert.deepEqual(await compressed.listRecords(subdir), rows);
  const path = 'noarch/repodata.json.zst';
  const channel = new TufChannel({ listed: [path] });
  const tuf = await Verifier.create({ trustedRoot: channel.root, channel: CHANNEL });
  await tuf.refresh(fetcherOf((path) => channel.at(path)));
  await tuf.addRepodata('noarch', contentOf(path));
  assert.ok((await tuf.listRecords('noarch')).length > 0);
});

test('repodata that was only indexed, and none', async () => {
  const verifier = await Verifier.create();
  await verifier.indexRepodata('noarch', new TextEncoder().encode(repodata({ 'a-1-0.conda': RECORD })));
  await assert.rejects(verifier.listRecords('noarch'), { code: 'ARGUMENT_INVALID', message: /was not kept/ });
  await assert.rejects(verifier.listRecords('linux-64'), { code: 'ARGUMENT_INVALID' });
  await assert.rejects(verifier.listRecords('noarch', { onProgres: () => {} }), { code: 'ARGUMENT_INVALID' });
  verifier.free();
  await assert.rejects(verifier.listRecords('noarch'), { code: 'FREED' });
});

const MANY = 20_000;
const many = repodata(Object.fromEntries(Array.from({ length: MANY }, (_, number) => [`a${number}-1-0.conda`, RECORD.replace('"a"', `"a${number}"`)])));

test('progress, and turns of the event loop in between', async () => {
  const { verifier, rows } = await listed(many);
  assert.equal(rows.length, MANY);
  const seen = [];
  const [ended, replaced, freed] = [new Error('enough'), 'ARGUMENT_INVALID', 'FREED'];
  await verifier.listRecords('noarch', { onProgress: (step) => seen.push(step) });
  assert.ok(seen.length > 10, `${seen.length} pieces`);
  assert.ok(seen.every(({ phase, done, total }, at) => phase === 'records' && total === MANY && done > (seen[at - 1]?.done ?? 0)));
  assert.equal(seen.at(-1).done, MANY);
  const controller = new AbortController();
  const calls = [];
  const onProgress = ({ done }) => {
    calls.push(done);
    controller.abort(ended);
  };
  await assert.rejects(verifier.listRecords('noarch', { signal: controller.signal, onProgress }), ended);
  assert.equal(calls.length, 1);
  const other = verifier.listRecords('noarch');
  await verifier.addRepodata('noarch', new TextEncoder().encode(many));
  await assert.rejects(other, { code: replaced });
  const last = verifier.listRecords('noarch');
  verifier.free();
  await assert.rejects(last, { code: freed });
});
