// Under a root of TUF: what a caller expects, what repodata says now, and what roles say of the
// package's own file all have to agree; and repodata may be replaced at any time.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { bytesOf, fixtures } from './support/samples.mjs';
import { contentOf, honest, TufChannel } from './support/tuf.mjs';
import { CHANNEL, failure, fileOf, trusting as trustingContent, victim as signedVictim } from './support/trust.mjs';

const ZST = 'noarch/repodata.json.zst';
const PLAIN = 'noarch/repodata.json';
const SHARDS = 'noarch/repodata_shards.msgpack.zst';
const [victim] = honest;
const fileName = victim.split('/')[1];

const fetcherOf = (channel, asked = []) => (url) => {
  const path = url.href.slice(CHANNEL.length);
  asked.push(path);
  const bytes = channel.at(path);
  return bytes === undefined ? new Response(null, { status: 404 }) : new Response(bytes);
};

async function trusting(channel, options = {}) {
  const verifier = await Verifier.create({ trustedRoot: channel.root, channel: CHANNEL, ...options });
  await verifier.refresh(fetcherOf(channel));
  return verifier;
}

/** The repodata of the channel, of which a function changes the record of the package. */
function changed(edit) {
  const repodata = JSON.parse(Buffer.from(contentOf(PLAIN)));
  edit(repodata['packages.conda'][fileName], repodata);
  return Buffer.from(JSON.stringify(repodata));
}

/** A channel whose plain repodata is another one. */
function listing(path, content) {
  const channel = new TufChannel({ listed: [] });
  channel.list('targets', path, content);
  channel.repository.release('targets');
  return channel;
}

/** A stream of the package that ends when it is told to. */
function slowly() {
  let controller;
  let isLeft = false;
  const stream = new ReadableStream({
    start: (given) => void (controller = given),
    cancel: () => void (isLeft = true),
  });
  return {
    source: new Response(stream),
    end() {
      if (isLeft) return;
      controller.enqueue(contentOf(victim));
      controller.close();
    },
  };
}

const codeOf = async (call) => (await failure(call)).code;

/** That the realm is none the worse for what went before. */
async function isAlive() {
  const verifier = await Verifier.create();
  assert.notEqual((await verifier.inspectPackage(contentOf(victim))).verdict, 'rejected');
  verifier.free();
}

test('repodata that is replaced while a package streams', async () => {
  for (const add of ['addRepodata', 'indexRepodata']) {
    const verifier = await trusting(new TufChannel());
    await verifier.addRepodata('noarch', contentOf(ZST));
    const record = verifier.verifyRecord('noarch', fileName);
    for (const call of ['verifyPackage', 'inspectPackage']) {
      const { source, end } = slowly();
      const verdict = verifier[call](source, { record });
      // By the same: what is looked up again is what it was.
      await verifier[add]('noarch', contentOf(ZST));
      end();
      assert.equal((await verdict).verdict, 'verified');
    }
    verifier.free();
  }
  await isAlive();
});

test('repodata that is replaced by another one while a package streams', async () => {
  const shards = (name) => bytesOf(`${fixtures.sharded.folder}/bytes/noarch/${name}`);
  const channel = listing(PLAIN, changed((record) => void (record.size += 1)));
  channel.list('targets', ZST);
  channel.list('targets', SHARDS, shards('repodata_shards.msgpack.zst'));
  channel.repository.release('targets');
  const verifier = await trusting(channel);
  const other = changed((record) => void (record.size += 1));
  const without = changed((_, repodata) => void delete repodata['packages.conda'][fileName]);
  const cases = [
    [() => verifier.addRepodata('noarch', other, { target: PLAIN }), 'RECORD_CONFLICT'],
    [() => verifier.indexRepodata('noarch', other, { target: PLAIN }), 'RECORD_CONFLICT'],
    [() => verifier.addShardIndex('noarch', shards('repodata_shards.msgpack.zst')), 'ARGUMENT_INVALID'],
    [() => verifier.free(), 'FREED'],
  ];
  for (const [replace, code] of cases) {
    await verifier.addRepodata('noarch', contentOf(ZST), { target: ZST });
    const record = verifier.verifyRecord('noarch', fileName);
    const { source, end } = slowly();
    const refused = codeOf(() => verifier.verifyPackage(source, { record }));
    await replace();
    end();
    assert.equal(await refused, code);
  }
  const gone = await trusting(listing(PLAIN, without));
  await gone.addRepodata('noarch', without);
  const fresh = await trusting(new TufChannel());
  await fresh.addRepodata('noarch', contentOf(ZST));
  const record = fresh.verifyRecord('noarch', fileName);
  assert.equal(await codeOf(() => gone.verifyPackage(contentOf(victim), { record })), 'RECORD_MISSING');
  await isAlive();
});

