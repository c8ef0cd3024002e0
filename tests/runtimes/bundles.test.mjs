// The same check in a page of Chromium, and in workerd, from what bundlers make of the package.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Miniflare } from 'miniflare';

import { browsers } from './support/browsers.mjs';
import { builtByVite, bundled, CHECK, filesOf, routesOf, servedByVite, workerModules } from './support/bundled.mjs';
import { checking, html, paged } from './support/page.mjs';
import { compare } from './support/reference.mjs';
import { site } from './support/site.mjs';

/** What a page says that Chromium opens, compared with the reference. */
async function opened(t, routes) {
  const { url, said } = await paged(t, routes);
  await browsers.Chromium(t, url);
  await compareSaid(t, url, await said);
}

async function compareSaid(t, url, { failed, stack, complaints, report }) {
  assert.equal(failed, undefined, stack);
  assert.deepEqual(complaints, []);
  await compare(t, url, report);
}

/** The files of the package that a bundle has as files. */
const wasmFiles = (folder) => filesOf(folder).filter((name) => name.endsWith('.wasm')).length;

const entry = "import('conda-verifier')";
const byUrls = `Promise.all([import('conda-verifier/conda_verifier.wasm?url'), import('conda-verifier/conda_verifier_installed.wasm?url')])
  .then(([own, installed]) => ({ own: own.default, installed: installed.default }))`;

/** The files of a project of Vite. */
const viteProject = (wasm) => ({
  'index.html': html('/main.mjs'),
  'main.mjs': checking({ entry, check: CHECK, wasm: wasm && `await ${wasm}` }),
});

for (const [name, wasm] of [['finds the files by itself', undefined], ['is given their URLs', byUrls]]) {
  test(`built by Vite, ${name}`, async (t) => {
    const dist = await builtByVite(t, viteProject(wasm));
    assert.equal(wasmFiles(dist), 2);
    await opened(t, routesOf(dist));
  });
}

test('served by Vite while one works on it', async (t) => {
  await opened(t, await servedByVite(t, viteProject(), {}));
});

test('served by Vite with the setting that Vite 7 needs', async (t) => {
  await opened(t, await servedByVite(t, viteProject(), { exclude: ['conda-verifier'] }));
});

const STATIC = `import * as bundled from 'conda-verifier';
import { check } from ${JSON.stringify(CHECK)};
`;
const IMPORTED = `import own from 'conda-verifier/conda_verifier.wasm';
import installed from 'conda-verifier/conda_verifier_installed.wasm';
`;

for (const minify of [false, true]) {
  test(`bundled by esbuild${minify ? ', minified' : ''}`, async (t) => {
    const main = IMPORTED + checking({ entry, check: CHECK, wasm: '{ own, installed }' });
    const out = await bundled(t, { 'main.mjs': main }, { minify, loader: { '.wasm': 'file' } });
    assert.equal(wasmFiles(out), 2);
    await opened(t, routesOf(out, '/main.js'));
  });
}

test('bundled by esbuild without the option, it says what to do', async (t) => {
  const main = STATIC + checking({ entry: 'bundled', check: CHECK });
  const out = await bundled(t, { 'main.mjs': main }, {});
  const { url, said } = await paged(t, routesOf(out, '/main.js'));
  await browsers.Chromium(t, url);
  const { report, failed } = await said;
  assert.equal(failed, undefined);
  const { code, hint } = report['a flipped byte'];
  assert.equal(code, 'WASM_UNAVAILABLE');
  assert.match(hint, /pass it as the option `wasm`/);
});

for (const minify of [false, true]) {
  test(`bundled by esbuild for workerd${minify ? ', minified' : ''}`, async (t) => {
    const main = `${STATIC}
      export default {
        async fetch(request) {
          return Response.json(await check(bundled, new URL(request.url).searchParams.get('base')));
        },
      };`;
    // As wrangler does: the file stays a file, which is compiled when the Worker is uploaded.
    const options = { conditions: ['workerd', 'worker', 'browser'], loader: { '.wasm': 'copy' }, minify };
    const out = await bundled(t, { 'main.mjs': main }, options);
    assert.equal(wasmFiles(out), 2);
    const worker = new Miniflare({ host: '127.0.0.1', cf: false, compatibilityDate: '2025-01-01', modulesRoot: out, modules: workerModules(out) });
    t.after(() => worker.dispose());
    const url = await site(t);
    const response = await worker.dispatchFetch(`http://localhost/?base=${url}`);
    const { report, engine } = await response.json();
    await compare(t, url, report);
    assert.deepEqual(engine, { hashedBy: ['host'], stores: { memory: '3 2 2 0', indexedDb: null, folder: null, cache: '3 2 2 0' } });
  });
}
