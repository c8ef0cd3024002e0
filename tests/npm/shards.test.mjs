// Sharded repodata (CEP 16): compared with its index, and vouched for by nobody.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { root } from './support/places.mjs';
import { bytesOf, errorCodes, fixtures, pathOf, sha256, small } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { serve } from './support/server.mjs';
import { pinned, trusting } from './support/trust.mjs';

const { folder, index, names, victim, file, spoiled } = fixtures.sharded;
const at = (spelling, path) => bytesOf(join(folder, spelling, path));
const bytes = bytesOf(small);

/** A verifier with the index of a sample channel, and a function that gives a shard's bytes. */
async function indexed(spelling = 'bytes', options = {}) {
  const verifier = await Verifier.create(options);
  await verifier.addShardIndex('noarch', at(spelling, index));
  const shard = (name) => at(spelling, `noarch/${verifier.shardPath('noarch', name)}`);
  return { verifier, shard };
}

test('an index, its shards, and the records in them', async () => {
  for (const spelling of ['bytes', 'hex']) {
    const { verifier, shard } = await indexed(spelling);
    const added = await verifier.addShardIndex('noarch', at(spelling, index));
    assert.deepEqual(added, { subdir: 'noarch', names, baseUrl: '', target: null });
    assert.ok(Object.isFrozen(added) && Object.isFrozen(added.names));
    const found = [];
    for (const name of names) {
      assert.match(verifier.shardPath('noarch', name), /^shards\/[0-9a-f]{64}\.msgpack\.zst$/);
      const { fileNames, removed } = await verifier.addShard('noarch', name, shard(name));
      assert.deepEqual(removed, []);
      found.push(...fileNames);
    }
    const all = [...fixtures.honest, ...fixtures.tampered].map((path) => path.split('/').at(-1));
    assert.deepEqual(found.sort(), all.sort());
    const whole = await Verifier.create();
    await whole.addRepodata('noarch', bytesOf('noarch/repodata.json'));
    for (const name of found) {
      const record = verifier.findRecord('noarch', name);
      assert.deepEqual(record, whole.findRecord('noarch', name), name);
      assert.deepEqual(record.trust, { basis: 'none', anchor: null });
      const verdict = await verifier.inspectPackage(bytesOf(`noarch/${name}`), { record });
      if (!fixtures.honest.includes(`noarch/${name}`)) {
        assert.equal(verdict.verdict, 'rejected');
        continue;
      }
      checkVerdict(verdict);
      assert.deepEqual([verdict.verdict, verdict.reasons], ['unverified', ['unsigned']]);
    }
    const record = verifier.findRecord('noarch', file);
    await assert.rejects(verifier.verifyPackage(bytes.subarray(1), { record }), { code: 'SIZE_MISMATCH' });
  }
});

test('empty, by v3: its records are there as the others are', async () => {
  const { verifier, shard } = await indexed();
  const { fileNames } = await verifier.addShard('noarch', 'empty', shard('empty'));
  assert.deepEqual(fileNames, ['empty-0.1-0.conda', 'empty-0.1-0.tar.bz2']);
  for (const name of fileNames) assert.equal(verifier.findRecord('noarch', name).sha256, sha256(bytesOf(`noarch/${name}`)));
});

test('every kind of source', async (t) => {
  const url = await serve(t);
  const base = `${url}/${folder}/bytes/noarch`;
  const whole = at('bytes', index);
  const kinds = (bytes) => [
    bytes,
    bytes.buffer,
    new Blob([bytes]),
    new Blob([bytes]).stream(),
    new Response(bytes),
    new Uint8Array(new SharedArrayBuffer(bytes.length)).map((_, at) => bytes[at]),
    { size: bytes.length, readAt: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)) },
  ];
  const verifier = await Verifier.create();
  for (const source of kinds(whole)) {
    assert.deepEqual((await verifier.addShardIndex('noarch', source)).names, names);
    for (const shard of kinds(at('bytes', `noarch/${verifier.shardPath('noarch', victim)}`))) {
      assert.ok((await verifier.addShard('noarch', victim, shard)).fileNames.includes(file));
    }
  }
  const indexUrl = `${base}/repodata_shards.msgpack.zst`;
  await verifier.addShardIndex('noarch', await fetch(indexUrl));
  const shardUrl = new URL(verifier.shardPath('noarch', victim), indexUrl);
  const progress = [];
  await verifier.addShard('noarch', victim, await fetch(shardUrl), { onProgress: ({ phase }) => progress.push(phase) });
  assert.deepEqual([...new Set(progress)], ['reading']);
  assert.equal(verifier.findRecord('noarch', file).name, 'hello');
  await assert.rejects(verifier.addShard('noarch', victim, await fetch(`${base}/no`)), { code: 'HTTP_STATUS' });
  await assert.rejects(verifier.addShardIndex('noarch', await fetch(`${base}/no`)), { code: 'HTTP_STATUS' });
  // What could not be read changes nothing, and says what it failed with.
  const cause = new Error('the disk');
  const broken = { size: 9, readAt: () => { throw cause; } };
  for (const call of [() => verifier.addShard('noarch', victim, broken), () => verifier.addShardIndex('noarch', broken)]) {
    await assert.rejects(call(), (error) => error.code === 'SOURCE_READ' && error.cause === cause);
  }
  assert.equal(verifier.findRecord('noarch', file).name, 'hello');
});

