// Records, repodata and packages under a root of TUF, from JavaScript.
import assert from 'node:assert/strict';
import test from 'node:test';

import { MemoryStore, Verifier } from 'conda-verifier';

import { bytesOf, fixtures } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { contentOf, honest, TufChannel } from './support/tuf.mjs';
import { CHANNEL, failure } from './support/trust.mjs';

const ZST = 'noarch/repodata.json.zst';
const PLAIN = 'noarch/repodata.json';
const [victim] = honest;
const fileName = victim.split('/')[1];

/** A fetcher over channels, by where they are; notes what was asked for. */
function fetcherOf(channels, asked = []) {
  return (url) => {
    const [base, channel] = Object.entries(channels).find(([base]) => url.href.startsWith(base));
    const path = url.href.slice(base.length);
    asked.push(path);
    const bytes = channel.at(path);
    return bytes === undefined ? new Response(null, { status: 404 }) : new Response(bytes);
  };
}

/** A verifier that trusts the channel's roles. */
async function trusting(channel, options = {}, fetcher = fetcherOf({ [CHANNEL]: channel })) {
  const verifier = await Verifier.create({ trustedRoot: channel.root, channel: CHANNEL, ...options });
  await verifier.refresh(fetcher);
  return { verifier, fetcher };
}

/** A channel with a role that the top-level targets delegate noarch to. */
function delegating(listed = [ZST]) {
  const channel = new TufChannel({ listed: [] });
  channel.repository.delegate('targets', 'noarch', { paths: ['noarch/*'] });
  for (const path of listed) channel.list('noarch', path);
  channel.repository.release('targets', 'noarch');
  return channel;
}

const spoiled = (bytes) => {
  const other = Buffer.from(bytes);
  other[other.length >> 1] ^= 1;
  return other;
};

const codeOf = async (call) => (await failure(call)).code;

test('repodata as a target: records are vouched for, and so are packages', async () => {
  for (const path of [ZST, PLAIN, 'noarch/repodata.json.bz2']) {
    const { verifier } = await trusting(new TufChannel({ listed: [path] }));
    for (const options of [{}, { target: path }]) {
      await verifier.addRepodata('noarch', contentOf(path), options);
      const record = verifier.verifyRecord('noarch', fileName);
      assert.deepEqual(record.trust, { basis: 'tuf', anchor: verifier.trust.anchor });
      const verdict = await verifier.verifyPackage(contentOf(victim), { record });
      checkVerdict(verdict);
      assert.deepEqual([verdict.verdict, verdict.trust], ['verified', record.trust]);
      // TUF says both: they are no longer open.
      assert.ok(!verdict.notChecked.some(({ check }) => ['freshness', 'completeness'].includes(check)));
    }
    // Of another form of the same text nobody says anything.
    const other = path === PLAIN ? ZST : PLAIN;
    assert.equal(await codeOf(() => verifier.addRepodata('noarch', contentOf(other))), 'TARGET_DIGEST_MISMATCH');
    assert.equal(await codeOf(() => verifier.addRepodata('noarch', contentOf(other), { target: other })), 'TARGET_MISSING');
    verifier.free();
  }
});

test('wrong bytes are refused, and what was added before stays', async () => {
  const { verifier } = await trusting(new TufChannel());
  await verifier.addRepodata('noarch', contentOf(ZST));
  for (const add of ['addRepodata', 'indexRepodata']) {
    const error = await failure(() => verifier[add]('noarch', spoiled(contentOf(ZST))));
    assert.deepEqual([error.code, error.path], ['TARGET_DIGEST_MISMATCH', ZST]);
    assert.equal(verifier.verifyRecord('noarch', fileName).trust.basis, 'tuf');
  }
  // What is vouched for elsewhere is not vouched for here.
  assert.equal(await codeOf(() => verifier.addRepodata('linux-64', contentOf(ZST), { target: ZST })), 'REPODATA_MISPLACED');
});

test('repodata that no role lists: compared with, and unsigned', async () => {
  const { verifier } = await trusting(new TufChannel({ listed: ['noarch/notes.txt'].slice(1) }), { policy: { codes: { RECORD_UNSIGNED: 'warn' } } });
  await verifier.addRepodata('noarch', contentOf(PLAIN));
  assert.equal(await codeOf(() => verifier.verifyRecord('noarch', fileName)), 'RECORD_UNSIGNED');
  const record = verifier.findRecord('noarch', fileName);
  const verdict = await verifier.verifyPackage(contentOf(victim), { record });
  checkVerdict(verdict);
  assert.deepEqual([verdict.verdict, verdict.reasons, verdict.lowered], ['unverified', ['unsigned'], ['RECORD_UNSIGNED']]);
  const { trusted, unsignedCount } = await verifier.auditRecords('noarch');
  assert.deepEqual([trusted, unsignedCount], [0, 6]);
  const strict = await trusting(new TufChannel({ listed: [] }));
  await strict.verifier.addRepodata('noarch', contentOf(PLAIN));
  const found = strict.verifier.findRecord('noarch', fileName);
  assert.equal(await codeOf(() => strict.verifier.verifyPackage(contentOf(victim), { record: found })), 'RECORD_UNSIGNED');
});

