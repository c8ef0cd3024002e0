// A verifier in a worker, in every runtime and from what bundlers make of it: it says what one
// says that works in the same thread.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { Miniflare } from 'miniflare';

import { browsers, isLeftOut } from './support/browsers.mjs';
import { builtByVite, bundled, routesOf, servedByVite, workerModules } from './support/bundled.mjs';
import { html, listening, PACKAGE, paged, unbundled, WORKERS } from './support/page.mjs';
import { runScript } from './support/reference.mjs';
import { installed, send } from './support/shared.mjs';
import { site } from './support/site.mjs';
import { programs } from './support/tools.mjs';

const CHECK = new URL('workers.mjs', import.meta.url);
const RUN = new URL('run-workers.mjs', import.meta.url);

/** What has to be in a report: the same from both, and each as it should be. */
function checkReport({ there, here, pool, codes }) {
  assert.deepEqual(there, here);
  const names = Object.keys(there);
  const honest = names.filter((name) => there[name].verdict?.verdict === 'verified');
  assert.deepEqual(honest, ['a response', 'a stream', 'a Blob', 'bytes', 'slices']);
  for (const name of honest) {
    const { files, unpacked, ended } = there[name];
    assert.ok(files > 49 && unpacked > 0 && ended === 'done', name);
  }
  const rejected = names.filter((name) => !honest.includes(name));
  assert.ok(rejected.length > 20);
  for (const name of rejected) {
    assert.deepEqual([there[name].name, there[name].verdict.verdict], ['PackageRejected', 'rejected'], name);
  }
  for (const name of ['a flipped byte', 'a flipped byte in a Blob']) assert.equal(there[name].code, 'SHA256_MISMATCH');
  assert.deepEqual(pool, ['verified', 'verified', 'rejected', 'verified']);
  assert.deepEqual(codes, ['ARGUMENT_INVALID', 'ARGUMENT_INVALID', 'FREED', 'FREED']);
}

// Nothing but the package and the server may be touched.
const runtimes = {
  'this Node.js': [() => process.execPath, () => []],
  'Node.js 24': [programs.node, () => []],
  Deno: [programs.deno, (url) => ['run', '--no-prompt', '--no-remote', `--allow-read=${installed}`, `--allow-net=${new URL(url).host}`]],
  Bun: [programs.bun, () => ['run']],
};

for (const [name, [program, options]] of Object.entries(runtimes)) {
  test(`under ${name}`, async (t) => {
    const url = await site(t);
    checkReport(await runScript(program(), options(url), RUN, [url]));
  });
}

/** The module of a page that runs the check. */
const checking = ({ entry, check, wasm = 'undefined', place = 'undefined' }) => listening(`
  const [entry, { checkWorkers }] = await Promise.all([${entry}, import(${JSON.stringify(check)})]);
  return { report: await checkWorkers(entry, location.origin, ${wasm}, ${place}) };
`);

/** What a page says that a browser opens. */
async function opened(t, routes, name = 'Chromium', host = undefined) {
  const { url, said } = await paged(t, routes);
  await browsers[name](t, host === undefined ? url : url.replace('127.0.0.1', host), { plainHost: host });
  const { failed, stack, complaints, report } = await said;
  assert.equal(failed, undefined, stack);
  assert.deepEqual(complaints, []);
  checkReport(report);
}

const both = (entry, workers) => `Promise.all([${entry}, ${workers}]).then(([all, workers]) => ({ ...all, ...workers }))`;
const page = {
  ...unbundled,
  '/page.mjs': (_, response, path) => send(response, path, checking({ entry: both(PACKAGE, WORKERS), check: '/workers.mjs' })),
  '/workers.mjs': (_, response, path) => send(response, path, readFileSync(CHECK)),
};

for (const name of Object.keys(browsers)) {
  test(`in ${name}`, { skip: isLeftOut(name) }, (t) => opened(t, page, name));
}

