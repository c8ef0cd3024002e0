// The page of a package, as a visitor uses it.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { answerOf } from '../npm/support/ranged.mjs';
import { large } from '../npm/support/rezip.mjs';
import { packageOf, picked, PNG, sha256 } from './support/packages.mjs';
import { listen, openSite } from './support/site.mjs';

const GALLERY = 'record=gallery-3.2.1-h7c0ffee_2.conda';
const TAMPERED = 'sample=signed&attack=package-tampered&record=hello-1.0-pyh0_0.conda';

const tab = (page, name) => page.getByRole('tab', { name });
const summary = (page) => page.locator('.verdict .summary');
const detail = (page) => page.locator('section.detail');
const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'range' };

/** A server of packages by name, in ranges; `change` may hold an answer back. */
async function packages(t, files, change = (answer) => answer) {
  const seen = [];
  const url = await listen(t, (request, response) => {
    const bytes = files[decodeURIComponent(new URL(request.url, 'http://x').pathname.split('/').at(-1))];
    if (request.method === 'OPTIONS') return response.writeHead(204, cors).end();
    if (bytes === undefined) throw new Error('no such file');
    const answer = change(answerOf(request, bytes), { request, response });
    seen.push({ method: request.method, range: request.headers.range ?? null, length: request.method === 'HEAD' ? 0 : (answer?.body?.length ?? 0) });
    if (answer === undefined) return undefined;
    response.writeHead(answer.status, { ...answer.headers, ...cors });
    return request.method === 'HEAD' ? response.end() : response.end(answer.body);
  });
  return { url, seen };
}

/** Gives the page a file, as the picker does. */
async function give(page, name, bytes) {
  await page.getByLabel('Packages on this machine').setInputFiles(picked(name, bytes));
  await summary(page).waitFor();
}

const choose = (page, path) => page.getByRole('row').filter({ hasText: path }).first().click();