test('a role that was not loaded: ROLES_NOT_LOADED, then loadTarget', async () => {
  const { verifier, fetcher } = await trusting(delegating());
  for (const add of ['addRepodata', 'indexRepodata']) {
    assert.equal(await codeOf(() => verifier[add]('noarch', contentOf(ZST))), 'ROLES_NOT_LOADED');
  }
  assert.equal(await codeOf(() => verifier.verifyTarget(ZST, contentOf(ZST))), 'ROLES_NOT_LOADED');
  const target = await verifier.loadTarget(ZST, fetcher);
  assert.deepEqual(target.roles, ['targets', 'noarch']);
  await verifier.addRepodata('noarch', contentOf(ZST));
  assert.equal(verifier.verifyRecord('noarch', fileName).trust.basis, 'tuf');
  // Before a refresh nothing is.
  const early = await Verifier.create({ trustedRoot: new TufChannel().root, channel: CHANNEL });
  assert.equal(await codeOf(() => early.addRepodata('noarch', contentOf(ZST))), 'ROLES_NOT_LOADED');
});

test('indexRepodata: a stream, bytes, and both forms', async () => {
  for (const path of [ZST, PLAIN]) {
    const { verifier } = await trusting(new TufChannel({ listed: [path] }));
    const text = Buffer.from(contentOf(PLAIN));
    for (const source of [contentOf(path), new Blob([contentOf(path)]).stream(), new Response(contentOf(path))]) {
      await verifier.indexRepodata('noarch', source);
      const place = verifier.locateRecord('noarch', fileName);
      const read = (range) => range && text.subarray(...range);
      const texts = { record: read(place.record), twin: read(place.twin), signatures: read(place.signatures) };
      const record = verifier.verifyRecord('noarch', fileName, texts);
      assert.equal(record.trust.basis, 'tuf');
      assert.equal((await verifier.verifyPackage(contentOf(victim), { record })).verdict, 'verified');
    }
    const error = await failure(() => verifier.indexRepodata('noarch', new Blob([spoiled(contentOf(path))]).stream()));
    assert.equal(error.code, 'TARGET_DIGEST_MISMATCH');
    verifier.free();
  }
});

test('auditRecords: a target, each record read', async () => {
  const { verifier } = await trusting(new TufChannel());
  await verifier.addRepodata('noarch', contentOf(ZST));
  const { method, trust, records, trusted, badCount, unsignedCount, notChecked } = await verifier.auditRecords('noarch');
  assert.deepEqual([method, trust.basis, records, trusted, badCount, unsignedCount, notChecked], ['target', 'tuf', 6, 6, 0, 0, []]);
  // A bad record stays bad, whoever lists the file.
  const repodata = JSON.parse(Buffer.from(contentOf(PLAIN)));
  repodata['packages.conda'][fileName].name = 'other';
  const text = Buffer.from(JSON.stringify(repodata));
  const channel = new TufChannel({ listed: [] });
  channel.list('targets', PLAIN, text);
  channel.repository.release('targets');
  const other = (await trusting(channel)).verifier;
  await other.addRepodata('noarch', text);
  const report = await other.auditRecords('noarch');
  assert.deepEqual([report.trusted, report.badCount, report.bad[0].fileName], [5, 1, fileName]);
});

test('an index of shards as a target', async () => {
  const path = 'noarch/repodata_shards.msgpack.zst';
  const shardsOf = (name) => bytesOf(`${fixtures.sharded.folder}/bytes/noarch/${name}`);
  const index = shardsOf('repodata_shards.msgpack.zst');
  const channel = new TufChannel({ listed: [] });
  channel.list('targets', path, index);
  channel.repository.release('targets');
  const { verifier } = await trusting(channel);
  assert.equal(await codeOf(() => verifier.addShardIndex('noarch', spoiled(index))), 'TARGET_DIGEST_MISMATCH');
  await verifier.addShardIndex('noarch', index);
  await verifier.addShard('noarch', 'hello', shardsOf(verifier.shardPath('noarch', 'hello')));
  const record = verifier.verifyRecord('noarch', 'hello-1.0-pyh0_0.conda');
  assert.equal(record.trust.basis, 'tuf');
  const verdict = await verifier.verifyPackage(bytesOf('noarch/hello-1.0-pyh0_0.conda'), { record });
  assert.deepEqual([verdict.verdict, verdict.trust.basis], ['verified', 'tuf']);
});

test('evidence handed to another verifier counts where the repodata is there too', async () => {
  const channel = new TufChannel();
  const one = (await trusting(channel)).verifier;
  await one.addRepodata('noarch', contentOf(ZST));
  const record = JSON.parse(JSON.stringify(one.verifyRecord('noarch', fileName)));
  const other = (await trusting(channel)).verifier;
  assert.equal(await codeOf(() => other.verifyPackage(contentOf(victim), { record })), 'ARGUMENT_INVALID');
  await other.addRepodata('noarch', contentOf(ZST));
  assert.equal((await other.verifyPackage(contentOf(victim), { record })).verdict, 'verified');
  const renamed = { ...record, fileName: honest[1].split('/')[1] };
  assert.equal(await codeOf(() => other.verifyPackage(contentOf(victim), { record: renamed })), 'RECORD_CONFLICT');
});

