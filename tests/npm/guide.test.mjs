// The guide: its page works as it stands, from an empty folder, and its links lead somewhere.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';

import { chromium as browserType } from 'playwright-core';

import { guide } from './support/examples.mjs';
import { chromium, installed, root } from './support/places.mjs';
import { bytesOf, fixtures, pathOf, sha256, small } from './support/samples.mjs';
import { send, serve } from './support/server.mjs';

const DOCS = join(root, 'docs');
const summary = readFileSync(join(DOCS, 'SUMMARY.md'), 'utf8');
const linked = [...summary.matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path);

test('every page is in the table of contents, and every link leads to a page', () => {
  for (const path of linked) assert.ok(existsSync(join(DOCS, path)), path);
  for (const name of guide.keys()) assert.ok(linked.includes(`guide/${name}`), name);
  for (const [name, text] of guide) {
    for (const [, target] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      if (/^https:/.test(target)) continue;
      const path = join(DOCS, 'guide', target);
      assert.ok(existsSync(path), `${name}: ${target}`);
      // Out of the book it would be a dead link.
      assert.ok(linked.includes(path.slice(DOCS.length + 1)), `${name}: ${target} is in no chapter`);
    }
  }
});

const [, html] = /^<!-- page: file -->\n```html\n([^]*?)^```$/m.exec(guide.get('quick-start.md'));

/** The page in Chromium, and what it says of a file. */
async function quickStart(t, routes = {}, text = html) {
  const url = await serve(t, {
    '/': (_, response, path) => send(response, `${path}.html`, text),
    ...routes,
    '/node_modules/conda-verifier/*': (_, response, path) => send(response, path, readFileSync(join(dirname(installed), path.slice('/node_modules/'.length)))),
  });
  const browser = await browserType.launch({ executablePath: chromium(), args: ['--no-sandbox', '--disable-gpu'] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => !document.querySelector('pre').textContent.startsWith('loading…'));
  const said = async (path) => {
    await page.evaluate(() => void (document.querySelector('pre').textContent = ''));
    await page.setInputFiles('input', path);
    await page.waitForFunction(() => document.querySelector('pre').textContent !== '');
    return page.textContent('pre');
  };
  return { page, said };
}

test('the page of the quick start, as it stands', async (t) => {
  const { page, said } = await quickStart(t);
  assert.equal(await page.textContent('pre'), 'choose a package');
  const sound = await said(pathOf(small));
  assert.match(sound, /^unverified no digest\nSHA-256 [0-9a-f]{64}, \d+ bytes\nfiles: \d+\nnot checked: /);
  assert.ok(sound.includes(sha256(bytesOf(small))));
  const spoiled = fixtures.spoiled.find(({ way }) => way === 'unlisted-file');
  assert.match(await said(pathOf(spoiled.file)), /^rejected\nSHA-256 .+\nFILE_UNLISTED: .+\n {2}\S/);
  // What was not reached is one line, whatever it was.
  const none = join(folder(t), 'a-1-0.conda');
  writeFileSync(none, 'nothing');
  assert.match(await said(none), /^rejected\n[^]*\nnot checked: [^\n]+, [^\n]+: not reached: NOT_AN_ARCHIVE\n/);
  // A choice that was taken back changes nothing.
  const before = await page.textContent('pre');
  await page.setInputFiles('input', []);
  assert.equal(await page.textContent('pre'), before);
});

test('the page of the quick start with a digest says what the guide says', async (t) => {
  const quick = guide.get('quick-start.md');
  const [, call] = /^const verdict = (await verifier\.inspectPackage\(target.*\));$/m.exec(quick);
  const given = call.replace('…', sha256(bytesOf(small)));
  const { said } = await quickStart(t, {}, html.replace('await verifier.inspectPackage(target.files[0])', given));
  assert.match(await said(pathOf(small)), /^verified\nSHA-256/);
  const bad = join(folder(t), small.split('/').at(-1));
  writeFileSync(bad, Buffer.concat([bytesOf(small), Buffer.from('x')]));
  const lines = (await said(bad)).split('\n');
  const [, shown] = /what to do:\n\n((?: {4}.*\n)+)/.exec(quick);
  // As the guide has it: digests and sentences are cut there.
  const pattern = ([...line]) => new RegExp(`^${line.slice(4).join('').replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.+').replace(/[0-9a-f]{8}(?=\.\+)/g, '[0-9a-f]{8}').replace(/\d+ bytes/, '\\d+ bytes')}$`);
  for (const [index, line] of shown.trimEnd().split('\n').entries()) assert.match(lines[index], pattern(line));
});

test('the page of the quick start says why there is no verifier', async (t) => {
  const { page } = await quickStart(t, {
    '/node_modules/conda-verifier/dist/wasm/conda_verifier_bg.wasm': (_, response) => response.writeHead(404).end(),
  });
  assert.match(await page.textContent('pre'), /^WASM_UNAVAILABLE: can't load the WebAssembly file: .*404\n {2}Serve /);
});

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'conda-verifier-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}