test('what is freed in between is told, and no trap', async () => {
  const verifier = await trusting(new TufChannel());
  await verifier.addRepodata('noarch', contentOf(ZST));
  const report = verifier.auditRecords('noarch', { onProgress: () => verifier.free() });
  assert.equal(await codeOf(() => report), 'FREED');
  for (const call of [
    (verifier, texts) => verifier.findRecord('noarch', fileName, texts),
    (verifier, texts) => verifier.verifyRecord('noarch', fileName, texts),
  ]) {
    const verifier = await trusting(new TufChannel());
    await verifier.indexRepodata('noarch', contentOf(ZST));
    // A getter of the caller's runs in the middle of it.
    const texts = { get record() { return verifier.free(), new Uint8Array(1); } };
    assert.equal(await codeOf(() => call(verifier, texts)), 'FREED');
    // As often as somebody likes.
    verifier.free();
  }
  let isLate = false;
  const clocked = await trusting(new TufChannel(), { now: () => (isLate && clocked.free(), new Date()) });
  await clocked.addRepodata('noarch', contentOf(ZST));
  isLate = true;
  assert.equal(await codeOf(() => clocked.verifyRecord('noarch', fileName)), 'FREED');
  await isAlive();
});

test('a record that is not the one of the repodata is no longer replaced by that', async () => {
  const verifier = await trusting(new TufChannel());
  const found = { addRepodata: undefined, indexRepodata: undefined };
  for (const add of Object.keys(found)) {
    await verifier[add]('noarch', contentOf(ZST));
    const text = Buffer.from(contentOf(PLAIN));
    const place = add === 'indexRepodata' ? verifier.locateRecord('noarch', fileName) : null;
    const texts = place === null ? undefined : { record: text.subarray(...place.record), signatures: place.signatures && text.subarray(...place.signatures) };
    const record = JSON.parse(JSON.stringify(verifier.verifyRecord('noarch', fileName, texts)));
    const json = record.evidence.record;
    const withText = (text) => ({ ...record, evidence: { ...record.evidence, record: text } });
    const edited = (edit) => {
      const members = JSON.parse(json);
      edit(members);
      return withText(JSON.stringify(members));
    };
    const bad = [
      edited((members) => void (members.sha256 = '0'.repeat(64))),
      edited((members) => void (members.size += 1)),
      edited((members) => void delete members.sha256),
      edited((members) => void members.depends.push('evil')),
      edited((members) => void (members.extra = 1)),
      withText(''),
      withText('null'),
      withText('[]'),
      withText('['.repeat(100_000)),
      withText(json.replace('{', '{"__proto__": 1,')),
      { ...record, sha256: '0'.repeat(64) },
      { ...record, md5: '0'.repeat(32) },
      { ...record, size: 1 },
    ];
    for (const given of bad) {
      let isAsked = false;
      const source = new Response(new ReadableStream({ pull: () => void (isAsked = true) }, { highWaterMark: 0 }));
      const error = await failure(() => verifier.verifyPackage(source, { record: given }));
      assert.deepEqual([error.code, error.path, isAsked], ['RECORD_CONFLICT', fileName, false]);
      assert.match(error.message, new RegExp(fileName));
    }
    // Of the values each is told.
    if (add === 'addRepodata') {
      const error = await failure(() => verifier.verifyPackage(contentOf(victim), { record: bad[0] }));
      assert.deepEqual([error.expected, error.actual], ['0'.repeat(64), JSON.parse(json).sha256]);
      const lock = await failure(() => verifier.verifyPackage(contentOf(victim), { record: bad.at(-1) }));
      assert.deepEqual([lock.expected, lock.actual], ['1', String(JSON.parse(json).size)]);
      // The same, said in other words.
      const spaced = withText(JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json)).reverse()), null, 3));
      assert.equal((await verifier.verifyPackage(contentOf(victim), { record: spaced })).verdict, 'verified');
    }
    for (const given of [record, { ...record, sha256: record.sha256.toUpperCase() }, { ...record, sha256: null, name: 'shown' }]) {
      assert.equal((await verifier.verifyPackage(contentOf(victim), { record: given })).verdict, 'verified');
    }
  }
});

