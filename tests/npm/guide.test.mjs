// The guide: its page works as it stands, from an empty folder, and its links lead somewhere.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';

import { chromium as browserType } from 'playwright-core';

import { guide } from './support/examples.mjs';
import { chromium, installed, root } from './support/places.mjs';
import { fixtures, pathOf, small } from './support/samples.mjs';
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

test('the page of the quick start, as it stands', async (t) => {
  const [, html] = /^<!-- page: file -->\n```html\n([^]*?)^```$/m.exec(guide.get('quick-start.md'));
  const url = await serve(t, {
    '/': (_, response, path) => send(response, `${path}.html`, html),
    '/node_modules/conda-verifier/*': (_, response, path) => send(response, path, readFileSync(join(dirname(installed), path.slice('/node_modules/'.length)))),
  });
  const browser = await browserType.launch({ executablePath: chromium(), args: ['--no-sandbox', '--disable-gpu'] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(url);
  const said = async (file) => {
    await page.evaluate(() => void (document.querySelector('pre').textContent = ''));
    await page.setInputFiles('input', pathOf(file));
    await page.waitForFunction(() => document.querySelector('pre').textContent !== '');
    return page.textContent('pre');
  };
  assert.match(await said(small), /^unverified no digest\n\d+ files\nnot checked: /);
  const spoiled = fixtures.spoiled.find(({ way }) => way === 'unlisted-file');
  assert.match(await said(spoiled.file), /^rejected \n\d+ files\nFILE_UNLISTED: .+\n {2}\S/);
});