test('a shard whose bytes are others is not even decoded', async () => {
  const { verifier, shard } = await indexed();
  const honest = shard(victim);
  const flipped = honest.slice();
  flipped[flipped.length >> 1] ^= 1;
  const cases = [new Uint8Array(), flipped, honest.subarray(1), new Uint8Array([...honest, 0]), shard('big'), new Uint8Array(200)];
  for (const bytes of cases) {
    await assert.rejects(verifier.addShard('noarch', victim, bytes), (error) => {
      assert.deepEqual([error.expected, error.actual], [sha256(honest), sha256(bytes)]);
      return error.code === 'SHARD_DIGEST_MISMATCH' && error.message.includes(victim);
    });
  }
  assert.throws(() => verifier.findRecord('noarch', file), { code: 'ARGUMENT_INVALID' });
  await verifier.addShard('noarch', victim, honest);
  // What was there stays.
  await assert.rejects(verifier.addShard('noarch', victim, flipped), { code: 'SHARD_DIGEST_MISMATCH' });
  assert.equal(verifier.findRecord('noarch', file).name, 'hello');
  // As many bytes as the limit allows are read, and no more.
  const limited = await indexed('bytes', { limits: { shardBytes: 1500 } });
  await limited.verifier.addShard('noarch', victim, limited.shard(victim));
  let asked = 0;
  const huge = { size: 2 ** 40, readAt: (_, into) => void (asked += into.length) };
  await assert.rejects(limited.verifier.addShard('noarch', victim, huge), { code: 'SHARD_DIGEST_MISMATCH' });
  assert.equal(asked, 1501);
});

test('packages and files that are not there', async () => {
  const { verifier, shard } = await indexed();
  for (const name of ['nobody', '', '__proto__', 'constructor', '../hello', 'HELLO']) {
    assert.throws(() => verifier.shardPath('noarch', name), { code: 'SHARD_MISSING' }, name);
    await assert.rejects(verifier.addShard('noarch', name, shard(victim)), { code: 'SHARD_MISSING' }, name);
  }
  for (const name of ['nobody-1-0.conda', '__proto__-1-0.conda', 'constructor-1-0.conda']) {
    assert.throws(() => verifier.findRecord('noarch', name), { code: 'SHARD_MISSING' }, name);
  }
  for (const name of ['__proto__', 'x', '', '1-0.conda', '-1-0.conda']) {
    assert.throws(() => verifier.findRecord('noarch', name), { code: 'ARGUMENT_INVALID' }, name);
  }
  // The index has it, and nobody brought it.
  assert.throws(() => verifier.findRecord('noarch', file), (error) => error.code === 'ARGUMENT_INVALID' && /addShard/.test(error.message));
  await verifier.addShard('noarch', victim, shard(victim));
  assert.throws(() => verifier.findRecord('noarch', 'hello-2.0-0.conda'), { code: 'RECORD_MISSING' });
  const calls = [
    () => verifier.shardPath('linux-64', victim),
    () => verifier.shardPath('noarch'),
    () => verifier.shardPath('noarch', 7),
    () => verifier.addShard('linux-64', victim, shard(victim)),
    () => verifier.addShard('noarch', victim, 7),
    () => verifier.addShard('noarch', victim, shard(victim), { singal: 1 }),
    () => verifier.addShardIndex('', at('bytes', index)),
    () => verifier.addShardIndex('noarch', 'text'),
    () => verifier.findRecord('noarch', 7),
  ];
  for (const call of calls) await assert.rejects(async () => call(), { code: 'ARGUMENT_INVALID' }, String(call));
});

