// The packed package in workerd, the runtime of Cloudflare Workers.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { Miniflare } from 'miniflare';

import { install, installed } from './support/places.mjs';
import { bytesOf, pathOf, sha256, small, smallBz2 } from './support/samples.mjs';
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
async function start(t, contents, compatibilityDate = '2025-01-01') {
  const entry = exports['.'].workerd.default.replace('.', './node_modules/conda-verifier');
  const worker = new Miniflare({
    host: '127.0.0.1',
    cf: false,
    compatibilityDate,
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

// A Worker that keeps a verifier, and a fetch that verifies, in variables of its module.
const KEEPING = `import { Verifier } from 'conda-verifier';
  import { verifiedFetch } from 'conda-verifier/fetch';
  let verifier, verified;
  const had = async (response) => ['verified', (await response.arrayBuffer()).byteLength];
  const ways = {
    async verifier({ victim }) {
      await verifier.refresh(fetch);
      await verifier.fetchRepodata('noarch', fetch);
      const { bytes, verdict } = await verifier.fetchPackage('noarch', victim, fetch);
      return [verdict.verdict, bytes.length];
    },
    fetch: async ({ url }) => had(await verified(new Request(url))),
    // Of this request alone.
    own: async ({ url, options }) => had(await verifiedFetch(await Verifier.create(options))(url)),
    // Begun, and not waited for: as after a request that was cancelled.
    left: async ({ url }) => void verified(url).catch(() => undefined),
    lasting: async ({ url, context }) => context.waitUntil(verified(url)),
  };
  export default {
    async fetch(request, _, context) {
      const { way, victim, options } = await request.json();
      verifier ??= await Verifier.create(options);
      verified ??= verifiedFetch(verifier);
      const url = options.channel + 'noarch/' + victim;
      return Response.json((await ways[way]?.({ url, victim, options, context })) ?? null);
    },
  };`;

/** Starts it beside a channel that is slow; gives what asks it in one of its ways. */
async function keeping(t, compatibilityDate) {
  const url = await serve(t, {
    '/slow/*': (_, response, path) => {
      const isThere = existsSync(pathOf(path.replace('/slow/', 'signed/')));
      const answer = () => response.writeHead(isThere ? 200 : 404).end(isThere ? fileOf(path.slice('/slow/'.length)) : undefined);
      // So slow that each request waits for what another one began.
      setTimeout(answer, 100);
    },
  });
  const at = await (await start(t, KEEPING, compatibilityDate)).ready;
  const options = { trustedRoot: Buffer.from(fileOf('root.json')).toString(), channel: `${url}/slow/`, now };
  return async (way, milliseconds = 20_000) => {
    const body = JSON.stringify({ way, victim, options });
    return (await fetch(at, { method: 'POST', body, signal: AbortSignal.timeout(milliseconds) })).json();
  };
}

const whole = ['verified', fileOf(`noarch/${victim}`).length];

// Before 2024-10-14 what waits for a promise of another request goes on in the place of that one.
for (const date of ['2024-01-01', '2025-01-01']) {
  test(`what is kept serves several requests at once, with the date ${date}`, async (t) => {
    for (const way of ['verifier', 'fetch']) {
      const ask = await keeping(t, date);
      await ask('none');
      assert.deepEqual(await Promise.all([ask(way), ask(way), ask(way)]), [whole, whole, whole], way);
      assert.deepEqual(await ask(way), whole, way);
    }
  });
}

test('what a request leaves in the middle is never done, so each has a verifier of its own, as the guide says', async (t) => {
  const ask = await keeping(t);
  await ask('none');
  assert.equal(await ask('left'), null);
  // Else the guide could have another advice.
  await assert.rejects(ask('fetch', 3000), { name: 'TimeoutError' });
  assert.deepEqual(await Promise.all([ask('own'), ask('own')]), [whole, whole]);
});

test('what is told to last goes on behind the end of its request', async (t) => {
  const ask = await keeping(t);
  await ask('none');
  assert.equal(await ask('lasting'), null);
  assert.deepEqual(await ask('fetch'), whole);
});
