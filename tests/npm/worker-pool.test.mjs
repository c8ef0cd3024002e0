// Several workers that verify several packages, in threads of Node.js.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

import { Verifier, VerifierError } from 'conda-verifier';
import { VerifierPool } from 'conda-verifier/worker';

import { installed } from './support/places.mjs';
import { big, bytesOf, fixtures, repodata, sha256, small, smallBz2 } from './support/samples.mjs';
import { serve } from './support/server.mjs';
import { CHANNEL, failure, fetcherOf, fileOf, honest, now, pinned, subdir, trusting, victim } from './support/trust.mjs';

const pinnedOptions = { trustedRoot: honest('root.json'), channel: CHANNEL, now };

/** A pool that ends with the test, and the workers that were made for it. */
async function begun(t, options = {}, size = 2) {
  const made = [];
  const worker = () => {
    const thread = new Worker(join(installed, 'dist/worker/node-script.js'));
    made.push(thread);
    return thread;
  };
  const pool = await VerifierPool.create(options, { size, worker });
  t.after(() => pool.free());
  return { pool, made };
}

/** What a call fails with, which is soon. */
function within(call, milliseconds = 2_000) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(reject, milliseconds, new Error('it does not end'))));
  return failure(() => Promise.race([call, late])).finally(() => clearTimeout(timer));
}

/** A promise, and what settles it. */
function deferred() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

test('packages have the verdicts that they have here, also many at once', async (t) => {
  const { pool, made } = await begun(t);
  assert.deepEqual([pool.size, made.length], [2, 2]);
  const here = await Verifier.create();
  const files = [small, smallBz2, big, ...fixtures.spoiled.map(({ file }) => file)];
  const verdicts = await Promise.all(files.map((file) => pool.inspectPackage(bytesOf(file), { sha256: sha256(bytesOf(file)) })));
  for (const [index, file] of files.entries()) {
    assert.deepEqual(verdicts[index], await here.inspectPackage(bytesOf(file), { sha256: sha256(bytesOf(file)) }), file);
  }
  const bytes = bytesOf(small);
  const verifying = pool.verifyPackage(bytes, { sha256: sha256(bytes) });
  bytes.fill(0);
  assert.equal((await verifying).verdict, 'verified', 'copied before it returns');
  assert.equal((await failure(() => pool.verifyPackage(bytes))).name, 'PackageRejected');
});

test('a package goes to the worker that has the least to do', async (t) => {
  const { pool } = await begun(t, {}, 3);
  const gates = [deferred(), deferred(), deferred()];
  let begunOnes = 0;
  let most = 0;
  const verifying = gates.map(({ promise }) =>
    pool.verifyPackage(bytesOf(small), {}, {
      onFile: async ({ path }) => {
        if (path !== 'info/index.json') return;
        most = Math.max(most, ++begunOnes);
        if (begunOnes === 3) for (const { resolve } of gates) resolve();
        await promise;
      },
    }),
  );
  await Promise.all(verifying);
  assert.equal(most, 3);
});

test('what is trusted, and repodata, reach all workers', async (t) => {
  const { pool } = await begun(t, pinnedOptions, 3);
  const here = await trusting();
  const asked = [];
  const report = await pool.refresh(fetcherOf(honest, asked));
  assert.deepEqual(report, await (await pinned()).refresh(fetcherOf(honest)));
  assert.equal(asked.filter((path) => path === 'key_mgr.json').length, 1, 'one of them asks');
  await pool.addRepodata(subdir, new Response(fileOf(`${subdir}/repodata.json`)));
  // As many as there are, at once: each gets one.
  const at = await Promise.all([1, 2, 3].map(() => pool.trust));
  for (const info of at) assert.deepEqual(info, here.trust);
  const records = await Promise.all([1, 2, 3].map(() => pool.verifyRecord(subdir, victim)));
  for (const record of records) assert.deepEqual(record, here.verifyRecord(subdir, victim));
  const verdicts = await Promise.all([1, 2, 3].map(() => pool.verifyPackage(fileOf(`${subdir}/${victim}`), { record: records[0] })));
  for (const { verdict } of verdicts) assert.equal(verdict, 'verified');
  const other = (await begun(t, pinnedOptions)).pool;
  await other.restore(await pool.export());
  assert.deepEqual(await Promise.all([other.trust, other.trust]), [here.trust, here.trust]);
});

