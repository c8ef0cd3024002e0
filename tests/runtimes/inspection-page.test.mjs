// The way that most visitors of the inspection page take, in Firefox; Chromium has all ways.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import process from 'node:process';
import test from 'node:test';

import { browsers, isLeftOut } from './support/browsers.mjs';
import { send, serve } from './support/shared.mjs';

const dist = process.env.CONDA_VERIFIER_PAGE;
if (dist === undefined) throw new Error('CONDA_VERIFIER_PAGE is not set; run `cargo xtask test --all`');

const site = {
  '/*': (_, response, path) => {
    const file = path === '/' ? 'index.html' : normalize(path);
    send(response, file, readFileSync(join(dist, file)), file.endsWith('.css') ? { 'content-type': 'text/css' } : {});
  },
};

test('the inspection page in Firefox', { skip: isLeftOut('Firefox') }, async (t) => {
  const url = await serve(t, site);
  const { page, version } = await browsers.Firefox(t, url);
  t.diagnostic(version);
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  // The driver's own way to wait makes a function of a text, which the page's policy forbids.
  const sees = async (text) => {
    const end = Date.now() + 30_000;
    let seen = '';
    while (Date.now() < end) {
      seen = await page.evaluate(() => document.querySelector('main')?.innerText ?? '');
      if (seen.includes(text)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.fail(`${text} is not on the page:\n${seen}`);
  };

  await page.goto(`${url}/?1`);
  await sees('hello-1.0-pyh0_0.conda');
  assert.match(await page.$eval('.summary', ({ innerText }) => innerText), /verified/);

  await page.$$eval('main a', (links) => links.find(({ innerText }) => innerText.includes('gallery-3.2.1-h7c0ffee_2.conda')).click());
  await sees('.gallery-post-link.sh');
  await sees('as listed');
  await page.evaluate(() => history.back());
  await sees('empty-0.1-0.tar.bz2');

  await page.goto(`${url}/?2#sample=signed&attack=key-mgr-expired`);
  await sees('EXPIRED');
  await page.goto(`${url}/?3#sample=signed&attack=package-tampered&record=hello-1.0-pyh0_0.conda`);
  await sees('rejected');
  assert.deepEqual(complaints, []);
});