test('a digest of a lock file has to agree, with a record or without one', async () => {
  const verifier = await trusting(new TufChannel(), { policy: { codes: { RECORD_UNSIGNED: 'warn' } } });
  await verifier.addRepodata('noarch', contentOf(ZST));
  const { evidence: _, ...plain } = verifier.verifyRecord('noarch', fileName);
  assert.equal((await verifier.verifyPackage(contentOf(victim), { record: plain })).verdict, 'unverified');
  const wrong = [
    [{ record: { ...plain, sha256: '0'.repeat(64) } }, 'SHA256_MISMATCH'],
    [{ record: { ...plain, size: plain.size + 1 } }, 'SIZE_MISMATCH'],
    [{ record: verifier.verifyRecord('noarch', fileName), sha256: '0'.repeat(64) }, 'SHA256_MISMATCH'],
    [{ record: verifier.verifyRecord('noarch', fileName), size: plain.size + 1 }, 'SIZE_MISMATCH'],
  ];
  for (const [expected, code] of wrong) {
    const { verdict, findings } = await verifier.inspectPackage(contentOf(victim), expected);
    assert.equal(verdict, 'rejected');
    assert.deepEqual(findings.filter(({ severity }) => severity === 'error').map((finding) => finding.code), [code]);
  }
});

test('a record that stands there twice, of repodata that was indexed', async () => {
  const text = changed((record, repodata) => {
    const stem = fileName.replace(/\.conda$/, '');
    repodata.v3 = { conda: { [stem]: Object.fromEntries(Object.entries(record).reverse()) } };
  });
  const verifier = await trusting(listing(PLAIN, text));
  await verifier.indexRepodata('noarch', text);
  const place = verifier.locateRecord('noarch', fileName);
  assert.notEqual(place.twin, null);
  const texts = { record: text.subarray(...place.record), twin: text.subarray(...place.twin), signatures: place.signatures && text.subarray(...place.signatures) };
  for (const call of ['findRecord', 'verifyRecord']) {
    const record = JSON.parse(JSON.stringify(verifier[call]('noarch', fileName, texts)));
    assert.deepEqual(JSON.parse(record.evidence.twin), JSON.parse(record.evidence.record));
    assert.equal((await verifier.verifyPackage(contentOf(victim), { record })).verdict, 'verified');
    const { twin: _, ...single } = record.evidence;
    for (const evidence of [single, { ...record.evidence, twin: '{}' }]) {
      assert.equal(await codeOf(() => verifier.verifyPackage(contentOf(victim), { record: { ...record, evidence } })), 'RECORD_CONFLICT');
    }
    assert.equal(await codeOf(() => verifier.verifyPackage(contentOf(victim), { record: { ...record, evidence: { ...single, twin: 1 } } })), 'ARGUMENT_INVALID');
    // Where the text was kept, nobody asks for it.
    const keeping = await trusting(listing(PLAIN, text));
    await keeping.addRepodata('noarch', text);
    assert.equal((await keeping.verifyPackage(contentOf(victim), { record })).verdict, 'verified');
  }
});