test('repodata that one worker fetches reaches all, and each fetches packages', async (t) => {
  const { pool, made } = await begun(t, pinnedOptions);
  await pool.refresh(fetcherOf(honest));
  const { bytes, mirrors, ...added } = await pool.fetchRepodata(subdir, fetcherOf(honest));
  assert.deepEqual([added.subdir, mirrors, bytes.length > 0], [subdir, [], true]);
  const fetched = await Promise.all([1, 2].map(() => pool.fetchPackage(subdir, victim, fetcherOf(honest))));
  for (const { verdict, bytes } of fetched) assert.deepEqual([verdict.verdict, sha256(bytes)], ['verified', sha256(fileOf(`${subdir}/${victim}`))]);
  await made[0].terminate();
  await Promise.all([1, 2].map(() => pool.verifyRecord(subdir, victim)));
});

test('shards reach all workers', async (t) => {
  const { pool, made } = await begun(t);
  const { folder, index } = fixtures.sharded;
  const { names } = await pool.addShardIndex('noarch', bytesOf(`${folder}/bytes/${index}`));
  const path = await pool.shardPath('noarch', names[0]);
  const { fileNames } = await pool.addShard('noarch', names[0], bytesOf(join(folder, 'bytes/noarch', path)));
  await Promise.all([1, 2].map(() => pool.findRecord('noarch', fileNames[0])));
  await made[1].terminate();
  await Promise.all([1, 2].map(() => pool.findRecord('noarch', fileNames[0])));
});

test('what was accepted before a refresh failed reaches all workers too', async (t) => {
  const { pool } = await begun(t, pinnedOptions);
  const broken = (path) => (path === 'key_mgr.json' ? Buffer.from('{}') : honest(path));
  const error = await failure(() => pool.refresh(fetcherOf(broken)));
  assert.ok(VerifierError.isVerifierError(error));
  const [one, two] = await Promise.all([pool.trust, pool.trust]);
  assert.ok(one.root.version > 1);
  assert.deepEqual(one, two);
});

test('a worker that is killed is replaced; others go on, and the new one knows all', async (t) => {
  const { pool, made } = await begun(t, pinnedOptions);
  await pool.refresh(fetcherOf(honest));
  await pool.addRepodata(subdir, fileOf(`${subdir}/repodata.json`));
  const [first, second] = [deferred(), deferred()];
  const reached = [deferred(), deferred()];
  const verifying = [first, second].map(({ promise }, index) =>
    pool.verifyPackage(bytesOf(big), {}, {
      onFile: async () => {
        reached[index].resolve();
        await promise;
      },
    }),
  );
  verifying[0].catch(() => undefined);
  await Promise.all(reached.map(({ promise }) => promise));
  await made[0].terminate();
  const error = await failure(() => verifying[0]);
  assert.equal(error.code, 'WORKER_FAILED');
  second.resolve();
  assert.equal((await verifying[1]).verdict, 'unverified');
  const records = await Promise.all([1, 2, 3, 4].map(() => pool.verifyRecord(subdir, victim)));
  assert.equal(records.length, 4);
  assert.equal(made.length, 3);
  // Also one that had nothing to do.
  await Promise.all(made.slice(1).map((thread) => thread.terminate()));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await Promise.all([1, 2].map(() => pool.verifyRecord(subdir, victim)));
  assert.equal(made.length, 5);
});

