// A verifier in a Web Worker, in a page of Chromium under a strict Content-Security-Policy.
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { open, pages } from './support/page.mjs';
import { large } from './support/rezip.mjs';
import { bytesOf, fixtures, sha256, small } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { send } from './support/server.mjs';
import { fileOf, now, victim } from './support/trust.mjs';

/** Some 300 MB unpacked. */
const [COUNT, LENGTH] = [60, 5 << 20];
const heavy = large('heavy', COUNT, LENGTH);

const routes = {
  ...pages,
  '/heavy-1-0.conda': (_, response, path) => send(response, path, heavy),
  // A worker of the page's own, which counts what becomes of the bytes that it sends.
  '/own-worker.js': (_, response, path) =>
    send(
      response,
      path,
      `import { serve } from '/pkg/dist/entry/host.js';
       const post = MessagePort.prototype.postMessage;
       const told = { files: 0, bytes: 0, left: 0 };
       MessagePort.prototype.postMessage = function (message, transfer = []) {
         const sent = message?.args?.data?.[0]?.bytes;
         const length = sent?.byteLength ?? 0;
         post.call(this, message, transfer);
         if (length === 0) return;
         told.files++;
         told.bytes += length;
         told.left += sent.byteLength;
       };
       serve();
       onmessage = ({ data }) => data === 'told' && postMessage(told);`,
    ),
  '/shared-worker.js': (_, response, path) =>
    send(response, path, `import { serve } from '/pkg/dist/entry/host.js'; onconnect = ({ ports: [port] }) => serve(port);`),
  '/broken-worker.js': (_, response, path) => send(response, path, 'throw new Error("broken");'),
};