const CODES = {
  'other-package': { find: 'RECORD_MISSING' },
  'record-moved': { find: undefined },
  'record-other-subdir': { find: 'RECORD_SUBDIR_MISMATCH' },
  'digest-short': { find: 'RECORD_INVALID' },
  'name-of-bytes': { find: 'RECORD_INVALID' },
  conflict: { find: 'RECORD_CONFLICT' },
  'file-twice': { add: 'REPODATA_INVALID' },
  'key-twice': { add: 'MSGPACK_INVALID' },
  'key-number': { add: 'MSGPACK_INVALID' },
  extension: { add: 'MSGPACK_INVALID' },
  'not-utf8': { add: 'MSGPACK_INVALID' },
  'huge-map': { add: 'MSGPACK_INVALID' },
  trailing: { add: 'MSGPACK_INVALID' },
  deep: { add: 'LIMIT_EXCEEDED' },
  'no-section': { add: 'REPODATA_INVALID' },
  bomb: { add: 'LIMIT_EXCEEDED' },
};

for (const { way, folder: below } of spoiled) {
  test(`a shard that the index has listed so: ${way}`, async () => {
    const verifier = await Verifier.create();
    await verifier.addShardIndex('noarch', bytesOf(join(below, 'index')));
    const add = verifier.addShard('noarch', victim, bytesOf(join(below, 'shard')));
    const { add: addCode, find: findCode } = CODES[way];
    if (addCode !== undefined) {
      await assert.rejects(add, { code: addCode });
      assert.throws(() => verifier.findRecord('noarch', file), { code: 'ARGUMENT_INVALID' });
      return;
    }
    await add;
    if (findCode !== undefined) {
      assert.throws(() => verifier.findRecord('noarch', file), { code: findCode });
      return;
    }
    // The file itself is sound; the one that is under another's name is not.
    assert.equal(verifier.findRecord('noarch', file).name, 'hello');
    assert.throws(() => verifier.findRecord('noarch', 'hello-1.0-pyh0_1.conda'), { code: 'RECORD_NAME_MISMATCH' });
  });
}

test('the ways to spoil a shard are all there', () => {
  assert.deepEqual(spoiled.map(({ way }) => way).sort(), Object.keys(CODES).sort());
});

test('what is no index is refused, and what was there before stays', async () => {
  const { verifier, shard } = await indexed();
  await verifier.addShard('noarch', victim, shard(victim));
  const honest = at('bytes', index);
  const cases = [
    [new Uint8Array(), 'MSGPACK_INVALID'],
    [new TextEncoder().encode('<!DOCTYPE html>'), 'MSGPACK_INVALID'],
    [new TextEncoder().encode('{"info":{}}'), 'MSGPACK_INVALID'],
    [bytesOf('noarch/repodata.json'), 'MSGPACK_INVALID'],
    // A map that says it has 2^32 - 1 members.
    [Uint8Array.from([0xdf, 0xff, 0xff, 0xff, 0xff]), 'MSGPACK_INVALID'],
    // Arrays in arrays.
    [Uint8Array.from([0x81, 0xa1, 0x78, ...new Array(100_000).fill(0x91)]), 'LIMIT_EXCEEDED'],
    [Uint8Array.from([0x80]), 'REPODATA_INVALID'],
    [bytesOf(join(folder, 'spoiled/bomb/shard')), 'LIMIT_EXCEEDED'],
    [shard(victim), 'REPODATA_INVALID'],
    [honest.subarray(0, -5), undefined],
  ];
  for (const [bytes, code] of cases) {
    await assert.rejects(verifier.addShardIndex('noarch', bytes), (error) => {
      assert.ok(error.hint !== '');
      return code === undefined ? /^ZSTD_/.test(error.code) : error.code === code;
    }, `${code} ${bytes.length}`);
    assert.equal(verifier.findRecord('noarch', file).name, 'hello');
  }
  await assert.rejects(verifier.addShardIndex('linux-64', honest), { code: 'REPODATA_MISPLACED' });
  // A new index begins with no shards; repodata takes the place of an index, and the other way round.
  await verifier.addShardIndex('noarch', honest);
  assert.throws(() => verifier.findRecord('noarch', file), { code: 'ARGUMENT_INVALID' });
  await verifier.addRepodata('noarch', bytesOf('noarch/repodata.json'));
  assert.equal(verifier.findRecord('noarch', file).name, 'hello');
  assert.throws(() => verifier.shardPath('noarch', victim), { code: 'ARGUMENT_INVALID' });
  await verifier.addShardIndex('noarch', honest);
  assert.match(verifier.shardPath('noarch', victim), /^shards/);
});