test('a worker that traps is replaced', async (t) => {
  const made = [];
  // All verifiers of a thread share one instance: this spoils its memory when it is told to.
  const script = `
    const { parentPort } = require('node:worker_threads');
    const host = import(${JSON.stringify(pathToFileURL(join(installed, 'dist/entry/node-host.js')))});
    const main = import(${JSON.stringify(pathToFileURL(join(installed, 'dist/entry/node.js')))});
    Promise.all([host, main]).then(([{ serve }, { Verifier }]) => {
      // Before anybody else hears: the first listener is given what has come until then.
      serve();
      parentPort.on('message', async (message) => {
        if (message !== 'trap') return;
        const verifier = await Verifier.create();
        const readAt = (offset, into) => new Uint8Array(into.buffer).fill(0xff);
        await verifier.verifyPackage({ size: 3e6, readAt }).catch((error) => parentPort.postMessage(error.code));
      });
    });`;
  const worker = () => {
    const thread = new Worker(script, { eval: true });
    made.push(thread);
    return thread;
  };
  const pool = await VerifierPool.create({}, { size: 1, worker });
  t.after(() => pool.free());
  await pool.addRepodata('noarch', bytesOf(repodata));
  const reached = deferred();
  const trapped = deferred();
  const verifying = pool.verifyPackage(bytesOf(big), {}, {
    onFile: async () => {
      reached.resolve();
      await trapped.promise;
    },
  });
  verifying.catch(() => undefined);
  await reached.promise;
  const said = once(made[0], 'message');
  made[0].postMessage('trap');
  assert.deepEqual(await said, ['INSTANCE_POISONED']);
  trapped.resolve();
  assert.equal((await failure(() => verifying)).code, 'INSTANCE_POISONED');
  const ended = once(made[0], 'exit');
  assert.equal((await pool.findRecord('noarch', small.split('/')[1])).name, 'hello');
  assert.equal((await pool.verifyPackage(bytesOf(small))).verdict, 'unverified');
  assert.equal(made.length, 2);
  await ended;
});

test('repodata that is refused is refused for all, and a pool that is none', async (t) => {
  const { pool } = await begun(t);
  assert.equal((await failure(() => pool.addRepodata('noarch', '['))).code, 'REPODATA_INVALID');
  assert.equal((await failure(() => pool.addRepodata('noarch', new Response('', { status: 404 })))).code, 'HTTP_STATUS');
  assert.equal((await failure(() => pool.addRepodata('noarch', 7))).code, 'ARGUMENT_INVALID');
  assert.equal((await failure(() => pool.addShard('noarch', 'a', bytesOf(small)))).code, 'ARGUMENT_INVALID');
  assert.equal((await failure(() => pool.export())).code, 'ARGUMENT_INVALID');
  assert.equal((await pool.addRepodata('noarch', bytesOf(repodata))).subdir, 'noarch');
  assert.equal((await pool.findRecord('noarch', small.split('/')[1])).name, 'hello');
  for (const place of [{ size: 0 }, { size: 1.5 }, { size: 65 }, { worker: {} }, { sise: 1 }]) {
    assert.equal((await failure(() => VerifierPool.create({}, place))).code, 'ARGUMENT_INVALID');
  }
  assert.equal((await failure(() => VerifierPool.create({ polcy: 1 }))).code, 'ARGUMENT_INVALID');
  const wasm = new Response(new Uint8Array(3));
  assert.equal((await failure(() => VerifierPool.create({ wasm }, { size: 2 }))).code, 'WASM_UNAVAILABLE');
});

test('after free() all calls fail, also those under way', async () => {
  const pool = await VerifierPool.create({}, { size: 2 });
  const under = [pool.verifyPackage(new ReadableStream({})), pool.addRepodata('noarch', new ReadableStream({}))];
  for (const call of under) call.catch(() => undefined);
  pool.free();
  pool.free();
  for (const call of under) assert.equal((await within(call)).code, 'FREED');
  for (const call of [() => pool.trust, () => pool.verifyPackage(bytesOf(small)), () => pool.refresh(), () => pool.addRepodata('a', '{}')]) {
    assert.equal((await failure(call)).code, 'FREED');
  }
});