test('in Chromium, a verifier in a worker', async (t) => {
  const { page, complaints } = await open(t, routes);

  await t.test('the same verdicts as on the page', async () => {
    const paths = [small, ...fixtures.spoiled.map(({ file }) => file)];
    const said = await page.evaluate(async (paths) => {
      const [{ Verifier }, { VerifierWorker }] = await Promise.all([globalThis.entry, import('conda-verifier/worker')]);
      const here = await Verifier.create();
      const there = await VerifierWorker.create();
      const verdicts = [];
      for (const path of paths) {
        const blob = await (await fetch(path)).blob();
        const direct = await here.inspectPackage(await fetch(path));
        const bytes = new Uint8Array(await blob.arrayBuffer());
        const name = path.split('/').at(-1);
        verdicts.push([direct, await there.inspectPackage(await fetch(path)), await there.inspectPackage(new File([blob], name)), await there.inspectPackage(bytes, { fileName: name })]);
      }
      there.free();
      return verdicts;
    }, paths);
    for (const [index, [direct, ...others]] of said.entries()) {
      checkVerdict(direct);
      assert.equal(direct.verdict, index === 0 ? 'unverified' : 'rejected');
      for (const other of others) assert.deepEqual(other, direct, paths[index]);
    }
  });

  await t.test('a signed channel, fetched by the worker or by the page', async () => {
    const said = await page.evaluate(async ({ root, now, victim }) => {
      const { VerifierWorker } = await import('conda-verifier/worker');
      const { IndexedDbStore } = await globalThis.entry;
      const channel = new URL('signed', location.href).href;
      const outcomes = [];
      let asked = 0;
      for (const fetcher of [undefined, (url, options) => (asked++, fetch(url, options))]) {
        const verifier = await VerifierWorker.create({ trustedRoot: root, channel, now });
        const report = await verifier.refresh(fetcher, { store: new IndexedDbStore({ channel }) });
        await verifier.addRepodata('noarch', await fetch('/signed/noarch/repodata.json.zst'));
        const record = await verifier.verifyRecord('noarch', victim);
        const { verdict } = await verifier.verifyPackage(await fetch(`/signed/noarch/${victim}`), { record });
        const { transfer } = await verifier.inspectRemote(`/signed/noarch/${victim}`);
        outcomes.push([report.root.version, report.store, verdict, transfer.bytes > 0, (await new IndexedDbStore({ channel }).read()).length > 2]);
        verifier.free();
      }
      return { outcomes, asked };
    }, { root: Buffer.from(fileOf('root.json')).toString(), now, victim });
    assert.deepEqual(said.outcomes, Array(2).fill([3, null, 'verified', true, true]));
    assert.ok(said.asked > 0);
  });

  await t.test('what onFile gets is transferred, and not copied', async () => {
    const told = await page.evaluate(async () => {
      const { VerifierWorker } = await import('conda-verifier/worker');
      const worker = new Worker('/own-worker.js', { type: 'module' });
      const verifier = await VerifierWorker.create({}, { worker });
      let bytes = 0;
      await verifier.verifyPackage(await fetch('/heavy-1-0.conda'), {}, { onFile: (file) => void (bytes += file.bytes?.length ?? 0) });
      verifier.free();
      const told = await new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.postMessage('told');
      });
      worker.terminate();
      return { ...told, got: bytes };
    });
    assert.equal(told.got, told.bytes);
    assert.ok(told.got > COUNT * LENGTH && told.files >= COUNT);
    assert.equal(told.left, 0, 'nothing of what was sent is left in the worker');
  });

  await t.test('in a SharedWorker', async () => {
    const verdict = await page.evaluate(async (path) => {
      const { VerifierWorker } = await import('conda-verifier/worker');
      const { port } = new SharedWorker('/shared-worker.js', { type: 'module' });
      const verifier = await VerifierWorker.create({}, { worker: port });
      const { verdict } = await verifier.verifyPackage(await fetch(path));
      verifier.free();
      return verdict;
    }, small);
    assert.equal(verdict, 'unverified');
  });

  await t.test('a worker that is broken or missing', async () => {
    const codes = await page.evaluate(async () => {
      const { VerifierWorker } = await import('conda-verifier/worker');
      const codes = [];
      for (const path of ['/broken-worker.js', '/missing-worker.js', 'https://example.invalid/worker.js']) {
        const worker = () => new Worker(path, { type: 'module' });
        codes.push(await VerifierWorker.create({}, { worker }).catch(({ code }) => code));
      }
      return codes;
    });
    assert.deepEqual(codes, ['WORKER_FAILED', 'WORKER_FAILED', 'WORKER_FAILED']);
  });

  await t.test('a worker that is ended in mid-work', async () => {
    const said = await page.evaluate(async (small) => {
      const { VerifierPool } = await import('conda-verifier/worker');
      const workers = [];
      const worker = () => {
        const made = new Worker('/own-worker.js', { type: 'module' });
        workers.push(made);
        return made;
      };
      const pool = await VerifierPool.create({}, { size: 2, worker });
      await pool.addRepodata('noarch', await fetch('/noarch/repodata.json'));
      let isEnded = false;
      const verify = () => pool.verifyPackage(fetchedHeavy, {}, {
        onFile: () => {
          if (isEnded) return;
          isEnded = true;
          workers[0].terminate();
        },
      }).then(({ verdict }) => verdict, ({ code }) => code);
      const fetchedHeavy = await (await fetch('/heavy-1-0.conda')).blob();
      const outcomes = await Promise.all([verify(), verify()]);
      const records = await Promise.all([1, 2, 3, 4].map(() => pool.findRecord('noarch', small)));
      pool.free();
      return { outcomes: outcomes.sort(), records: records.length, workers: workers.length };
    }, small.split('/').at(-1));
    assert.deepEqual(said, { outcomes: ['WORKER_FAILED', 'unverified'], records: 4, workers: 3 });
  });

  assert.deepEqual(complaints.filter((text) => !/broken|missing-worker|example\.invalid|404/.test(text)), []);
});