test('a package target beside the record has to agree', async () => {
  const agreed = (await trusting(new TufChannel({ listed: [ZST, victim] }))).verifier;
  await agreed.addRepodata('noarch', contentOf(ZST));
  const verdict = await agreed.verifyPackage(contentOf(victim), { record: agreed.verifyRecord('noarch', fileName) });
  assert.ok(verdict.checks.some(({ check, outcome }) => check === 'package-target' && outcome === 'passed'));
  const torn = new TufChannel();
  torn.repository.addArtifact('targets', victim, contentOf(honest[1]));
  torn.repository.release('targets');
  const { verifier } = await trusting(torn);
  await verifier.addRepodata('noarch', contentOf(ZST));
  const record = verifier.verifyRecord('noarch', fileName);
  for (const path of [victim, honest[1]]) {
    const error = await failure(() => verifier.verifyPackage(contentOf(path), { record }));
    assert.equal(error.code, 'TRUST_CONFLICT');
    checkVerdict(error.verdict);
  }
});

test('a package target alone: basis tuf, and the record was not checked', async () => {
  const { verifier } = await trusting(new TufChannel({ listed: [victim] }));
  const verdict = await verifier.verifyPackage(contentOf(victim), { target: victim });
  checkVerdict(verdict);
  assert.deepEqual([verdict.verdict, verdict.trust, verdict.file], ['verified', { basis: 'tuf', anchor: verifier.trust.anchor }, fileName]);
  assert.ok(verdict.notChecked.some(({ check }) => check === 'record'));
  assert.equal(await codeOf(() => verifier.verifyPackage(spoiled(contentOf(victim)), { target: victim })), 'TARGET_DIGEST_MISMATCH');
  assert.equal(await codeOf(() => verifier.verifyPackage(contentOf(victim), { target: honest[1] })), 'TARGET_MISSING');
});

test('mirrors and a store: delegated roles come back from it', async () => {
  const channel = delegating([ZST, victim]);
  const bad = delegating([ZST, victim]);
  for (const path of [ZST, victim]) {
    for (const [place, bytes] of bad.repository.files) if (place.includes(path.split('/')[1])) bad.repository.files.set(place, spoiled(bytes));
  }
  const places = { 'https://bad.example/': bad, 'https://good.example/': channel };
  const store = new MemoryStore();
  const options = { mirrors: Object.keys(places), store };
  const verifier = await Verifier.create({ trustedRoot: channel.root, channel: CHANNEL });
  const report = await verifier.refresh(fetcherOf(places), options);
  assert.ok(report.mirrors.length > 0 && report.mirrors.every(({ mirror }) => mirror === 'https://bad.example/'));
  const { target, bytes } = await verifier.fetchTarget(ZST, fetcherOf(places), options);
  assert.deepEqual([target.roles, Buffer.compare(bytes, contentOf(ZST))], [['targets', 'noarch'], 0]);
  await verifier.addRepodata('noarch', bytes);
  assert.equal(verifier.verifyRecord('noarch', fileName).trust.basis, 'tuf');
  // Another one that has the store asks for no delegated role.
  const asked = [];
  const next = await Verifier.create({ trustedRoot: channel.root, channel: CHANNEL });
  await next.refresh(fetcherOf(places, asked), { mirrors: ['https://good.example/'], store });
  await next.loadTarget(victim, fetcherOf(places, asked), { mirrors: ['https://good.example/'], store });
  assert.deepEqual(asked.filter((path) => path.includes('noarch')), []);
});

test('free() gives back what refused and accepted files took', async () => {
  const verifiers = async () => {
    const { verifier } = await trusting(new TufChannel());
    for (let round = 0; round < 40; round += 1) {
      await failure(() => verifier.addRepodata('noarch', spoiled(contentOf(ZST))));
      await verifier.addRepodata('noarch', contentOf(ZST));
      await verifier.indexRepodata('noarch', contentOf(ZST));
      await failure(() => verifier.indexRepodata('noarch', spoiled(contentOf(ZST))));
    }
    verifier.free();
  };
  await verifiers();
  const before = await memory();
  assert.ok(before > 0);
  for (let round = 0; round < 5; round += 1) await verifiers();
  assert.equal(await memory(), before);
});

/** Bytes of the WebAssembly code's memory, as a source sees them. */
async function memory() {
  let bytes = 0;
  const verifier = await Verifier.create();
  const readAt = (_, into) => {
    bytes = into.buffer.byteLength;
    into.fill(0);
  };
  await verifier.inspectPackage({ size: 64, readAt }, { fileName: 'x-1-0.conda' });
  verifier.free();
  return bytes;
}