test('a signal ends what waits for its turn, and free() what waits for anything', async (t) => {
  const { pool } = await begun(t, pinnedOptions, 1);
  const never = () => new Promise(() => undefined);
  const reason = new Error('enough');
  const soon = () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 30);
    return { signal: controller.signal };
  };
  const first = pool.refresh(never);
  const waiting = [
    pool.refresh(never, soon()),
    pool.addRepodata(subdir, fileOf(`${subdir}/repodata.json`), soon()),
    pool.addRepodata(subdir, new ReadableStream({}), soon()),
    pool.fetchRepodata(subdir, never, soon()),
  ];
  for (const call of [first, ...waiting]) call.catch(() => undefined);
  for (const call of waiting) assert.equal(await within(call), reason);
  // Nothing of that reaches who waits without one.
  const others = [pool.refresh(fetcherOf(honest)), pool.verifyPackage(new ReadableStream({}))];
  for (const call of others) call.catch(() => undefined);
  pool.free();
  for (const call of [first, ...others]) assert.equal((await within(call)).code, 'FREED');
});

test('workers that are about to begin end with the pool, and with its signal', async (t) => {
  const never = await serve(t, { '/*': () => undefined });
  const made = [];
  const worker = () => {
    const thread = new Worker(join(installed, 'dist/worker/node-script.js'));
    made.push(new Promise((resolve) => thread.once('exit', resolve)));
    return thread;
  };
  const reason = new Error('enough');
  const controller = new AbortController();
  const creating = VerifierPool.create({ wasm: `${never}/own.wasm`, signal: controller.signal }, { size: 2, worker });
  setTimeout(() => controller.abort(reason), 300);
  assert.equal(await within(creating), reason);
  assert.equal(made.length, 2);
  await Promise.all(made);
  // The same for one that takes the place of another.
  let isSlow = false;
  const threads = [];
  const silent = () => {
    const thread = isSlow ? new Worker('setInterval(() => undefined, 1000)', { eval: true }) : new Worker(join(installed, 'dist/worker/node-script.js'));
    threads.push(thread);
    return thread;
  };
  const pool = await VerifierPool.create({}, { size: 1, worker: silent });
  isSlow = true;
  await threads[0].terminate();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const call = pool.verifyPackage(bytesOf(small));
  call.catch(() => undefined);
  const signal = AbortSignal.timeout(30);
  assert.equal((await within(pool.verifyPackage(bytesOf(small), {}, { signal }))).name, 'TimeoutError');
  const isOver = new Promise((resolve) => threads[1].once('exit', resolve));
  pool.free();
  assert.equal((await within(call)).code, 'FREED');
  await isOver;
});

test('many calls at once are no reason for a warning', async (t) => {
  const warned = [];
  const note = (warning) => warned.push(warning.message);
  process.on('warning', note);
  t.after(() => process.off('warning', note));
  const { pool } = await begun(t);
  await Promise.all(Array.from({ length: 30 }, () => pool.verifyPackage(bytesOf(small))));
  assert.deepEqual(warned, []);
});

test('repodata also reaches the worker that takes the place of the one that added it', async (t) => {
  // Waits for a while where it is told to.
  const script = `import('conda-verifier/worker/host').then(({ serve }) => { serve(); require('node:worker_threads').parentPort.on('message', (data) => { if (data === 'wait') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500) }) })`;
  const made = [];
  const worker = () => {
    const thread = new Worker(script, { eval: true });
    made.push(thread);
    return thread;
  };
  const pool = await VerifierPool.create(pinnedOptions, { size: 2, worker });
  t.after(() => pool.free());
  await pool.refresh(fetcherOf(honest));
  made[1].postMessage('wait');
  const adding = pool.fetchRepodata(subdir, fetcherOf(honest));
  // By now one of them has it, and the other one is about to be told.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await made[0].terminate();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await pool.trust;
  assert.equal(made.length, 3);
  await adding;
  for (const record of await Promise.all([1, 2].map(() => pool.verifyRecord(subdir, victim)))) assert.equal(record.fileName, victim);
});