test('which target was added is told', async () => {
  const shards = bytesOf(`${fixtures.sharded.folder}/bytes/noarch/repodata_shards.msgpack.zst`);
  const channel = listing(SHARDS, shards);
  channel.list('targets', ZST);
  channel.repository.release('targets');
  const verifier = await trusting(channel);
  for (const options of [{}, { target: ZST }]) {
    for (const add of ['addRepodata', 'indexRepodata']) {
      assert.equal((await verifier[add]('noarch', contentOf(ZST), options)).target, ZST);
    }
  }
  assert.equal((await verifier.addShardIndex('noarch', shards)).target, SHARDS);
  const unlisted = await trusting(new TufChannel({ listed: [] }));
  const rootless = await Verifier.create();
  for (const verifier of [unlisted, rootless]) {
    for (const add of ['addRepodata', 'indexRepodata']) {
      assert.equal((await verifier[add]('noarch', contentOf(ZST))).target, null);
    }
    assert.equal((await verifier.addShardIndex('noarch', shards)).target, null);
  }
  assert.equal(await codeOf(() => unlisted.addRepodata('noarch', contentOf(ZST), { target: ZST })), 'TARGET_MISSING');
});

test('a target that is longer than any file is asked of nobody', async () => {
  const channel = new TufChannel({ listed: [] });
  channel.repository.addArtifact('targets', 'vast', Buffer.from('x'), { length: 2 ** 50 });
  channel.repository.addArtifact('targets', 'fits', Buffer.from('12345'));
  channel.repository.addArtifact('targets', 'long', Buffer.from('123456'));
  channel.repository.release('targets');
  const verifier = await trusting(channel);
  const small = await trusting(channel, { limits: { archiveBytes: 5 } });
  for (const [one, path, max] of [[verifier, 'vast', 2 ** 31], [small, 'long', 5]]) {
    const asked = [];
    const error = await failure(() => one.fetchTarget(path, fetcherOf(channel, asked)));
    assert.deepEqual([error.code, error.path, error.details.limit, error.details.max, asked], ['LIMIT_EXCEEDED', path, 'archiveBytes', max, []]);
    let isAsked = false;
    const source = new ReadableStream({ pull: () => void (isAsked = true) }, { highWaterMark: 0 });
    assert.equal(await codeOf(() => one.verifyTarget(path, source)), 'LIMIT_EXCEEDED');
    assert.equal(isAsked, false);
    // It is there all the same, for who fetches it by other means.
    assert.equal(one.findTarget(path).target.path, path);
  }
  assert.equal((await small.fetchTarget('fits', fetcherOf(channel))).bytes.length, 5);
});

test('a target of the package that fails rejects it, however well its record verifies', async () => {
  const delegated = (repository) => repository.delegate('targets', 'pkgs', { paths: ['pkgs/*'] });
  const channel = new TufChannel();
  channel.repository.addArtifact('targets', 'odd', contentOf(victim), { hashes: { blake2b: '00'.repeat(32) } });
  delegated(channel.repository);
  channel.repository.publish('targets');
  // The role that it delegates to is in no snapshot.
  channel.repository.releaseSnapshot();
  channel.repository.snapshot.meta.delete('pkgs.json');
  channel.repository.publish('snapshot');
  channel.repository.releaseTimestamp();
  const verifier = await trusting(channel, { policy: 'ignore' });
  await verifier.addRepodata('noarch', contentOf(ZST));
  const record = verifier.verifyRecord('noarch', fileName);
  assert.equal((await verifier.verifyPackage(contentOf(victim), { record })).verdict, 'verified');
  // Beside a record the target is the record's own: another one would hide a conflict.
  const alone = [
    ['noarch/absent.conda', 'TARGET_MISSING'],
    ['odd', 'HASH_UNSUPPORTED'],
    ['pkgs/x.conda', 'ROLE_UNLISTED'],
    [ZST, 'RECORD_MISSING'],
  ];
  for (const [target, code] of alone) {
    const verdict = await verifier.inspectPackage(contentOf(victim), { target, fileName });
    const codes = verdict.findings.map(({ code }) => code);
    assert.ok(verdict.verdict === 'rejected' && codes.includes(code), `${target}: ${codes}`);
  }
  const cases = [
    [victim, 'TARGET_MISSING'],
    ...['noarch/absent.conda', '../noarch/x.conda', 'noarch/../x.conda', '', 'odd', 'pkgs/x.conda', ZST].map(
      (target) => [target, 'ARGUMENT_INVALID'],
    ),
  ];
  for (const [target, code] of cases) {
    for (const call of ['inspectPackage', 'verifyPackage']) {
      // A rejection, or an error of its own: never a package that passes.
      let told;
      try {
        const verdict = await verifier[call](contentOf(victim), { record, target, fileName });
        assert.equal(verdict.verdict, 'rejected', `${target}: ${verdict.verdict}`);
        told = verdict.findings.map(({ code }) => code);
      } catch (error) {
        told = [error.code];
      }
      assert.ok(told.includes(code), `${target}: ${told}`);
    }
  }
});

