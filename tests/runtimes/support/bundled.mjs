// Pages and Workers that a bundler makes of the package, in folders below the one that the
// package is installed in, so that it is found by its name.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { html, POLICY } from './page.mjs';
import { install, pathOf, send } from './shared.mjs';
import { esbuild, vite } from './tools.mjs';

/** The check, which is bundled along. */
export const CHECK = fileURLToPath(new URL('../check.mjs', import.meta.url));

/** A project with these files, by their names; it goes with the test. */
export function project(t, files) {
  const folder = mkdtempSync(join(install, 'bundled-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** All files of a folder, by their paths in it. */
export function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();
}

/** Serves a folder under the policy; without an index.html, a page that loads `module`. */
export function routesOf(folder, module) {
  const files = filesOf(folder);
  const file = (name) => (_, response) =>
    send(response, name, readFileSync(join(folder, name)), { 'content-security-policy': POLICY });
  return {
    ...Object.fromEntries(files.map((name) => [`/${name}`, file(name)])),
    '/': files.includes('index.html')
      ? file('index.html')
      : (_, response) => send(response, 'x.html', html(module), { 'content-security-policy': POLICY }),
  };
}

/** What esbuild makes of a project, with the options that the README names; gives the folder. */
export async function bundled(t, files, options) {
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

/** The modules that a Worker of workerd has, of a folder; the first one is what it is. */
export const workerModules = (folder) =>
  filesOf(folder)
    .map((name) => ({
      type: name.endsWith('.wasm') ? 'CompiledWasm' : 'ESModule',
      path: join(folder, name),
      contents: readFileSync(join(folder, name)),
    }))
    .sort((one, other) => Number(one.type === 'CompiledWasm') - Number(other.type === 'CompiledWasm'));

/** What Vite builds of a project; gives the folder. */
export async function builtByVite(t, files) {
  const root = project(t, files);
  const { build } = await vite();
  await build({ root, configFile: false, logLevel: 'error' });
  return join(root, 'dist');
}

/** Serves a project as Vite does while one works on it; gives the routes. */
export async function servedByVite(t, files, optimizeDeps) {
  const root = project(t, files);
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
