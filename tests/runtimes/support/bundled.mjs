// Pages and Workers that a bundler makes of the package, in folders below the one that the
// package is installed in, so that it is found by its name.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { install, send } from './shared.mjs';
import { html, POLICY } from './page.mjs';

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
