// The packed package in a page of Chromium, under a strict Content-Security-Policy.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { examples, promised, routes, runnable } from './support/examples.mjs';
import { open, pages, policy } from './support/page.mjs';
import { installed } from './support/places.mjs';
import { big, bytesOf, repodata, sha256, small, smallBz2 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { send } from './support/server.mjs';
import { attackOf, fileOf, now, victim } from './support/trust.mjs';

test('in Chromium', async (t) => {
  const { page, complaints } = await open(t);

  for (const path of [small, smallBz2, big]) {
    for (const kind of ['Response', 'Blob', 'Uint8Array', 'ReadableStream']) {
      await t.test(`${path} as ${kind}`, async () => {
        const given = { path, kind, sha256: sha256(bytesOf(path)) };
        const { verdict, flipped, phases } = await page.evaluate(async ({ path, kind, sha256 }) => {
          const { Verifier } = await globalThis.entry;
          const verifier = await Verifier.create();
          const response = await fetch(path);
          const sourceOf = (response) =>
            ({
              Response: () => response,
              Blob: () => response.blob(),
              Uint8Array: async () => new Uint8Array(await response.arrayBuffer()),
              ReadableStream: () => response.body,
            })[kind]();
          const phases = new Set();
          const onProgress = ({ phase }) => phases.add(phase);
          const clone = response.clone();
          const verdict = await verifier.verifyPackage(await sourceOf(response), { sha256 }, { onProgress });
          const bytes = new Uint8Array(await clone.arrayBuffer());
          bytes[bytes.length >> 1] ^= 1;
          const flipped = await verifier
            .verifyPackage(await sourceOf(new Response(bytes)), { sha256 })
            .catch((error) => error.toJSON());
          return { verdict, flipped, phases: [...phases] };
        }, given);
        checkVerdict(verdict);
        assert.equal(verdict.verdict, 'verified');
        checkVerdict(flipped.verdict);
        assert.deepEqual([flipped.name, flipped.code], ['PackageRejected', 'SHA256_MISMATCH']);
        assert.equal(phases.at(-1), 'done');
      });
    }
  }

  await t.test('repodata, and a package without a record', async () => {
    const said = await page.evaluate(async ({ repodata, small }) => {
      const { Verifier } = await globalThis.entry;
      const verifier = await Verifier.create();
      await verifier.addRepodata('noarch', await fetch(repodata));
      const record = verifier.findRecord('noarch', small.split('/').at(-1));
      const verdict = await verifier.verifyPackage(await fetch(small), { record });
      const codes = [];
      for (const call of [
        async () => verifier.findRecord('noarch', 'nobody-1-0.conda'),
        async () => verifier.verifyPackage(await fetch('/nothing-1-0.conda')),
        async () => verifier.verifyPackage(await fetch(small), { sha265: '' }),
      ]) {
        codes.push(await call().catch((error) => error.code));
      }
      verifier.free();
      return { verdict, codes };
    }, { repodata, small });
    assert.equal(said.verdict.verdict, 'unverified');
    assert.deepEqual(said.codes, ['RECORD_MISSING', 'HTTP_STATUS', 'ARGUMENT_INVALID']);
  });

  for (const way of [undefined, 'record-tampered', 'key-mgr-expired']) {
    await t.test(way ?? 'a signed channel', async () => {
      const said = await page.evaluate(async ({ root, folder, now, victim }) => {
        const { Verifier } = await globalThis.entry;
        const channel = new URL('signed', location.href).href;
        const verifier = await Verifier.create({ trustedRoot: root, channel, now });
        // What was attacked is in a folder of its own.
        const served = async (path) => {
          const changed = folder === undefined ? undefined : await fetch(`/${folder}/${path}`);
          return changed?.ok ? changed : fetch(`/signed/${path}`);
        };
        try {
          await verifier.refresh((url) => served(url.href.slice(channel.length + 1)));
          await verifier.addRepodata('noarch', await served('noarch/repodata.json.zst'));
          const record = verifier.verifyRecord('noarch', victim);
          const other = await Verifier.create({ trustedRoot: root, channel, now });
          other.restore(verifier.export());
          const response = await served(`noarch/${victim}`);
          const verdict = await other.verifyPackage(response, { record: structuredClone(record) });
          const { trusted } = await verifier.auditRecords('noarch');
          return { verdict: verdict.verdict, basis: verdict.trust.basis, trusted };
        } catch (error) {
          return { code: error.code, roots: verifier.trust.root.version };
        } finally {
          verifier.free();
        }
      }, { root: Buffer.from(fileOf('root.json')).toString(), folder: way && attackOf(way).folder, now, victim });
      assert.deepEqual(
        said,
        {
          undefined: { verdict: 'verified', basis: 'content-trust', trusted: 6 },
          'record-tampered': { code: 'THRESHOLD_NOT_MET', roots: 3 },
          'key-mgr-expired': { code: 'EXPIRED', roots: 3 },
        }[way],
      );
    });
  }

  await t.test('the page stays alive while packages are verified', async () => {
    const { time, longest, turns } = await page.evaluate(async (path) => {
      const { Verifier } = await globalThis.entry;
      const verifier = await Verifier.create();
      const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
      await verifier.verifyPackage(bytes);
      let turns = 0;
      let longest = 0;
      let last = performance.now();
      const timer = setInterval(() => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        turns++;
      }, 0);
      const begin = performance.now();
      await Promise.all(Array.from({ length: 10 }, () => verifier.verifyPackage(bytes)));
      clearInterval(timer);
      return { time: performance.now() - begin, longest, turns };
    }, big);
    // Ten packages at once take their pieces in turn: far more pauses than packages.
    assert.ok(turns > 10, `${turns} turns`);
    assert.ok(longest < time / 2, `nothing went on for ${longest} of ${time} ms`);
  });

  // The browser itself says that a fetch was answered with 404.
  assert.deepEqual(complaints.filter((text) => !/404/.test(text)), []);
});