for (const name of ['Chromium', 'Firefox']) {
  test(`in ${name}, over plain HTTP`, { skip: isLeftOut(name) }, (t) => opened(t, page, name, 'plain.test'));
}

// The same page, as bundlers make it.
const found = both("import('conda-verifier')", "import('conda-verifier/worker')");
const viteProject = (options) => ({
  'index.html': html('/main.mjs'),
  'main.mjs': checking({ entry: found, check: fileURLToPath(CHECK), ...options }),
});

test('built by Vite, which finds the script by itself', async (t) => {
  await opened(t, routesOf(await builtByVite(t, viteProject())));
});

test('served by Vite while one works on it', async (t) => {
  await opened(t, await servedByVite(t, viteProject(), {}));
});

test('served by Vite with the setting that Vite 7 needs', async (t) => {
  await opened(t, await servedByVite(t, viteProject(), { exclude: ['conda-verifier'] }));
});

/** A script of one's own, and the page's way to name it, as the README has them. */
const OWN = "import { serve } from 'conda-verifier/worker/host';\nserve();\n";
const placed = (script) => `{ worker: () => new Worker(new URL('${script}', import.meta.url), { type: 'module' }) }`;

test('built by Vite, with a script of one\'s own', async (t) => {
  await opened(t, routesOf(await builtByVite(t, { ...viteProject({ place: placed('./my-worker.mjs') }), 'my-worker.mjs': OWN })));
});

for (const minify of [false, true]) {
  test(`bundled by esbuild, with a script of one's own${minify ? ', minified' : ''}`, async (t) => {
    const main = checking({ entry: found, check: fileURLToPath(CHECK), wasm: 'own', place: placed('./my-worker.js') });
    const files = { 'main.mjs': `import own from 'conda-verifier/conda_verifier.wasm';\n${main}`, 'my-worker.mjs': OWN };
    const out = await bundled(t, files, { entryPoints: ['main.mjs', 'my-worker.mjs'], loader: { '.wasm': 'file' }, minify });
    await opened(t, routesOf(out, '/main.js'));
  });
}

/** What a call in a page or Worker fails with, as JSON. */
const FAILURE = `const failure = (call) => call().then(() => ({}), (error) => error.toJSON?.() ?? { thrown: String(error) });`;

test('bundled by esbuild without a script, it says what to do', async (t) => {
  const body = `${FAILURE} const { VerifierWorker } = await import('conda-verifier/worker');
    return { failure: await failure(() => VerifierWorker.create()) };`;
  const { url, said } = await paged(t, routesOf(await bundled(t, { 'main.mjs': listening(body) }, {}), '/main.js'));
  await browsers.Chromium(t, url);
  const { failed, failure } = await said;
  assert.equal(failed, undefined);
  assert.equal(failure.code, 'WORKER_FAILED');
  assert.match(failure.hint, /serve the script of the worker, or give one as the option `worker`/);
});

test('workerd has no workers: the import works, and creating one says so', async (t) => {
  const main = `import { VerifierPool, VerifierWorker } from 'conda-verifier/worker';
    ${FAILURE}
    export default {
      fetch: async () => Response.json(await Promise.all([VerifierWorker, VerifierPool].map((kind) => failure(() => kind.create())))),
    };`;
  const out = await bundled(t, { 'main.mjs': main }, { conditions: ['workerd', 'worker', 'browser'], loader: { '.wasm': 'copy' } });
  const worker = new Miniflare({ host: '127.0.0.1', cf: false, compatibilityDate: '2025-01-01', modulesRoot: out, modules: workerModules(out) });
  t.after(() => worker.dispose());
  const failures = await (await worker.dispatchFetch('http://localhost/')).json();
  assert.equal(failures.length, 2);
  for (const { code, message, hint } of failures) {
    assert.equal(code, 'WORKER_FAILED');
    assert.match(message, /Worker is not defined/);
    assert.match(hint, /Where there are no workers, use Verifier\./);
  }
});
