// The page says nothing of one thing that it knows of another.
import assert from 'node:assert/strict';
import test from 'node:test';

import { packageOf, picked } from './support/packages.mjs';
import { listen, openSite } from './support/site.mjs';

const RECORD = 'record=gallery-3.2.1-h7c0ffee_2.conda';
const summary = (page) => page.locator('.verdict .summary');
const main = (page) => page.locator('main');

/** Goes there without loading the page anew. */
const go = (page, hash) => page.evaluate((hash) => (location.hash = hash), hash);

/** A server that never answers. */
const silent = (t) => listen(t, () => undefined);

test('another file of the same name is another file', async (t) => {
  const { page, visit } = await openSite(t);
  await visit();
  const give = (bytes) => page.getByLabel('Packages on this machine').setInputFiles(picked('a-1-0.conda', bytes));
  await give(packageOf('a', { 'good.txt': 'good' }));
  await page.getByRole('row').filter({ hasText: 'good.txt' }).waitFor();
  await give(packageOf('a', { 'other.txt': 'bad' }, { changed: (entry) => ({ ...entry, sha256: '0'.repeat(64) }) }));
  await summary(page).filter({ hasText: 'rejected' }).waitFor();
  await page.getByRole('row').filter({ hasText: 'other.txt' }).waitFor();
});

test('what was known of one package is not shown of the next', async (t) => {
  const { page, visit } = await openSite(t);
  await visit(RECORD);
  await summary(page).filter({ hasText: 'It can be trusted' }).waitFor();
  const channel = await silent(t);
  await go(page, `#channel=${encodeURIComponent(channel)}&record=other-1-0.conda`);
  await page.getByRole('heading', { name: 'other-1-0.conda' }).waitFor();
  assert.equal(await summary(page).count(), 0);
  // And back, before the other one was there: it is opened once more, on a channel that is there.
  await go(page, `#${RECORD}`);
  await summary(page).filter({ hasText: 'It can be trusted' }).waitFor();
});

test('an address that is none shows no other channel in its place', async (t) => {
  const { page, visit } = await openSite(t);
  for (const hash of [
    `channel=${encodeURIComponent('javascript:alert(1)')}`,
    'channel=conda-forge',
    `channel=${encodeURIComponent('https://user:secret@127.0.0.1/')}`,
    `channel=${encodeURIComponent('http://127.0.0.1:9/')}&mirror=nothing`,
    'sample=nothing',
    'sample=signed&attack=nothing',
  ]) {
    await visit(hash);
    await main(page).getByRole('alert').filter({ hasText: 'ARGUMENT_INVALID' }).first().waitFor();
    assert.doesNotMatch(await main(page).innerText(), /✓|fault of the page/, hash);
  }
  await visit(`package=${encodeURIComponent('javascript:alert(1)//a.conda')}`);
  await main(page).getByRole('alert').filter({ hasText: 'ARGUMENT_INVALID' }).waitFor();
  assert.doesNotMatch(await main(page).innerText(), /✓/);
});

test('a record of a channel that can not be opened says so', async (t) => {
  const { page, visit } = await openSite(t);
  await visit('folder=gone&record=a-1-0.conda');
  await main(page).getByRole('alert').filter({ hasText: 'FILE_UNREADABLE' }).waitFor();
});

test('a package of a channel whose roles were refused is looked into, and nobody vouches for it', async (t) => {
  const { page, visit } = await openSite(t);
  await visit('sample=signed&attack=key-mgr-expired&record=hello-1.0-pyh0_0.conda');
  await summary(page).filter({ hasText: 'unverified' }).waitFor();
  await main(page).getByText('EXPIRED').first().waitFor();
  assert.match(await main(page).innerText(), /looked at alone/);
  await page.getByRole('row').filter({ hasText: 'index.json' }).waitFor();
  assert.doesNotMatch(await main(page).innerText(), /✓/);
});

test('a channel that is opened twice at once is open', async (t) => {
  const { page, visit } = await openSite(t);
  const channel = await silent(t);
  await visit();
  await main(page).getByText('hello-1.0-pyh0_0.conda').first().waitFor();
  for (let round = 0; round < 5; round += 1) {
    await page.evaluate((channel) => {
      for (const hash of ['#sample=tuf', '#', `#channel=${encodeURIComponent(channel)}`, '#sample=tuf']) {
        history.pushState(null, '', hash);
        dispatchEvent(new PopStateEvent('popstate'));
      }
    }, channel);
    await page.getByRole('heading', { name: 'Sample channel: tuf' }).waitFor();
    await main(page).getByText('all 2 records of noarch').or(main(page).getByText(/roles, and all \d+ record/)).first().waitFor();
    assert.doesNotMatch(await main(page).innerText(), /is not open/);
  }
});

