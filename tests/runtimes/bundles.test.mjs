// The same check in a page of Chromium, and in workerd, from what bundlers make of the package.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { Miniflare } from 'miniflare';

import { browsers } from './support/browsers.mjs';
import { CHECK, filesOf, project, routesOf } from './support/bundled.mjs';
import { checking, html, paged, POLICY } from './support/page.mjs';
import { compare } from './support/reference.mjs';
import { pathOf, send } from './support/shared.mjs';
import { site } from './support/site.mjs';
import { esbuild, vite } from './support/tools.mjs';

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
    const root = project(t, viteProject(wasm));
    const { build } = await vite();
    await build({ root, configFile: false, logLevel: 'error' });
    assert.equal(wasmFiles(join(root, 'dist')), 2);
    await opened(t, routesOf(join(root, 'dist')));
  });
}

/** Serves a project as Vite does while one works on it. */
async function served(t, optimizeDeps) {
  const root = project(t, viteProject());
  const { createServer } = await vite();
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    cacheDir: join(root, '.vite'),
    appType: 'mpa',
    optimizeDeps,
    // Its own client in the page listens for changes.
    server: { middlewareMode: true, headers: { 'content-security-policy': POLICY.replace('connect-src', 'connect-src ws:') } },
  });
  t.after(() => server.close());
  const sample = (_, response, path) => send(response, path, readFileSync(pathOf(path.slice(1))));
  return {
    ...Object.fromEntries(['noarch', 'signed', 'spoiled', 'tuf'].map((name) => [`/${name}/*`, sample])),
    // After those of the check, which are more exact.
    '/*': (request, response) => server.middlewares(request, response),
  };
}

test('served by Vite while one works on it', async (t) => {
  await opened(t, await served(t, {}));
});

test('served by Vite with the setting that Vite 7 needs', async (t) => {
  await opened(t, await served(t, { exclude: ['conda-verifier'] }));
});

/** Bundles with the options that the README names. */
async function bundled(t, files, options) {
  const folder = project(t, files);
  const { build } = await esbuild();
  await build({
    absWorkingDir: folder,
    entryPoints: ['main.mjs'],
    bundle: true,
    format: 'esm',
    outdir: 'out',
    logLevel: 'silent',
    ...options,
  });
  return join(folder, 'out');
}

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
    const modules = filesOf(out).map((name) => ({
      type: name.endsWith('.wasm') ? 'CompiledWasm' : 'ESModule',
      path: join(out, name),
      contents: readFileSync(join(out, name)),
    }));
    // The first one is what the Worker is.
    modules.sort((one, other) => Number(one.type === 'CompiledWasm') - Number(other.type === 'CompiledWasm'));
    const worker = new Miniflare({ host: '127.0.0.1', cf: false, compatibilityDate: '2025-01-01', modulesRoot: out, modules });
    t.after(() => worker.dispose());
    const url = await site(t);
    const response = await worker.dispatchFetch(`http://localhost/?base=${url}`);
    const { report, engine } = await response.json();
    await compare(t, url, report);
    assert.deepEqual(engine, { hashedBy: ['host'], stores: { memory: '3 2 2 0', indexedDb: null, folder: null, cache: '3 2 2 0' } });
  });
}