for (const example of examples.filter(({ where }) => where.includes('browser'))) {
  test(`in Chromium, the README's ${example.name}`, async (t) => {
    const printed = [];
    const { page, url } = await open(t, {
      ...pages,
      ...routes,
      '/example.mjs': ({ headers }, response, path) =>
        send(response, path, runnable(example, `http://${headers.host}`)),
    });
    page.on('console', (message) => void (message.type() === 'log' && printed.push(message.text())));
    await page.evaluate((module) => import(module), `${url}/example.mjs`);
    assert.ok(promised(example).length > 0);
    assert.deepEqual(printed, promised(example));
  });
}

test('in Chromium, from a server that does not know the type of WebAssembly', async (t) => {
  const { page, complaints } = await open(t, {
    ...pages,
    '/pkg/dist/wasm/conda_verifier_bg.wasm': (_, response) =>
      send(response, 'x.bin', readFileSync(join(installed, 'dist/wasm/conda_verifier_bg.wasm'))),
  });
  const verdict = await page.evaluate(async (path) => {
    const { Verifier } = await globalThis.entry;
    const verifier = await Verifier.create();
    return verifier.verifyPackage(await fetch(path));
  }, small);
  assert.deepEqual([verdict.verdict, complaints], ['unverified', []]);
});

test('in Chromium, without the WebAssembly file or the right to run it', async (t) => {
  const { page } = await open(t, {
    ...pages,
    '/pkg/dist/wasm/conda_verifier_bg.wasm': (_, response) => response.writeHead(404).end(),
  });
  const create = () =>
    page.evaluate(async () => {
      const { Verifier } = await globalThis.entry;
      return Verifier.create().catch((error) => error.toJSON());
    });
  const error = await create();
  assert.equal(error.code, 'WASM_UNAVAILABLE');
  assert.match(error.message, /status 404/);

  const strict = await open(t, {
    ...pages,
    '/': (request, response, path) => {
      const writeHead = response.writeHead.bind(response);
      response.writeHead = (status, headers) =>
        writeHead(status, { ...headers, 'content-security-policy': policy.replace("'wasm-unsafe-eval' ", '') });
      pages['/'](request, response, path);
    },
  });
  const refused = await strict.page.evaluate(async () => {
    const { Verifier } = await globalThis.entry;
    return Verifier.create().catch((error) => error.toJSON());
  });
  assert.equal(refused.code, 'WASM_UNAVAILABLE');
  assert.match(refused.message, /Content Security Policy/i);
});
