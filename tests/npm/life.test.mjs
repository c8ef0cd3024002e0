// From making a verifier to freeing it: aborting, progress, overlapping calls, traps.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Verifier } from 'conda-verifier';

import { big, bytesOf, errorCodes, fixtures, repodata, sha256, small } from './support/samples.mjs';
import { fetcherOf, honest, pinned, subdir, trusting, victim } from './support/trust.mjs';

const bytes = bytesOf(big);
const expected = { sha256: sha256(bytes) };

test('progress goes through all phases and ends with done', async () => {
  const verifier = await Verifier.create();
  const seen = [];
  await verifier.verifyPackage(new Blob([bytes]), expected, { onProgress: (step) => seen.push(step) });
  const phases = [...new Set(seen.map(({ phase }) => phase))];
  assert.deepEqual(phases, ['reading', 'authenticating', 'unpacking', 'comparing', 'done']);
  assert.deepEqual(seen.at(-1), { phase: 'done', done: bytes.length, total: bytes.length });
  for (const { done, total } of seen) assert.ok(done >= 0 && done <= total && total === bytes.length);
  const cause = new Error('no');
  const onProgress = () => {
    throw cause;
  };
  await assert.rejects(verifier.verifyPackage(bytes, expected, { onProgress }), cause);
});

test('an AbortSignal ends every phase with its reason', async () => {
  const verifier = await Verifier.create();
  const reason = new Error('enough');
  const early = AbortSignal.abort(reason);
  await assert.rejects(verifier.verifyPackage(bytes, expected, { signal: early }), reason);
  for (const wanted of ['reading', 'authenticating', 'unpacking', 'comparing']) {
    const controller = new AbortController();
    let last;
    const onProgress = ({ phase }) => {
      last = phase;
      if (phase === wanted) controller.abort(reason);
    };
    const options = { signal: controller.signal, onProgress };
    await assert.rejects(verifier.verifyPackage(new Blob([bytes]), expected, options), reason);
    assert.equal(last, wanted);
  }
  // Nothing arrives, and still it ends.
  let cancelled;
  const silent = new ReadableStream({ cancel: (why) => (cancelled = why) });
  const controller = new AbortController();
  const waiting = verifier.verifyPackage(silent, expected, { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 5);
  await assert.rejects(waiting, reason);
  assert.equal(cancelled, reason);
  const late = new AbortController();
  setTimeout(() => late.abort(reason), 5);
  const never = new Response(new ReadableStream());
  await assert.rejects(verifier.addRepodata('noarch', never, { signal: late.signal }), reason);
  // None of that did any harm.
  assert.equal((await verifier.verifyPackage(bytes, expected)).verdict, 'verified');
});

test('the event loop turns while a package is verified', async () => {
  const verifier = await Verifier.create();
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await verifier.verifyPackage(bytesOf('noarch/big-2.3.4-h0_1.tar.bz2'));
  clearInterval(timer);
  assert.ok(turns > 2, `${turns}`);
});

test('calls may overlap', async () => {
  const verifiers = await Promise.all([Verifier.create(), Verifier.create({ policy: 'warn' }), Verifier.create()]);
  const wrong = { sha256: '0'.repeat(64) };
  const verdicts = await Promise.all(
    verifiers.flatMap((verifier) => [
      verifier.inspectPackage(bytes, expected),
      verifier.inspectPackage(bytesOf(small)),
      verifier.inspectPackage(bytes, wrong),
    ]),
  );
  assert.deepEqual(
    verdicts.map(({ verdict }) => verdict),
    Array(3).fill(['verified', 'unverified', 'rejected']).flat(),
  );
});

test('readAt() must not call the verifier', async () => {
  const verifier = await Verifier.create();
  await verifier.addRepodata('noarch', bytesOf(repodata));
  let inner;
  const readAt = (offset, into) => {
    try {
      verifier.findRecord('noarch', 'hello-1.0-pyh0_0.conda');
    } catch (error) {
      inner = error;
    }
    into.set(bytes.subarray(offset, offset + into.length));
  };
  const verdict = await verifier.verifyPackage({ size: bytes.length, readAt }, expected);
  assert.equal(verdict.verdict, 'verified');
  assert.equal(inner.code, 'BUSY');
  assert.equal(verifier.findRecord('noarch', 'hello-1.0-pyh0_0.conda').name, 'hello');
});

test('readAt() must not bring what is trusted up to date either', async () => {
  const verifier = await trusting();
  const record = verifier.verifyRecord(subdir, victim);
  const whole = honest(`${subdir}/${victim}`);
  const codes = new Set();
  const readAt = (offset, into) => {
    for (const call of [
      () => verifier.next(),
      () => verifier.trust,
      () => verifier.export(),
      () => verifier.restore([]),
      () => verifier.abandon(),
      () => verifier.update({ role: 'root', path: '4.root.json' }, whole),
      () => verifier.verifyRecord(subdir, victim),
    ]) {
      try {
        call();
        codes.add(String(call));
      } catch (error) {
        codes.add(error.code);
      }
    }
    into.set(whole.subarray(offset, offset + into.length));
  };
  const verdict = await verifier.verifyPackage({ size: whole.length, readAt }, { record });
  assert.equal(verdict.verdict, 'verified');
  assert.deepEqual([...codes], ['BUSY']);
});

test('a verifier that was freed says so, others go on', async () => {
  const verifier = await Verifier.create();
  const other = await Verifier.create();
  await verifier.addRepodata('noarch', bytesOf(repodata));
  const underWay = verifier.verifyPackage(bytes, expected);
  verifier.free();
  verifier.free();
  await assert.rejects(underWay, { code: 'FREED' });
  await assert.rejects(verifier.verifyPackage(bytes), { code: 'FREED' });
  await assert.rejects(verifier.inspectPackage(bytes), { code: 'FREED' });
  await assert.rejects(verifier.addRepodata('noarch', '{}'), { code: 'FREED' });
  assert.throws(() => verifier.findRecord('noarch', 'a-1-0.conda'), { code: 'FREED' });
  assert.equal((await other.verifyPackage(bytes, expected)).verdict, 'verified');
  if (typeof Symbol.dispose === 'symbol') {
    other[Symbol.dispose]();
    await assert.rejects(other.verifyPackage(bytes), { code: 'FREED' });
  }
});

test('memory comes back', async () => {
  // Each repodata stays in the memory of the WebAssembly code until it is freed or replaced.
  const text = new TextEncoder().encode(`{"packages":{}${' '.repeat(4 << 20)}}`);
  let memory = 0;
  const source = {
    size: text.length,
    readAt(offset, into) {
      memory = into.buffer.byteLength;
      into.set(text.subarray(offset, offset + into.length));
    },
  };
  const verifier = await Verifier.create();
  const add = async (verifier) => {
    await verifier.addRepodata('noarch', source);
    return memory;
  };
  await add(verifier);
  // While one is replaced, both are there.
  const enough = await add(verifier);
  for (let round = 0; round < 20; round++) assert.ok((await add(verifier)) <= enough);
  for (let round = 0; round < 20; round++) {
    const short = await Verifier.create();
    assert.ok((await add(short)) <= enough);
    short.free();
  }
  // And where nobody frees, the garbage collector does.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  for (let round = 0; round < 20; round++) {
    assert.ok((await add(await Verifier.create())) <= 3 * enough);
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});

test('a trap poisons the instance, and a new one works', async () => {
  const verifier = await Verifier.create();
  const other = await Verifier.create();
  const trusted = await trusting();
  const sharded = await Verifier.create();
  await sharded.addShardIndex('noarch', bytesOf(`${fixtures.sharded.folder}/bytes/${fixtures.sharded.index}`));
  const kept = trusted.export();
  await verifier.addRepodata('noarch', bytesOf(repodata));
  // readAt() is handed a view on the memory of the WebAssembly code. Overwriting all of it
  // stands for a defect in that code: nothing it finds there makes sense any more.
  const vandal = {
    size: bytes.length,
    readAt: (offset, into) => new Uint8Array(into.buffer).fill(0xff),
  };
  await assert.rejects(verifier.verifyPackage(vandal), (error) => {
    assert.equal(error.code, 'INSTANCE_POISONED');
    assert.match(error.hint, /Verifier\.create\(\)/);
    return error.cause instanceof WebAssembly.RuntimeError;
  });
  for (const poisoned of [verifier, other]) {
    await assert.rejects(poisoned.verifyPackage(bytes), { code: 'INSTANCE_POISONED' });
    await assert.rejects(poisoned.addRepodata('noarch', '{"packages":{}}'), { code: 'INSTANCE_POISONED' });
  }
  assert.throws(() => verifier.findRecord('noarch', 'hello-1.0-pyh0_0.conda'), { code: 'INSTANCE_POISONED' });

  const calls = [
    () => trusted.trust,
    () => trusted.next(),
    () => trusted.export(),
    () => trusted.restore(kept),
    () => trusted.verifyRecord(subdir, victim),
    () => trusted.auditRecords(subdir),
    () => trusted.roles(),
    () => trusted.recordSigners(subdir, victim),
    () => trusted.listRecords(subdir),
    () => trusted.refresh(fetcherOf(honest)),
    () => sharded.shardPath('noarch', 'hello'),
  ];
  for (const call of calls) await assert.rejects(async () => call(), { code: 'INSTANCE_POISONED' }, String(call));

  const [first, second, third] = await Promise.all([Verifier.create(), Verifier.create(), pinned()]);
  // What was kept before goes on in the new one.
  third.restore(kept);
  assert.equal(third.trust.root.version, 3);
  assert.equal((await first.verifyPackage(bytes, expected)).verdict, 'verified');
  assert.deepEqual(errorCodes(await second.inspectPackage(bytes, { sha256: '0'.repeat(64) })), ['SHA256_MISMATCH']);
  await first.addRepodata('noarch', bytesOf(repodata));
  // What belongs to the old instance never reaches into the new one.
  for (const old of [verifier, other, trusted, sharded]) old.free();
  assert.equal(first.findRecord('noarch', 'hello-1.0-pyh0_0.conda').name, 'hello');
  assert.equal(third.trust.root.version, 3);
  await assert.rejects(verifier.verifyPackage(bytes), { code: 'FREED' });
});
