// Repodata of which the text is not kept: places and digests, and what is read there again.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { bytesOf, pathOf, repodata, small } from './support/samples.mjs';
import { serve } from './support/server.mjs';
import { fetcherOf, fileOf, honest, honestNames, pinned, victim } from './support/trust.mjs';

const text = fileOf('noarch/repodata.json');

/** What is where `locateRecord` says. */
function textsOf(verifier, fileName, from = text) {
  const slice = (range) => range && from.slice(...range);
  const { record, twin, signatures } = verifier.locateRecord('noarch', fileName);
  return { record: slice(record), twin: slice(twin), signatures: slice(signatures) };
}

async function trusted() {
  const verifier = await pinned();
  await verifier.refresh(fetcherOf(honest));
  return verifier;
}

/** The same in chunks of so many bytes. */
const inChunks = (bytes, size) =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });

test('records are those of repodata that was kept, from every source', async () => {
  const kept = await trusted();
  await kept.addRepodata('noarch', text);
  const sources = [
    () => text,
    () => new TextDecoder().decode(text),
    () => new Blob([text]),
    () => new Response(text),
    () => inChunks(text, 1),
    () => inChunks(text, 1000),
    () => new Response(fileOf('noarch/repodata.json.zst')),
    () => inChunks(fileOf('noarch/repodata.json.bz2'), 7),
    () => ({ size: text.length, readAt: (offset, into) => into.set(text.subarray(offset, offset + into.length)) }),
  ];
  for (const source of sources) {
    const verifier = await trusted();
    const added = await verifier.indexRepodata('noarch', source());
    assert.deepEqual(added, { subdir: 'noarch', records: honestNames.length, target: null, baseUrl: null });
    for (const name of honestNames) {
      const texts = textsOf(verifier, name);
      assert.deepEqual(verifier.findRecord('noarch', name, texts), kept.findRecord('noarch', name));
      assert.deepEqual(verifier.verifyRecord('noarch', name, texts), kept.verifyRecord('noarch', name));
    }
    verifier.free();
  }
});

test('a verified record of it verifies its package', async () => {
  const verifier = await trusted();
  await verifier.indexRepodata('noarch', inChunks(text, 4096));
  const record = verifier.verifyRecord('noarch', victim, textsOf(verifier, victim));
  const verdict = await verifier.verifyPackage(fileOf(`noarch/${victim}`), { record });
  assert.deepEqual([verdict.verdict, verdict.trust.basis], ['verified', 'content-trust']);
});

test('what is not the same any more is told', async () => {
  const verifier = await trusted();
  await verifier.indexRepodata('noarch', text);
  const honest = textsOf(verifier, victim);
  const changed = (bytes) => bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte));
  for (const texts of [
    { ...honest, record: changed(honest.record) },
    { ...honest, record: honest.record.subarray(1) },
    { ...honest, signatures: changed(honest.signatures) },
    { ...honest, signatures: undefined },
    { ...honest, record: honest.signatures },
  ]) {
    for (const call of ['findRecord', 'verifyRecord']) {
      assert.throws(() => verifier[call]('noarch', victim, texts), { code: 'SOURCE_CHANGED' });
    }
  }
  assert.equal(verifier.findRecord('noarch', victim, honest).fileName, victim);
});

test('arguments that fit no other way of reading', async () => {
  const verifier = await trusted();
  await verifier.indexRepodata('noarch', text);
  const texts = textsOf(verifier, victim);
  const invalid = { code: 'ARGUMENT_INVALID' };
  assert.equal(verifier.locateRecord('noarch', 'absent-1-0.conda'), null);
  assert.throws(() => verifier.findRecord('noarch', 'absent-1-0.conda'), { code: 'RECORD_MISSING' });
  assert.throws(() => verifier.findRecord('noarch', 'absent-1-0.conda', texts), { code: 'RECORD_MISSING' });
  assert.throws(() => verifier.findRecord('noarch', victim), invalid);
  assert.throws(() => verifier.findRecord('noarch', victim, { record: 'text' }), invalid);
  assert.throws(() => verifier.locateRecord('noarch', 7), invalid);
  assert.throws(() => verifier.locateRecord('linux-64', victim), invalid);
  await assert.rejects(verifier.auditRecords('noarch'), invalid);
  await verifier.addRepodata('noarch', text);
  assert.throws(() => verifier.locateRecord('noarch', victim), invalid);
  assert.throws(() => verifier.findRecord('noarch', victim, texts), invalid);
  assert.equal(verifier.findRecord('noarch', victim).fileName, victim);
});

test('what is no repodata fails as it does elsewhere, and the verifier goes on', async () => {
  const verifier = await Verifier.create({ limits: { repodataBytes: 100_000 } });
  const cases = [
    ['{"packages":{}', 'JSON_INVALID'],
    ['[]', 'REPODATA_INVALID'],
    ['{"packages":{},"packages":{}}', 'REPODATA_INVALID'],
    [`{"packages":{},"x":"${'x'.repeat(100_000)}"}`, 'LIMIT_EXCEEDED'],
    ['{"info":{"subdir":"linux-64"},"packages":{}}', 'REPODATA_MISPLACED'],
    ['BZh9', 'BZIP2_MALFORMED'],
  ];
  for (const [text, code] of cases) {
    for (const source of [text, inChunks(new TextEncoder().encode(text), 5)]) {
      await assert.rejects(verifier.indexRepodata('noarch', source), { code }, `${text.slice(0, 40)}`);
    }
  }
  for (const empty of ['', inChunks(new Uint8Array(), 1)]) {
    assert.deepEqual(await verifier.indexRepodata('noarch', empty), { subdir: 'noarch', records: 0, target: null, baseUrl: null });
  }
  const failing = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('{"packages":{'));
      controller.error(new Error('broken'));
    },
  });
  await assert.rejects(verifier.indexRepodata('noarch', failing), { code: 'STREAM_FAILED' });
  await assert.rejects(verifier.indexRepodata('noarch', inChunks(text, 10), { signal: AbortSignal.abort() }), {
    name: 'AbortError',
  });
});

test('over the network, unsigned', async (t) => {
  const url = await serve(t);
  const verifier = await Verifier.create();
  await verifier.indexRepodata('noarch', await fetch(`${url}/${repodata}`));
  const name = small.split('/').at(-1);
  const record = verifier.findRecord('noarch', name, textsOf(verifier, name, bytesOf(repodata)));
  assert.equal((await verifier.verifyPackage(bytesOf(small), { record })).verdict, 'unverified', pathOf(small));
});