test('in Chromium, a page stays at 60 frames a second while 300 MB are verified', async (t) => {
  const { page } = await open(t, routes);
  const said = await page.evaluate(async () => {
    const [{ Verifier }, { VerifierWorker }] = await Promise.all([globalThis.entry, import('conda-verifier/worker')]);
    const blob = await (await fetch('/heavy-1-0.conda')).blob();
    /** The time between frames while something is at work, in ms, and how long that took. */
    const gapsOf = async (work) => {
      const gaps = [];
      let isOver = false;
      let last;
      const frame = (now) => {
        if (last !== undefined) gaps.push(now - last);
        last = now;
        if (!isOver) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      // What the page itself is at for more than 50 ms.
      const tasks = [];
      const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
      observer.observe({ entryTypes: ['longtask'] });
      const begin = performance.now();
      const bytes = await work();
      const time = performance.now() - begin;
      isOver = true;
      tasks.push(...observer.takeRecords().map(({ duration }) => duration));
      observer.disconnect();
      gaps.sort((a, b) => a - b);
      const at = (part) => Math.round(10 * (gaps[Math.min(gaps.length - 1, Math.floor(part * gaps.length))] ?? 0)) / 10;
      return { time: Math.round(time), bytes, frames: gaps.length, median: at(0.5), p95: at(0.95), longest: at(1), busy: Math.max(0, ...tasks) };
    };
    const verifying = (verifier) => async () => {
      let bytes = 0;
      await verifier.verifyPackage(blob, {}, { onFile: (file) => void (bytes += file.bytes?.length ?? 0), onProgress: () => undefined });
      return bytes;
    };
    const there = await VerifierWorker.create();
    const idle = await gapsOf(() => new Promise((resolve) => setTimeout(resolve, 1000, 0)));
    const inWorker = await gapsOf(verifying(there));
    const onPage = await gapsOf(verifying(await Verifier.create()));
    there.free();
    return { idle, inWorker, onPage };
  });
  for (const [name, { time, frames, median, p95, longest, busy }] of Object.entries(said)) {
    t.diagnostic(`${name}: ${time} ms, ${frames} frames, median ${median} ms, 95 % below ${p95} ms, longest ${longest} ms; longest task of more than 50 ms: ${busy} ms`);
  }
  const { idle, inWorker } = said;
  assert.ok(inWorker.bytes > COUNT * LENGTH);
  // A frame is 16.7 ms. Other programs on the machine take some of them, also where nothing is done.
  assert.ok(inWorker.median < 1.5 * Math.max(16.7, idle.median), `${inWorker.median} ms`);
  assert.ok(inWorker.busy < 150, `the page itself was at something for ${inWorker.busy} ms`);
  assert.ok(inWorker.longest < 500 + idle.longest, `${inWorker.longest} ms`);
});

test('in Chromium, a pool of two is at two packages at once', async (t) => {
  const { page } = await open(t, routes);
  const said = await page.evaluate(async () => {
    const { VerifierPool } = await import('conda-verifier/worker');
    const blob = await (await fetch('/heavy-1-0.conda')).blob();
    const time = async (size) => {
      const pool = await VerifierPool.create({}, { size });
      await Promise.all(Array.from({ length: size }, () => pool.verifyPackage(blob)));
      const begin = performance.now();
      const verdicts = await Promise.all([1, 2, 3, 4].map(() => pool.verifyPackage(blob)));
      const taken = performance.now() - begin;
      pool.free();
      return [taken, verdicts.map(({ verdict }) => verdict)];
    };
    return [await time(1), await time(2)];
  });
  const [[one, first], [two, second]] = said;
  assert.deepEqual([first, second], Array(2).fill(Array(4).fill('unverified')));
  // How much faster depends on who else uses the processors: it is told, not tested.
  t.diagnostic(`four packages, ${availableParallelism()} processors: ${Math.round(one)} ms by one worker, ${Math.round(two)} ms by two: ${(one / two).toFixed(2)} times as fast`);
});

test('the heavy package is one', async () => {
  const verifier = await Verifier.create();
  const { verdict } = await verifier.verifyPackage(heavy, { sha256: sha256(heavy) });
  assert.equal(verdict, 'verified');
  assert.ok(bytesOf(small).length > 0);
});
