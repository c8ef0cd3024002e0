// A page of Chromium with the packed package in it, under a strict Content-Security-Policy.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { chromium as browserType } from 'playwright-core';

import { FLAGS } from './flags.mjs';
import { chromium, installed } from './places.mjs';
import { send, serve } from './server.mjs';

const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
const entries = ['.', './fetch', './untarjs', './worker', './worker/host'].map((path) => [
  path.replace('.', 'conda-verifier'),
  (exports[path].default.default ?? exports[path].default).replace('.', '/pkg'),
]);
const importMap = JSON.stringify({ imports: Object.fromEntries(entries) });
const digest = createHash('sha256').update(importMap).digest('base64');
// Inline is the import map alone, by its digest.
export const policy = `default-src 'none'; connect-src 'self'; img-src data:; script-src 'self' 'wasm-unsafe-eval' 'sha256-${digest}'`;

/** What a page needs to import the package by its public name. */
export const pages = {
  '/': (_, response, path) =>
    send(
      response,
      `${path}.html`,
      `<!DOCTYPE html><title>test</title><link rel="icon" href="data:,">
       <script type="importmap">${importMap}</script><script type="module" src="/page.mjs"></script>`,
      { 'content-security-policy': policy },
    ),
  '/page.mjs': (_, response, path) => send(response, path, `globalThis.entry = import('conda-verifier');`),
  '/pkg/*': (_, response, path) => send(response, path, readFileSync(join(installed, path.slice('/pkg/'.length)))),
};

/** Opens the page in a browser that ends with the test; lists what it complains about. */
export async function open(t, routes = pages) {
  const url = await serve(t, routes);
  const browser = await browserType.launch({ executablePath: chromium(), args: FLAGS });
  t.after(() => browser.close());
  const context = await browser.newContext();
  const complaints = [];
  const another = async () => {
    const page = await context.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(url);
    await page.waitForFunction(() => globalThis.entry !== undefined);
    return page;
  };
  return { page: await another(), url, complaints, another };
}