test('a verified package of the sample: what it is, in words and digests', async (t) => {
  const { page, visit, complaints } = await openSite(t);
  await visit(GALLERY);
  await summary(page).filter({ hasText: 'verified' }).waitFor();
  assert.match(await summary(page).innerText(), /It can be trusted: enough of the keys that the pinned root trusts signed its record/);
  const text = await page.locator('.verdict').innerText();
  assert.match(text, /19,851 bytes/);
  assert.match(text, /[0-9a-f]{64}/);
  assert.match(await page.title(), /^gallery-3\.2\.1-h7c0ffee_2\.conda/);
  await page.getByRole('link', { name: /noarch of the sample channel signed/ }).click();
  await page.getByRole('heading', { name: 'Records' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'gallery-3.2.1-h7c0ffee_2.conda' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('tabs, the tree and the file, by keyboard alone', async (t) => {
  const { page, visit } = await openSite(t);
  await visit(GALLERY);
  await tab(page, 'Files').focus();
  for (const name of ['Findings', 'About', 'Record']) {
    await page.keyboard.press('ArrowRight');
    assert.equal(await tab(page, name).getAttribute('aria-selected'), 'true');
    assert.equal(await tab(page, name).evaluate((element) => element === document.activeElement), true);
    assert.match(page.url(), new RegExp(`tab=${name.toLowerCase()}`));
  }
  await page.keyboard.press('ArrowRight');
  assert.equal(await tab(page, 'Files').getAttribute('aria-selected'), 'true');
  await page.keyboard.press('End');
  assert.equal(await tab(page, 'Record').getAttribute('aria-selected'), 'true');
  await page.keyboard.press('Home');
  const tree = page.getByRole('treegrid', { name: 'Files of the package' });
  await tree.focus();
  await page.keyboard.press('ArrowDown');
  const active = async () => page.locator(`#${await tree.getAttribute('aria-activedescendant')}`);
  assert.match(await (await active()).innerText(), /bin\//);
  assert.equal(await (await active()).getAttribute('aria-expanded'), 'true');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await (await active()).getAttribute('aria-expanded'), 'false');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await detail(page).getByRole('heading', { name: 'bin/.gallery-post-link.sh' }).waitFor();
  assert.match(await detail(page).innerText(), /conda runs this script/);
  assert.match(page.url(), /path=bin%2F\.gallery-post-link\.sh/);
  // Who closes the file is where he was before.
  await page.getByRole('button', { name: 'Close the file' }).focus();
  await page.keyboard.press('Enter');
  assert.equal(await tree.evaluate((element) => element === document.activeElement), true);
  // The map has the same files.
  const map = page.getByRole('button', { name: 'Map of sizes' });
  await map.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('listbox', { name: /Files by size/ }).focus();
  await page.getByRole('option', { name: /long\.txt/ }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await detail(page).getByRole('heading', { name: 'share/doc/gallery/manual.txt' }).waitFor();
  assert.match(page.url(), /view=map/);
});

test('previews: text, JSON, an image, bytes; nothing of them runs', async (t) => {
  const { page, visit, complaints } = await openSite(t);
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20" onload="alert(1)"><script>alert(2)</script><image href="https://elsewhere.example/a.png"/></svg>';
  const bytes = packageOf('kinds', {
    'a.txt': 'one\r\nturned \u202Earound\u0007\n\ttabbed\n',
    'b.png': PNG,
    'c.svg': svg,
    'd.json': '{"list":[1,{"two":3}]}',
    'e.bin': Buffer.from([0, 1, 2, 0x41, 0xff, ...Buffer.alloc(64, 0x7a)]),
    'f.html': '<img src=x onerror=alert(3)>',
    'g.png': 'no image at all',
    'h.txt': '',
    'i.txt': `${'x'.repeat(99)}\n`.repeat(5000),
  });
  await visit();
  await give(page, 'kinds-1-0.conda', bytes);
  const shown = detail(page).locator('.preview');

  await choose(page, 'a.txt');
  await shown.locator('.line').first().waitFor();
  assert.deepEqual(await shown.locator('.line code').allTextContents(), ['one', 'turned ␣{202e}around␣{0007}', '\ttabbed']);
  assert.deepEqual(await shown.locator('.line .head').allTextContents(), ['1', '2', '3']);

  await choose(page, 'b.png');
  await shown.getByText('2 × 2 pixels').waitFor();
  // A drawing is drawn when somebody asks for it, and is no document in a tab of its own.
  await choose(page, 'c.svg');
  await shown.getByRole('button', { name: 'Image' }).click();
  await shown.getByText('30 × 20 pixels').waitFor();
  const address = await shown.locator('img').getAttribute('src');
  const isThere = (address) =>
    page.evaluate((address) => new Promise((tell) => Object.assign(new Image(), { src: address, onload: () => tell(true), onerror: () => tell(false) })), address);
  const before = complaints.length;
  assert.equal(await isThere(address), false);
  // The browser tells of what is gone.
  complaints.length = before;
  await shown.getByRole('button', { name: 'Text' }).click();
  assert.match(await shown.locator('.line code').first().innerText(), /<script>alert\(2\)/);

  await choose(page, 'd.json');
  await shown.getByRole('button', { name: 'Formatted' }).click();
  assert.deepEqual((await shown.locator('.line code').allTextContents()).slice(0, 3), ['{', '  "list": [', '    1,']);

  await choose(page, 'e.bin');
  await shown.locator('.line').first().waitFor();
  const first = shown.locator('.line').first();
  assert.equal(await first.locator('.head').textContent(), '00000000');
  assert.match(await first.locator('code').first().textContent(), /^00 01 02 41 ff 7a 7a 7a {2}7a/);
  assert.equal(await first.locator('.tail').textContent(), '···A·zzzzzzzzzzz');
  assert.equal(await shown.getByRole('button', { name: 'Text' }).count(), 0);

  await choose(page, 'f.html');
  await shown.getByText('onerror=alert(3)').waitFor();
  await choose(page, 'g.png');
  await shown.getByText('no image at all').waitFor();
  await choose(page, 'h.txt');
  await detail(page).getByText('The file is empty.').waitFor();
  await choose(page, 'i.txt');
  await detail(page).getByText(/Cut after 200 kB/).waitFor();
  // Only what is in sight is drawn.
  assert.ok((await shown.locator('.line').count()) < 80);
  assert.deepEqual(complaints, []);
});

test('a file is downloaded as it is in the package', async (t) => {
  const { page, visit } = await openSite(t);
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 31) & 255));
  await visit();
  await give(page, 'down-1-0.conda', packageOf('down', { 'lib/some data.bin': content, 'b.txt': 'b' }));
  await choose(page, 'some data.bin');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download this file' }).click()]);
  assert.equal(download.suggestedFilename(), 'some data.bin');
  assert.equal(sha256(readFileSync(await download.path())), sha256(content));
});

test('of a remote package only info/ is read, then all of it; both can be ended', async (t) => {
  const bytes = Buffer.from(large('big', 6, 4 << 20));
  let isHeld = true;
  const { url, seen } = await packages(t, { 'big-1-0.conda': bytes }, (answer, { request, response }) => {
    if (answer.status === 206 || request.method === 'HEAD' || !isHeld) return answer;
    // A part, and then nothing more.
    response.writeHead(200, { ...answer.headers, ...cors });
    response.write(answer.body.subarray(0, 100_000));
    return undefined;
  });
  const { page, visit } = await openSite(t);
  await visit(new URLSearchParams({ package: `${url}/noarch/big-1-0.conda` }).toString());
  await page.locator('.fetched').getByText('Only info/ was read').waitFor();
  const fetched = seen.reduce((sum, { length }) => sum + length, 0);
  assert.ok(fetched < bytes.length / 4, `${fetched} of ${bytes.length}: ${JSON.stringify(seen)}`);
  assert.match(await summary(page).innerText(), /unverified/);
  assert.match(await page.locator('.fetched').innerText(), /kB of|MB of/);
  await choose(page, '0.bin');
  await detail(page).getByText(/Verify all of the package to look into this file/).waitFor();
  await page.getByRole('link', { name: 'Open the channel that it lies in' }).waitFor();

  await page.getByRole('button', { name: 'Verify all of it' }).click();
  await page.getByText(/verifying all of it: reading/).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('.fetched').getByText('Only info/ was read').waitFor();

  isHeld = false;
  await page.getByRole('button', { name: 'Verify all of it' }).click();
  await detail(page).getByRole('button', { name: 'Download this file' }).waitFor();
  assert.match(await page.locator('.verdict').innerText(), new RegExp(sha256(bytes)));
  assert.match(await summary(page).innerText(), /unverified/);
  assert.equal(await page.locator('.fetched').getByText('Only info/ was read').count(), 0);
});

test('what a server does wrong leaves what was read to be seen', async (t) => {
  let isBroken = false;
  const { url } = await packages(t, { 'big-1-0.conda': Buffer.from(large('big', 2, 4 << 20)) }, (answer) =>
    isBroken ? { status: 503, headers: {}, body: '' } : answer,
  );
  const { page, visit } = await openSite(t);
  await visit(new URLSearchParams({ package: `${url}/big-1-0.conda` }).toString());
  await page.locator('.fetched').getByText('Only info/ was read').waitFor();
  isBroken = true;
  await page.getByRole('button', { name: 'Verify all of it' }).click();
  await page.getByRole('alert').filter({ hasText: 'HTTP_STATUS' }).waitFor();
  await page.locator('.fetched').getByText('Only info/ was read').waitFor();
  isBroken = false;
  await page.getByRole('button', { name: 'Verify all of it' }).click();
  await page.locator('.fetched').getByText('Only info/ was read').waitFor({ state: 'detached' });
  assert.equal(await page.getByText('HTTP_STATUS').count(), 0);
});

test('a tampered package says what is wrong, and with which file', async (t) => {
  const { page, visit } = await openSite(t);
  await visit(TAMPERED);
  await summary(page).filter({ hasText: 'rejected' }).waitFor();
  assert.match(await summary(page).innerText(), /Do not install it\. The archive's SHA-256 is/);
  await page.getByRole('button', { name: /not as listed/ }).click();
  const rows = page.getByRole('row');
  assert.equal(await rows.count(), 1);
  await rows.first().click();
  await detail(page).getByText('Such a file is never handed out').waitFor();
  assert.equal(await detail(page).getByRole('button', { name: 'Download this file' }).count(), 0);
  await detail(page).getByRole('link', { name: 'See the findings' }).click();
  await page.getByRole('heading', { name: 'error SHA256_MISMATCH', exact: true }).waitFor();
  await page.getByRole('heading', { name: 'Inside the package' }).waitFor();
  assert.match(await page.locator('.checks').innerText(), /failed\s+Does it have the SHA-256/);
  // A finding leads to its file.
  await page.locator('.findings').getByRole('link', { name: /lib\/libhello/ }).first().click();
  await detail(page).waitFor();
});

test('under roles that were refused nothing is called trusted that is not', async (t) => {
  const { page, visit, complaints } = await openSite(t);
  for (const attack of ['key-mgr-expired', 'key-mgr-taken-over', 'record-tampered']) {
    await visit(`sample=signed&attack=${attack}&record=hello-1.0-pyh0_0.conda&tab=record`);
    await summary(page).waitFor();
    // Where no role was ever accepted nobody says anything of a package.
    if ((await page.getByText('looked at alone').count()) > 0) {
      assert.match(await summary(page).innerText(), /unverified/);
      continue;
    }
    await page.getByRole('heading', { name: 'Who vouches for it' }).waitFor();
    // What was trusted before somebody was refused may still be: record and verdict agree.
    const isTrusted = (await page.getByRole('tabpanel').getByText('Those whom the pinned root names vouch for it.').count()) === 1;
    assert.equal(/It can be trusted:/.test(await summary(page).innerText()), isTrusted, attack);
    assert.ok(!isTrusted || attack !== 'record-tampered');
  }
  assert.deepEqual(complaints, []);
});

test('names and metadata that mean harm are text', async (t) => {
  const { page, visit, complaints } = await openSite(t);
  const long = `${'n'.repeat(10_000)}.txt`;
  const html = '<img src=x onerror=alert(1)>';
  const bytes = packageOf(
    'harm',
    { [`${html}.txt`]: 'x', 'gpj.\u202Eexe': 'y', '__proto__': 'z', 'constructor/prototype': 'w' },
    {
      more: [{ _path: long, path_type: 'hardlink', sha256: 'a'.repeat(64), size_in_bytes: 1e300 }, { _path: 7 }, null, { _path: 'l', path_type: 'softlink', size_in_bytes: -5 }],
      info: {
        'about.json': {
          summary: html,
          description: { not: 'a text' },
          home: ['javascript:alert(1)', 'https://example.org/'],
          dev_url: 'data:text/html,x',
          doc_url: 17,
          license: ['a', { b: 1 }],
          channels: { length: 3 },
          extra: { 'recipe-maintainers': 'me' },
          run_exports: [null],
          ['__proto__']: 1,
        },
        'run_exports.json': '[[[null]]]',
        'deep.json': '['.repeat(200_000) + ']'.repeat(200_000),
        'recipe/meta.yaml': 'package: {}',
        'licenses/LICENSE.txt': 'Do as you like.',
      },
    },
  );
  const name = `${'h'.repeat(10_000)}${html}\u202E.conda`;
  await visit();
  await give(page, name, bytes);
  assert.ok((await page.getByRole('heading', { level: 1 }).innerText()).length < 400);
  assert.equal(await page.locator('main img').count(), 0);
  const text = await page.locator('.tree').innerText();
  assert.match(text, /<img src=x onerror=alert\(1\)>\.txt/);
  assert.match(text, /gpj\.␣\{202e\}exe/);
  await tab(page, 'About').click();
  await page.getByText(html).first().waitFor();
  assert.equal(await page.getByRole('link', { name: 'javascript:alert(1)' }).count(), 0);
  const home = page.getByRole('link', { name: 'https://example.org/' });
  assert.match(await home.getAttribute('rel'), /noopener/);
  assert.equal(await page.getByRole('link', { name: /data:text/ }).count(), 0);
  await page.getByText('info/run_exports.json').waitFor();
  await page.getByRole('link', { name: 'info/licenses/LICENSE.txt' }).click();
  await detail(page).getByText('Do as you like.').waitFor();
  await tab(page, 'About').click();
  await page.getByRole('link', { name: 'info/recipe/meta.yaml' }).waitFor();
  await tab(page, 'Findings').click();
  await page.getByRole('heading', { name: 'What was found' }).waitFor();
  await page.getByRole('button', { name: 'Save verdict' }).click();
  const picture = page.getByRole('link', { name: 'Save as a picture' });
  await picture.waitFor();
  assert.ok((await picture.getAttribute('download')).length < 200);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} pixels too wide`);
  assert.deepEqual(complaints, []);
});

test('documents of wrong types leave a page', async (t) => {
  const { page, visit, complaints } = await openSite(t);
  await visit();
  for (const [at, value] of ['[]', '"text"', '7', 'null', '{', '\ufeff{}', ''].entries()) {
    await give(page, `odd${at}-1-0.conda`, packageOf(`odd${at}`, { a: 'a' }, { info: { 'about.json': value, 'index.json': value, 'paths.json': value } }));
    await page.getByRole('heading', { level: 1, name: `odd${at}-1-0.conda` }).waitFor();
    for (const name of ['About', 'Record', 'Findings', 'Files']) await tab(page, name).click();
  }
  assert.deepEqual(complaints, []);
});

test('a hundred thousand files: found at once, scrolled at once', async (t) => {
  const more = Array.from({ length: 100_000 }, (_, at) => ({
    _path: `lib/python3.12/site-packages/part${at % 400}/module${at}.py`, path_type: 'hardlink', sha256: 'a'.repeat(64), size_in_bytes: at,
  }));
  const { url } = await packages(t, { 'many-1-0.conda': packageOf('many', { 'pad.bin': Buffer.alloc(1 << 20, 'p').map((_, at) => at % 251) }, { more }) });
  const { page, visit } = await openSite(t);
  page.setDefaultTimeout(60_000);
  await visit(new URLSearchParams({ package: `${url}/many-1-0.conda` }).toString());
  await tab(page, 'Files 100,00').waitFor();
  await page.getByRole('row').filter({ hasText: 'lib/' }).click();
  await page.getByRole('row').filter({ hasText: 'part0/' }).waitFor();
  assert.ok((await page.getByRole('row').count()) < 120);
  const search = page.getByRole('searchbox', { name: 'Search' });
  const took = await search.evaluate(async (input) => {
    const begun = performance.now();
    input.value = 'module99999.py';
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - begun;
  });
  await page.getByText('1 match').waitFor();
  t.diagnostic(`searched in ${Math.round(took)} ms`);
  assert.ok(took < 1000, `${took} ms`);
  await search.fill('');
  await page.getByRole('button', { name: /not read/ }).click();
  await page.getByText(/100,00\d matches/).waitFor();
  const frames = await page.getByRole('treegrid').evaluate(async (tree) => {
    const frames = [];
    let last = performance.now();
    for (let step = 0; step < 30; step += 1) {
      tree.scrollTop += 40_000;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      frames.push(now - last);
      last = now;
    }
    return frames.sort((a, b) => a - b);
  });
  t.diagnostic(`a frame while scrolling: ${Math.round(frames[15])} ms, the longest ${Math.round(frames[29])} ms`);
  assert.ok(frames[15] < 100, `${frames[15]} ms a frame`);
  await page.getByRole('button', { name: 'Map of sizes' }).click();
  await page.getByRole('option', { name: /more files of/ }).first().waitFor();
  assert.ok((await page.getByRole('option').count()) < 700);
});

test('the verdict is saved as JSON and as a picture', async (t) => {
  const { page, visit } = await openSite(t);
  await visit(GALLERY);
  const button = page.getByRole('button', { name: 'Save verdict' });
  await button.focus();
  await page.keyboard.press('Enter');
  const saved = async (name) => {
    const link = page.getByRole('link', { name });
    await link.focus();
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };
  const json = await saved('Save as JSON');
  assert.equal(json.name, 'gallery-3.2.1-h7c0ffee_2.verdict.json');
  const report = JSON.parse(json.bytes);
  assert.equal(report.verdict.verdict, 'verified');
  assert.deepEqual(report.source, { channel: { sample: 'signed', attack: null }, subdir: 'noarch', fileName: 'gallery-3.2.1-h7c0ffee_2.conda' });
  assert.match(report.verdict.digests.sha256, /^[0-9a-f]{64}$/);
  const picture = await saved('Save as a picture');
  assert.equal(picture.name, 'gallery-3.2.1-h7c0ffee_2.verdict.png');
  assert.equal(picture.bytes.toString('latin1', 1, 4), 'PNG');
  assert.deepEqual([picture.bytes.readUInt32BE(16), picture.bytes.readUInt32BE(20)], [1200, 630]);
  await page.keyboard.press('Escape');
  assert.equal(await button.evaluate((element) => element === document.activeElement), true);
  assert.equal(await button.getAttribute('aria-expanded'), 'false');
});

test('another build, an address or a file to compare with', async (t) => {
  const { page, visit } = await openSite(t);
  await visit(GALLERY);
  await page.getByRole('button', { name: 'Compare with…' }).click();
  const form = page.getByRole('textbox', { name: 'Address of a package' });
  await form.fill('javascript:alert(1)');
  await page.keyboard.press('Enter');
  await page.getByText('Give an address that begins with').waitFor();
  await page.getByRole('link', { name: 'gallery-3.2.1-h7c0ffee_2.tar.bz2' }).click();
  assert.match(page.url(), /with-record=gallery-3\.2\.1-h7c0ffee_2\.tar\.bz2/);
  await page.goBack();
  await page.getByRole('button', { name: 'Compare with…' }).click();
  await page.getByLabel('A package to compare with').setInputFiles(picked('other-1-0.conda', packageOf('other', { a: 'a' })));
  await page.waitForURL(/with-file=other-1-0\.conda/);
});

test('on a phone nothing is cut off', async (t) => {
  const { page, visit } = await openSite(t, { viewport: { width: 360, height: 740 } });
  for (const view of ['files', 'findings', 'about', 'record']) {
    await visit(`${GALLERY}&tab=${view}`);
    await summary(page).waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${view}: ${wide} pixels too wide`);
  }
});

const corpus = join(import.meta.dirname, '../../../shared/corpus');

if (!existsSync(corpus)) {
  console.log('real packages left out: ../shared is not here');
} else {
  test('real packages are looked into', async (t) => {
    const { page, visit, complaints } = await openSite(t);
    const files = readdirSync(corpus, { recursive: true }).filter((path) => /\.(conda|tar\.bz2)$/.test(path));
    assert.ok(files.length > 20);
    await visit();
    for (const path of files) {
      const name = path.split('/').at(-1);
      await page.getByLabel('Packages on this machine').setInputFiles(join(corpus, path));
      await page.getByRole('heading', { level: 1, name }).waitFor();
      await summary(page).or(page.getByRole('alert').filter({ hasText: /[A-Z]_/ })).first().waitFor();
      for (const tabName of ['Findings', 'About', 'Record', 'Files']) if ((await tab(page, tabName).count()) > 0) await tab(page, tabName).click();
    }
    assert.deepEqual(complaints, []);
  });
}
