// What a visitor comes to do: find out what is wrong, pass it on, look through a folder.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { packageOf, picked } from './support/packages.mjs';
import { openSite } from './support/site.mjs';

const summary = (page) => page.locator('.verdict .summary');

/** A package in which so many files are not as they are listed. */
function spoilt(name, files, info = {}) {
  const contents = Object.fromEntries(Array.from({ length: files }, (_, at) => [`lib/file-${at}`, `content ${at}`]));
  return packageOf(name, contents, { info, changed: (entry) => ({ ...entry, sha256: '0'.repeat(64) }) });
}

async function give(page, ...files) {
  await page.getByLabel('Packages on this machine').setInputFiles(files);
}

test('why a package is rejected and what to do, said once for many files', async (t) => {
  const { page, visit, complaints } = await openSite(t);
  await visit();
  await give(page, picked('spoilt-1-0.conda', spoilt('spoilt', 30)));
  await summary(page).filter({ hasText: 'rejected' }).waitFor();
  await page.locator('.verdict').getByText('What to do:').waitFor();
  await page.getByRole('link', { name: /^See all \d+ findings$/ }).click();
  const group = page.locator('.findings > li').filter({ hasText: 'FILE_SHA256_MISMATCH' });
  await group.getByText('30 times').waitFor();
  assert.equal(await group.getByText('What to do:').count(), 1);
  assert.equal(await group.getByRole('listitem').count(), 5);
  await group.getByRole('button', { name: /^Show the other 25/ }).click();
  assert.equal(await group.getByRole('listitem').count(), 30);
  // A file of one's own belongs to no sample, and its address leads nobody to it.
  await page.getByRole('link', { name: 'Start page' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Copy link' }).count(), 0);
  assert.deepEqual(complaints, []);
});

test('many checks that were not made stay on the page', async (t) => {
  const { page, visit } = await openSite(t);
  await visit('sample=signed&attack=record-tampered&record=hello-1.0-pyh0_0.conda&tab=findings');
  await page.locator('.unchecked').getByText('link-targets').waitFor();
  const rights = await page.locator('.unchecked code').evaluateAll((codes) => codes.map((code) => code.getBoundingClientRect().right));
  assert.ok(rights.length > 10 && Math.max(...rights) < 1200, String(Math.max(...rights)));
});

test('a link to a finding, to be sent to others', async (t) => {
  const { page, visit } = await openSite(t, { permissions: ['clipboard-read', 'clipboard-write'] });
  await visit('sample=signed&attack=package-tampered&record=hello-1.0-pyh0_0.conda');
  await summary(page).filter({ hasText: 'rejected' }).waitFor();
  await page.getByRole('tab', { name: /Findings/ }).click();
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('Link copied').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /attack=package-tampered.*record=hello-1\.0-pyh0_0\.conda&tab=findings$/);
});

test('who vouches for a record that nobody signs by itself', async (t) => {
  const { page, visit } = await openSite(t);
  await visit('sample=tuf&record=hello-1.0-pyh0_0.conda&tab=record');
  await page.getByText('Records are not signed one by one here').waitFor();
  await page.getByRole('link', { name: 'see who signed them' }).click();
  await page.getByText(/By .* keys:/).first().waitFor();
});

test('each view has a title of its own', async (t) => {
  const { page, visit } = await openSite(t);
  const titled = (title) => page.waitForFunction((title) => document.title.startsWith(title), title);
  await visit();
  await titled('Sample channel: signed');
  await page.getByRole('link', { name: 'hello-1.0-pyh0_0.conda' }).click();
  await titled('hello-1.0-pyh0_0.conda');
  await page.goBack();
  await titled('Sample channel: signed');
  await give(page, picked('one-1-0.conda', packageOf('one', { a: 'a' })), picked('two-1-0.conda', packageOf('two', { a: 'a' })));
  await titled('2 packages');
});

test('a description with lines, and lists that are long', async (t) => {
  const { page, visit } = await openSite(t);
  await visit();
  const about = (from) => ({ 'about.json': { description: 'First line\nsecond line\n', root_pkgs: Array.from({ length: 40 }, (_, at) => `dependency-${from + at} 1.0 0`) } });
  const one = packageOf('one', { a: 'a' }, { info: about(0) });
  const two = packageOf('two', { a: 'a' }, { info: about(20) });
  await give(page, picked('one-1-0.conda', one));
  await page.getByRole('tab', { name: 'About' }).click();
  assert.equal(await page.locator('.description').innerText(), 'First line\nsecond line');
  await page.getByRole('button', { name: 'Compare with…' }).click();
  await page.getByLabel('A package to compare with').setInputFiles(picked('two-1-0.conda', two));
  const row = page.getByRole('row').filter({ hasText: 'root_pkgs' });
  await row.getByText('20 entries that the other has not').first().click();
  await row.getByText('dependency-0 1.0 0').waitFor();
  // Of files in info/ no list has digests.
  await page.getByRole('button', { name: /same/ }).click();
  await page.getByRole('row').filter({ hasText: 'info/about.json' }).first().waitFor();
});

test('a folder with repodata: its platforms, and all its packages whether listed or not', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'folder-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const subdir of ['linux-64', 'win-64']) {
    mkdirSync(join(folder, subdir));
    writeFileSync(join(folder, subdir, 'repodata.json'), JSON.stringify({ info: { subdir }, packages: {}, 'packages.conda': {} }));
  }
  writeFileSync(join(folder, 'linux-64', 'good-1-0.conda'), packageOf('good', { a: 'a' }));
  writeFileSync(join(folder, 'win-64', 'spoilt-1-0.conda'), spoilt('spoilt', 1));
  const { page, visit } = await openSite(t);
  await visit();
  await page.getByLabel('A folder on this machine').setInputFiles(folder);
  const platform = page.getByLabel('Platform');
  await platform.waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.subdir option').length === 2);
  assert.deepEqual(await platform.locator('option').allInnerTexts(), ['linux-64', 'win-64']);
  await page.getByRole('link', { name: 'Look into all of them' }).click();
  await page.getByText('2 of 2 looked at, 1 rejected').waitFor();
  await page.getByLabel('Show only those with something wrong').check();
  assert.equal(await page.locator('.files li').count(), 1);
  await page.locator('.files').getByRole('link', { name: 'win-64/spoilt-1-0.conda' }).click();
  await summary(page).filter({ hasText: 'rejected' }).waitFor();
  await page.getByRole('link', { name: 'All files that were given' }).click();
  await page.getByRole('link', { name: /the folder/ }).click();
  await page.getByRole('heading', { name: /^Folder:/ }).waitFor();
});
