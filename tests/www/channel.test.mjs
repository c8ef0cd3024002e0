// The records of a channel: keyboard, verifying all of them, exporting, and servers that fail.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { CORS, channels, folder, openSite, picture, serve } from './support/channels.mjs';

const of = (url) => `#channel=${encodeURIComponent(url)}`;

async function exportAs(page, format) {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: `Export as ${format}` }).click();
  return readFileSync(await (await download).path(), 'utf8');
}

test('records are reached and explained by keyboard alone', async (t) => {
  const { page, complaints } = await openSite(t, { hash: '#sample=signed&attack=record-tampered&sort=trust' });
  const grid = page.getByRole('grid', { name: 'Records of noarch' });
  await grid.getByText('bad', { exact: false }).first().waitFor();
  await grid.focus();
  const active = () => grid.getAttribute('aria-activedescendant');
  assert.equal(await active(), 'record-0');
  await page.keyboard.press(' ');
  await grid.locator('.why').getByText('THRESHOLD_NOT_MET').waitFor();
  await picture(page, 'record-why');
  await page.keyboard.press(' ');
  await grid.locator('.why').waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowDown');
  assert.equal(await active(), 'record-1');
  await page.keyboard.press('End');
  const last = Number((await active()).split('-')[1]);
  assert.equal(last, (await grid.locator('.body .row').count()) - 1);
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.includes('record=hello-1.0-pyh0_0.conda'));
  assert.deepEqual(complaints, []);
});

test('a search narrows, goes into the address, and says when nothing matches', async (t) => {
  const { page } = await openSite(t);
  const grid = page.getByRole('grid');
  await grid.getByText('gallery-3.2.1-h7c0ffee_2.conda').waitFor();
  await page.getByRole('searchbox', { name: 'Search' }).fill('GALLERY .conda');
  await page.getByText('1 match,').waitFor();
  await page.waitForFunction(() => location.hash.includes('q=GALLERY'));
  await page.getByRole('searchbox', { name: 'Search' }).fill('nothing at all');
  await grid.getByText('matches. Search for fewer words', { exact: false }).waitFor();
  await page.waitForFunction(() => location.hash.includes('q=nothing'));
  await page.reload();
  assert.equal(await page.getByRole('searchbox', { name: 'Search' }).inputValue(), 'nothing at all');
});

test('all packages that match are verified, drawn, and exported', async (t) => {
  const { page, complaints } = await openSite(t, { hash: '#sample=signed&attack=package-tampered' });
  await page.getByText(/^Reads and verifies \d+ packages, /).waitFor();
  const total = Number(/(\d+) packages/.exec(await page.locator('.verify .hint').textContent())[1]);
  await page.getByRole('button', { name: 'Verify all that match' }).click();
  await page.getByText(`Done: ${total} packages.`).waitFor();
  await page.getByRole('img', { name: `${total - 1} verified, 1 rejected` }).waitFor();
  await page.getByRole('row', { name: 'SHA256_MISMATCH 1' }).waitFor();
  const row = page.getByRole('grid').getByRole('row', { name: 'hello-1.0-pyh0_0.conda' });
  await row.getByText('rejected').waitFor();
  await picture(page, 'verified-all');
  const json = JSON.parse(await exportAs(page, 'JSON'));
  assert.equal(json.records.length, total);
  const bad = json.records.filter(({ verdict }) => verdict === 'rejected');
  assert.deepEqual(bad.map(({ file, trust, codes }) => [file, trust, codes.includes('SHA256_MISMATCH')]), [['hello-1.0-pyh0_0.conda', 'trusted', true]]);
  const csv = (await exportAs(page, 'CSV')).trimEnd().split('\r\n');
  assert.equal(csv.length, total + 1);
  assert.match(csv[0], /^file,name,version,build,build_number,size,date,license,trust,why,verdict,codes$/);
  assert.ok(csv.some((line) => line.startsWith('hello-1.0-pyh0_0.conda,hello,1.0,') && line.includes(',trusted,,rejected,SHA256_MISMATCH')));
  assert.deepEqual(complaints, []);
});

const record = (name, more = {}) => ({ build: '0', build_number: 0, depends: [], md5: '0'.repeat(32), name, sha256: '0'.repeat(64), size: 10, subdir: 'noarch', version: '1', ...more });
const repodata = (packages) => JSON.stringify({ info: { subdir: 'noarch' }, packages, 'packages.conda': {}, repodata_version: 1 });