test('the records of the shards that were added are listed', async () => {
  for (const spelling of ['bytes', 'hex']) {
    const { verifier, shard } = await indexed(spelling);
    assert.deepEqual(await verifier.listRecords('noarch'), []);
    const added = [];
    for (const name of [...names].reverse()) {
      added.push(...(await verifier.addShard('noarch', name, shard(name))).fileNames);
      const rows = await verifier.listRecords('noarch');
      assert.deepEqual(rows.map(({ fileName }) => fileName), [...added].sort());
      for (const { fileName, fault, ...row } of rows) {
        assert.equal(fault, null, fileName);
        const { json, ...record } = verifier.findRecord('noarch', fileName);
        for (const member of ['name', 'version', 'build']) assert.equal(row[member], record[member], fileName);
      }
    }
    const trusted = await trusting();
    await trusted.addShardIndex('noarch', at(spelling, index));
    await trusted.addShard('noarch', victim, shard(victim));
    const { signers } = trusted.recordSigners('noarch', file);
    assert.deepEqual([signers[0].signed, [...new Set(signers[0].keys.map(({ state }) => state))]], [0, ['missing']]);
  }
});

test('with a trusted root, a record of a shard is one that nobody signed', async () => {
  for (const make of [pinned, trusting]) {
    const verifier = await make();
    await verifier.addShardIndex('noarch', at('bytes', index));
    await verifier.addShard('noarch', victim, at('bytes', `noarch/${verifier.shardPath('noarch', victim)}`));
    const record = verifier.findRecord('noarch', file);
    assert.deepEqual([record.trust.basis, record.evidence], ['none', undefined]);
    if (make === trusting) assert.throws(() => verifier.verifyRecord('noarch', file), { code: 'RECORD_UNSIGNED' });
    await assert.rejects(verifier.auditRecords('noarch'), { code: 'ARGUMENT_INVALID' });
    const judging = verifier.inspectPackage(bytes, { record });
    if (make === pinned) {
      // Before a refresh nobody is known who could have signed: nothing is decided.
      await assert.rejects(judging, { name: 'VerifierError', code: 'ROLES_NOT_LOADED' });
      continue;
    }
    const verdict = await judging;
    assert.deepEqual([verdict.verdict, errorCodes(verdict)], ['rejected', ['RECORD_UNSIGNED']]);
  }
  const lenient = await trusting({ policy: { codes: { RECORD_UNSIGNED: 'warn' } } });
  await lenient.addShardIndex('noarch', at('bytes', index));
  await lenient.addShard('noarch', victim, at('bytes', `noarch/${lenient.shardPath('noarch', victim)}`));
  const verdict = await lenient.verifyPackage(bytes, { record: lenient.findRecord('noarch', file) });
  assert.deepEqual([verdict.verdict, verdict.reasons, verdict.trust.basis], ['unverified', ['unsigned'], 'none']);
});

test('a shard that arrives after another index', async () => {
  const { verifier, shard } = await indexed();
  const honest = shard(victim);
  const late = new ReadableStream({
    async pull(controller) {
      await verifier.addShardIndex('noarch', at('hex', index));
      controller.enqueue(honest);
      controller.close();
    },
  });
  await assert.rejects(verifier.addShard('noarch', victim, late), { code: 'SHARD_DIGEST_MISMATCH' });
  const gone = verifier.addShard('noarch', victim, new Blob([honest]));
  verifier.free();
  await assert.rejects(gone, { code: 'FREED' });
});

test('real shards, where they are at hand', async (t) => {
  const real = join(root, '../shared/corpus/conda/tests/data/conda_format_repo/linux-64');
  if (!existsSync(real)) {
    console.log('real shards left out: ../shared is not here');
    return t.skip('../shared is not here');
  }
  const verifier = await Verifier.create();
  const { names: packages } = await verifier.addShardIndex('linux-64', readFileSync(join(real, 'repodata_shards.msgpack.zst')));
  let found = 0;
  for (const name of packages) {
    const shard = readFileSync(join(real, verifier.shardPath('linux-64', name)));
    const { fileNames } = await verifier.addShard('linux-64', name, shard);
    for (const fileName of fileNames) {
      assert.equal(verifier.findRecord('linux-64', fileName).name, name);
      found++;
    }
  }
  assert.ok(found > 0 && existsSync(pathOf('fixtures.json')));
});
