// The packed package in workerd, the runtime of Cloudflare Workers.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { Miniflare } from 'miniflare';

import { install, installed } from './support/places.mjs';
import { bytesOf, sha256, small, smallBz2 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { serve } from './support/server.mjs';
import { attackOf, fileOf, now, victim } from './support/trust.mjs';

const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
const readme = readFileSync(join(installed, 'README.md'), 'utf8');
const [, example] = /<!-- runs: workerd -->\n```js\n([^]*?)^```$/m.exec(readme);

/** The package's modules, as a bundler for Workers would list them. */
function packageModules() {
  const dist = join(installed, 'dist');
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .map((file) => join(file.parentPath ?? file.path, file.name))
    .filter((path) => /\.(js|wasm)$/.test(path) && !path.startsWith(join(dist, 'cli')))
    // Node.js alone has them.
    .filter((path) => !path.endsWith('entry/node.js') && !path.startsWith(join(dist, 'files')))
    .map((path) => ({ type: path.endsWith('.wasm') ? 'CompiledWasm' : 'ESModule', path, contents: readFileSync(path) }));
}

/** Starts a Worker that imports the package by its public name. */
async function start(t, contents) {
  const entry = exports['.'].workerd.default.replace('.', './node_modules/conda-verifier');
  const worker = new Miniflare({
    host: '127.0.0.1',
    cf: false,
    compatibilityDate: '2025-01-01',
    modulesRoot: install,
    modules: [
      { type: 'ESModule', path: join(install, 'worker.mjs'), contents },
      { type: 'ESModule', path: join(install, 'conda-verifier'), contents: `export * from '${entry}';` },
      { type: 'ESModule', path: join(install, 'conda-verifier/fetch'), contents: `export * from '.${exports['./fetch'].default.replace('.', './node_modules/conda-verifier')}';` },
      ...packageModules(),
    ],
  });
  t.after(() => worker.dispose());
  await worker.ready;
  return worker;
}

test('the README\'s Worker verifies, and rejects', async (t) => {
  const url = await serve(t);
  const worker = await start(t, example);
  const ask = (parameters) => worker.dispatchFetch(`http://localhost/?${new URLSearchParams(parameters)}`);
  for (const path of [small, smallBz2]) {
    const bytes = bytesOf(path);
    const good = await ask({ package: `${url}/${path}`, sha256: sha256(bytes) });
    assert.equal(good.status, 200);
    const verdict = await good.json();
    checkVerdict(verdict);
    assert.deepEqual([verdict.verdict, verdict.file], ['verified', path.split('/').at(-1)]);

    const bad = await ask({ package: `${url}/${path}`, sha256: '0'.repeat(64) });
    assert.equal(bad.status, 502);
    const error = await bad.json();
    checkVerdict(error.verdict);
    assert.deepEqual([error.name, error.code], ['PackageRejected', 'SHA256_MISMATCH']);
  }
  const cases = [
    [{ package: `${url}/${small}` }, 'ARGUMENT_INVALID'],
    [{ package: `${url}/nothing-1-0.conda`, sha256: '0'.repeat(64) }, 'HTTP_STATUS'],
  ];
  for (const [parameters, code] of cases) assert.equal((await (await ask(parameters)).json()).code, code);
});

test('bytes, streams, Blobs and overlapping requests', async (t) => {
  const worker = await start(
    t,
    `import { Verifier } from 'conda-verifier';
     export default {
       async fetch(request) {
         const verifier = await Verifier.create();
         const sha256 = new URL(request.url).pathname.slice(1);
         const copy = request.clone();
         const again = request.clone();
         const verdicts = await Promise.all([
           verifier.inspectPackage(new Uint8Array(await copy.arrayBuffer()), { sha256 }),
           verifier.inspectPackage(request.body, { sha256 }),
           verifier.inspectPackage(new Blob([await again.arrayBuffer()]), { sha256 }),
         ]);
         return Response.json(verdicts.map(({ verdict }) => verdict));
       },
     };`,
  );
  const bytes = bytesOf('noarch/big-2.3.4-h0_1.conda');
  const flipped = bytes.slice();
  flipped[bytes.length >> 1] ^= 1;
  const answers = await Promise.all(
    [bytes, flipped, bytes].map(async (body) => {
      const response = await worker.dispatchFetch(`http://localhost/${sha256(bytes)}`, { method: 'POST', body });
      return (await response.json()).join();
    }),
  );
  assert.deepEqual(answers, ['verified', 'rejected', 'verified'].map((word) => Array(3).fill(word).join()));
});

test('a signed channel, and one that was attacked', async (t) => {
  const url = await serve(t);
  const worker = await start(
    t,
    `import { Verifier } from 'conda-verifier';
     export default {
       async fetch(request) {
         const { root, url, folder, now, victim } = await request.json();
         const channel = url + '/signed';
         const served = async (path) => {
           const changed = folder === undefined ? undefined : await fetch(url + '/' + folder + '/' + path);
           return changed?.ok ? changed : fetch(channel + '/' + path);
         };
         const verifier = await Verifier.create({ trustedRoot: root, channel, now });
         try {
           await verifier.refresh((wanted) => served(wanted.href.slice(channel.length + 1)));
           await verifier.addRepodata('noarch', await served('noarch/repodata.json.bz2'));
           const record = verifier.verifyRecord('noarch', victim);
           const verdict = await verifier.verifyPackage(await served('noarch/' + victim), { record });
           const { trusted } = await verifier.auditRecords('noarch');
           return Response.json({ verdict, trusted });
         } catch (error) {
           return Response.json(error);
         }
       },
     };`,
  );
  const root = Buffer.from(fileOf('root.json')).toString();
  const ask = async (way) => {
    const body = JSON.stringify({ root, url, folder: way && attackOf(way).folder, now, victim });
    return (await worker.dispatchFetch('http://localhost/', { method: 'POST', body })).json();
  };
  const { verdict, trusted } = await ask();
  checkVerdict(verdict);
  assert.deepEqual([verdict.verdict, verdict.trust.basis, trusted], ['verified', 'content-trust', 6]);
  assert.equal((await ask('record-tampered')).code, 'THRESHOLD_NOT_MET');
  assert.equal((await ask('root-rolled-back')).code, 'ROLE_ROLLBACK');
});

test('verifiedFetch passes on what is verified', async (t) => {
  const url = await serve(t, {
    '/bad/*': (_, response, path) => {
      const bytes = Buffer.from(fileOf(path.slice('/bad/'.length)));
      if (path.endsWith(victim)) bytes[bytes.length >> 1] ^= 1;
      response.end(bytes);
    },
  });
  const worker = await start(
    t,
    `import { Verifier, VerifierError } from 'conda-verifier';
     import { verifiedFetch } from 'conda-verifier/fetch';
     export default {
       async fetch(request) {
         const { root, channel, now, path } = await request.json();
         const verifier = await Verifier.create({ trustedRoot: root, channel, now });
         try {
           return await verifiedFetch(verifier)(channel + path);
         } catch (error) {
           if (!VerifierError.isVerifierError(error)) throw error;
           return Response.json(error, { status: 502 });
         }
       },
     };`,
  );
  const root = Buffer.from(fileOf('root.json')).toString();
  const ask = (folder, path) =>
    worker.dispatchFetch('http://localhost/', { method: 'POST', body: JSON.stringify({ root, channel: `${url}/${folder}/`, now, path }) });
  for (const path of [`noarch/${victim}`, 'noarch/repodata.json.zst']) {
    const response = await ask('signed', path);
    assert.equal(response.status, 200);
    assert.equal(sha256(new Uint8Array(await response.arrayBuffer())), sha256(fileOf(path)));
  }
  const bad = await ask('bad', `noarch/${victim}`);
  assert.deepEqual([bad.status, (await bad.json()).code], [502, 'SHA256_MISMATCH']);
  assert.equal((await (await ask('signed', 'channeldata.json')).json()).code, 'REQUEST_REFUSED');
});