test('a target of the package that its own path leads to, and that nobody can use', async () => {
  // Not asked for: it is looked for beside any record.
  const odd = new TufChannel();
  odd.repository.addArtifact('targets', victim, contentOf(victim), { hashes: { blake2b: '00'.repeat(32) } });
  odd.repository.release('targets');
  const unlisted = new TufChannel({ listed: [ZST] });
  unlisted.repository.delegate('targets', 'pkgs', { paths: ['noarch/*.conda'] });
  unlisted.repository.publish('targets');
  unlisted.repository.releaseSnapshot();
  unlisted.repository.snapshot.meta.delete('pkgs.json');
  unlisted.repository.publish('snapshot');
  unlisted.repository.releaseTimestamp();
  for (const [channel, code] of [[odd, 'HASH_UNSUPPORTED'], [unlisted, 'ROLE_UNLISTED']]) {
    const verifier = await trusting(channel, { policy: 'ignore' });
    await verifier.addRepodata('noarch', contentOf(ZST));
    const record = verifier.verifyRecord('noarch', fileName);
    const verdict = await verifier.inspectPackage(contentOf(victim), { record });
    assert.deepEqual([verdict.verdict, verdict.findings[0]?.code], ['rejected', code]);
  }
});

test('a target under a root that is none of TUF', async () => {
  const verifier = await trustingContent({ policy: 'ignore' });
  const record = verifier.verifyRecord('noarch', signedVictim);
  const bytes = fileOf(`noarch/${signedVictim}`);
  assert.equal((await verifier.verifyPackage(bytes, { record })).verdict, 'verified');
  for (const expected of [{ record, target: `noarch/${signedVictim}` }, { target: `noarch/${signedVictim}` }]) {
    let outcome;
    try {
      outcome = (await verifier.inspectPackage(bytes, expected)).verdict;
    } catch (error) {
      outcome = error.code;
    }
    assert.ok(['rejected', 'ROLES_NOT_LOADED'].includes(outcome), outcome);
  }
});

test('a package that is a target and has no record in repodata that is one is withdrawn', async () => {
  const channel = new TufChannel();
  const withdrawn = 'noarch/other-1.0-0.conda';
  channel.list('targets', victim);
  channel.list('targets', withdrawn, contentOf(victim));
  channel.repository.release('targets');
  const verifier = await trusting(channel);
  // Before the repodata is here, nothing is known of records, and the verdict says so.
  const alone = await verifier.verifyPackage(contentOf(victim), { target: victim });
  assert.deepEqual([alone.verdict, alone.trust.basis], ['verified', 'tuf']);
  assert.ok(alone.notChecked.some(({ check }) => check === 'record'), JSON.stringify(alone.notChecked));
  await verifier.addRepodata('noarch', contentOf(ZST));
  const both = await verifier.verifyPackage(contentOf(victim), { target: victim });
  assert.ok(both.checks.some(({ check }) => check === 'record'), JSON.stringify(both.checks));
  const verdict = await verifier.inspectPackage(contentOf(victim), { target: withdrawn });
  assert.equal(verdict.verdict, 'rejected');
  assert.ok(verdict.findings.some(({ code }) => code === 'RECORD_MISSING'), JSON.stringify(verdict.findings));
});