test('files that were not compared are not called the same', async (t) => {
  const headers = { 'access-control-allow-origin': '*' };
  const files = {
    'a-1-0.conda': packageOf('a', { 'same.txt': 'same', 'one.txt': 'good' }, { info: { 'test/run.sh': 'echo good' } }),
    // As long as before, and listed as before.
    'b-1-0.conda': packageOf('b', { 'same.txt': 'same', 'one.txt': 'evil' }, {
      info: { 'test/run.sh': 'echo evil' },
      changed: (entry) => (entry._path === 'one.txt' ? { ...entry, sha256: '770e607624d689265ca6c44884d0807d9b054d23c473c106c72be9de08b7376c' } : entry),
    }),
  };
  const url = await listen(t, (request, response) => response.writeHead(200, headers).end(files[request.url.slice(1)]));
  const { page, visit } = await openSite(t);
  await visit(String(new URLSearchParams({ package: `${url}/a-1-0.conda`, 'with-package': `${url}/b-1-0.conda` })));
  await page.getByRole('button', { name: /changed/ }).waitFor();
  const table = page.getByRole('table', { name: 'Files' });
  await table.getByRole('row').filter({ hasText: 'one.txt' }).filter({ hasText: 'not as listed' }).waitFor();
  await page.getByRole('button', { name: /same/ }).click();
  assert.equal(await table.getByRole('row').filter({ hasText: 'run.sh' }).count(), 0);
  await page.getByRole('button', { name: /not compared/ }).click();
  await table.getByRole('row').filter({ hasText: 'run.sh' }).filter({ hasText: 'not compared' }).waitFor();
});

test('files of a package that nobody vouches for have no mark of trust', async (t) => {
  const { page, visit } = await openSite(t);
  await visit('sample=unsigned&record=gallery-3.2.1-h7c0ffee_2.conda');
  await page.getByRole('row').filter({ hasText: 'long.txt' }).filter({ hasText: 'as listed' }).waitFor();
  assert.doesNotMatch(await page.getByRole('treegrid').innerText(), /✓/);
  await visit(RECORD);
  await page.getByRole('row').filter({ hasText: 'long.txt' }).filter({ hasText: '✓' }).waitFor();
});

test('what browsers draw as nothing is seen', async (t) => {
  const { page, visit } = await openSite(t);
  await visit();
  const bytes = packageOf('a', { 'tag\u{e0041}.txt': '1', 'fill\u3164.txt': '2', 'vary\ufe0f.txt': '3', 'sun\u2600\ufe0f.txt': '4', 'line\u2028.txt': '5' });
  await page.getByLabel('Packages on this machine').setInputFiles(picked('a-1-0.conda', bytes));
  for (const name of ['tag␣{e0041}.txt', 'fill␣{3164}.txt', 'vary␣{fe0f}.txt', 'sun\u2600\ufe0f.txt', 'line␣{2028}.txt']) {
    await page.getByRole('row').filter({ hasText: name }).waitFor();
  }
});

test('files that are left out are told of', async (t) => {
  const { page, visit } = await openSite(t);
  await visit();
  const files = [picked('a-1-0.conda', packageOf('a', { 'a.txt': '1' })), picked('README.md', Buffer.from('x')), picked('notes', Buffer.from('y'))];
  await page.getByLabel('Packages on this machine').setInputFiles(files);
  await page.getByRole('alert').filter({ hasText: '2 other files left out' }).waitFor();
  await page.getByLabel('Packages on this machine').setInputFiles(files.slice(0, 1));
  await page.getByRole('alert').filter({ hasText: 'left out' }).waitFor({ state: 'detached' });
});

test('a browser that does not say which root was pinned is not taken for one without', async (t) => {
  const { page, visit } = await openSite(t);
  const channel = await listen(t, (_, response) => response.writeHead(404, { 'access-control-allow-origin': '*' }).end());
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new Error('closed');
    };
  });
  await visit(`channel=${encodeURIComponent(channel)}`);
  await main(page).getByText('perhaps a root was').waitFor();
});