test('what programs take for a formula is exported as text, and markup is text', async (t) => {
  const packages = {
    '=cmd-1-0.tar.bz2': record('=cmd', { license: '@SUM(A1)' }),
    '<img src=x onerror=alert(1)>-1-0.tar.bz2': record('<img src=x onerror=alert(1)>', { license: 'a "quoted", one' }),
    'turned\u202egnp-1-0.tar.bz2': record('turned\u202egnp', { license: '-1' }),
  };
  const channel = await serve(t, folder('/nowhere', { 'noarch/repodata.json': repodata(packages) }));
  const { page, complaints } = await openSite(t, { hash: of(channel) });
  await page.getByText('3 matches').waitFor();
  assert.equal(await page.locator('main img').count(), 0);
  await page.getByRole('grid').getByText('turned␣{202e}gnp').waitFor();
  const csv = await exportAs(page, 'CSV');
  assert.ok(csv.includes("'=cmd-1-0.tar.bz2,'=cmd,1,0,0,10,,'@SUM(A1),unsigned,,,"), csv);
  assert.ok(csv.includes(',"a ""quoted"", one",'), csv);
  assert.ok(csv.includes(",'-1,"), csv);
  assert.deepEqual(complaints, []);
});

test('verifying many ends when somebody cancels it, and what is done stays', async (t) => {
  const packages = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`p${at}-1-0.tar.bz2`, record(`p${at}`)]));
  let asked = 0;
  const channel = await serve(t, async (_, response, path) => {
    if (path === '/noarch/repodata.json') response.writeHead(200, CORS).end(repodata(packages));
    else if (path.endsWith('.zst') || path.endsWith('repodata.json.bz2')) throw new Error('there is none');
    else if ((asked += 1) <= 5) response.writeHead(200, CORS).end('0123456789');
    // The others never come.
  });
  const { page, complaints } = await openSite(t, { hash: of(channel) });
  await page.getByText('Fetches and verifies 40 packages, 400 B.').waitFor();
  await page.getByRole('button', { name: 'Verify all that match' }).click();
  await page.getByText(/^[1-5] of 40 packages/).waitFor();
  assert.equal(await page.getByRole('progressbar', { name: 'verifying packages' }).getAttribute('max'), '40');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText(/^Stopped: \d of 40 packages were done/).waitFor();
  await page.getByRole('grid').getByText('rejected').first().waitFor();
  assert.ok(asked <= 8, `${asked} were asked for`);
  await page.getByRole('button', { name: 'Verify all that match' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a server without CORS, one with a web page, and one that is mended later', async (t) => {
  const silent = await serve(t, (_, response) => response.writeHead(200).end('{}'));
  const { page, url } = await openSite(t, { hash: of(silent) });
  await page.getByText('NETWORK_FAILED').first().waitFor();
  await page.getByText('Access-Control-Allow-Origin').first().waitFor();

  const html = await serve(t, (_, response) => response.writeHead(200, { ...CORS, 'content-type': 'text/html' }).end('<!doctype html><title>Welcome</title>'));
  await page.goto('about:blank');
  await page.goto(url + of(html));
  await page.getByText('answered with an HTML page', { exact: false }).waitFor();
  await page.getByText('the website of the channel and not the channel itself').waitFor();
  await picture(page, 'html-for-repodata');

  let isBroken = true;
  const mended = await serve(t, (_, response, path) => {
    if (isBroken) return response.writeHead(503, CORS).end();
    if (path !== '/noarch/repodata.json') throw new Error('there is none');
    return response.writeHead(200, CORS).end(repodata({ 'a-1-0.tar.bz2': record('a') }));
  });
  await page.goto('about:blank');
  await page.goto(url + of(mended));
  await page.getByText('HTTP_STATUS').first().waitFor();
  isBroken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('1 match,').waitFor();
});

test('a mirror that was passed over is told', async (t) => {
  const broken = await serve(t, (_, response) => response.writeHead(500, CORS).end());
  const good = await serve(t, folder(channels));
  const { page } = await openSite(t, { hash: `#channel=${encodeURIComponent(broken)}&mirror=${encodeURIComponent(good)}` });
  await page.getByText(/answers? of mirrors passed over/).waitFor();
  await page.getByRole('grid', { name: 'Records of noarch' }).getByText('hello-1.0-pyh0_0.conda').waitFor();
});
