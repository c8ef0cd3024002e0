// A real JupyterLite site, as the guide has it built, in Chromium: its files are compared with the
// manifest, and a notebook installs a conda package.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';

import { chromium as browserType } from 'playwright-core';

import { contentOf, EmscriptenChannel, flipped, NEWER } from '../tests/support/emscripten.mjs';
import { FLAGS } from '../tests/support/flags.mjs';
import { chromium } from '../tests/support/places.mjs';
import { send, serve } from '../tests/support/server.mjs';
import { built, ofGuide } from './support/site.mjs';

const channel = new EmscriptenChannel();
/** What a lying server answers with, by the path. */
const lies = new Map();
const asked = [];
const ends = [];
const forAll = { after: (end) => ends.unshift(end) };
let url;
let output;
let browser;

const CELLS = {
  'plain.ipynb': 'open("from-a-cell.txt", "w").write("kept")\nprint("the answer is", 6 * 7, open("from-a-cell.txt").read())',
  'installs.ipynb': `${ofGuide('cell.py')}
import hello
print("said:", hello.greet("JupyterLite"), hello.__file__)`,
};

before(async () => {
  const address = await channel.served(forAll, {
    '/site/*': (_, response, path) => {
      asked.push(path);
      const below = path.slice('/site/'.length);
      const file = below === '' || below.endsWith('/') ? `${below}index.html` : below;
      const lie = lies.get(file);
      const bytes = lie ?? readFileSync(join(output, decodeURIComponent(file)));
      send(response, file, bytes);
    },
  });
  url = address.replace(/channel$/, 'site/');
  output = await built(forAll, { channel: address, trustedRoot: channel.root, notebooks: CELLS });
  browser = await browserType.launch({ executablePath: chromium(), args: FLAGS });
  ends.unshift(() => browser.close());
});

after(async () => {
  for (const end of ends) await end();
});

/** A browser that has been here: the first visit brings the service worker. Nothing leaves this machine. */
async function visited(t) {
  lies.clear();
  channel.lies = [];
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints = [];
  const elsewhere = [];
  context.on('console', (message) => complaints.push(message.text()));
  context.on('request', (request) => {
    if (!request.url().startsWith('http://127.0.0.1:') && /^https?:/.test(request.url())) elsewhere.push(request.url());
  });
  await page.goto(`${url}notebooks/?path=plain.ipynb`);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, null, { timeout: 60_000 });
  return { page, complaints, elsewhere };
}

/** Runs the cell of a notebook; gives what stands below it when that matches. */
async function ran(page, name, pattern) {
  await page.goto(`${url}notebooks/?path=${name}`);
  const editor = page.locator('.jp-CodeCell .cm-content').first();
  await editor.waitFor({ timeout: 60_000 });
  await editor.click();
  await page.keyboard.press('Shift+Enter');
  const output = page.locator('.jp-OutputArea-output', { hasText: pattern }).first();
  await output.waitFor({ timeout: 120_000 });
  return output.innerText();
}

test('the honest site runs a cell, and its own service worker goes on with its work', async (t) => {
  const { page, complaints, elsewhere } = await visited(t);
  const said = await ran(page, 'plain.ipynb', /the answer is|Error/);
  assert.equal(said.trim(), 'the answer is 42 kept');
  const answered = await page.evaluate(async () => {
    const names = ['build/notebooks/bundle.js', 'pyodide/pyodide.asm.wasm', 'files/plain.ipynb'];
    const heads = await Promise.all(names.map(async (name) => (await fetch(new URL(`../${name}`, location.href))).headers.get('accept-ranges')));
    return [...heads, await (await fetch('/api/service-worker-heartbeat')).text()];
  });
  // Those are our answers; the last is theirs.
  assert.deepEqual(answered, ['bytes', 'bytes', 'bytes', 'ok']);
  assert.deepEqual(elsewhere, []);
  // It asks for icons by names that its build does not have.
  const told = complaints.filter((line) => line.startsWith('conda-verifier') && !line.includes('"static/favicons/'));
  assert.deepEqual(told, []);
});

test('a changed file of the site is stopped, and it is told which', async (t) => {
  const { page, complaints } = await visited(t);
  for (const file of ['build/notebooks/bundle.js', 'pyodide/pyodide.asm.wasm', 'files/plain.ipynb']) {
    lies.set(file, flipped(readFileSync(join(output, file))));
    const { status, text } = await page.evaluate(async (file) => {
      const response = await fetch(new URL(`../${file}`, location.href), { cache: 'no-store' });
      return { status: response.status, text: await response.text() };
    }, file);
    assert.equal(status, 502, file);
    assert.ok(text.startsWith(`FILE_SHA256_MISMATCH: "${file}"`), text);
  }
  // The page itself does not come up with it.
  complaints.length = 0;
  await page.goto(`${url}notebooks/?path=plain.ipynb`);
  await page.waitForTimeout(3000);
  assert.equal(await page.locator('.jp-CodeCell').count(), 0);
  assert.ok(complaints.some((line) => line.includes('FILE_SHA256_MISMATCH: "build/notebooks/bundle.js"')), complaints.join('\n'));
  lies.set('notebooks/index.html', '<script>alert(1)</script>');
  const answer = await page.goto(`${url}notebooks/`);
  assert.equal(answer.status(), 502);
  assert.match(await page.textContent('body'), /This page was stopped.*FILE_SIZE_MISMATCH: "notebooks\/index\.html"/s);
});

test('a file that was not built is not asked for', async (t) => {
  const { page } = await visited(t);
  lies.set('build/evil.js', 'evil');
  asked.length = 0;
  const answer = await page.goto(`${url}build/evil.js`);
  assert.equal(answer.status(), 404);
  assert.match(await page.textContent('body'), /FILE_UNLISTED: "build\/evil\.js"/);
  assert.deepEqual(asked.filter((path) => path.includes('evil')), []);
});

test('a notebook installs a conda package, and Python imports it', async (t) => {
  const { page, elsewhere } = await visited(t);
  const said = await ran(page, 'installs.ipynb', /said:|Error/);
  assert.match(said, /^said: hello, JupyterLite \S*\/site-packages\/hello\/__init__\.py\s*$/);
  assert.deepEqual(elsewhere, []);
});

test('a flipped byte in the package is an error in the notebook', async (t) => {
  const { page } = await visited(t);
  channel.lie(NEWER, flipped(contentOf(NEWER)));
  const said = await ran(page, 'installs.ipynb', /said:|Error/);
  assert.match(said, /SHA256_MISMATCH: /);
  assert.doesNotMatch(said, /said: hello/);
});
