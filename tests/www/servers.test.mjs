// Servers that are slow, broken, closed to pages, or something else than they should be.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { listen, openSite } from './support/site.mjs';

const channel = process.env.CONDA_VERIFIER_CHANNEL ?? join(import.meta.dirname, '../../target/xtask/channel');
const SIGNED = join(channel, 'signed');
const OPEN = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'content-range, etag' };

/** A channel's files, as a server for pages has them; `change` may answer otherwise. */
function files(folder, change = () => false) {
  return (request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname).slice(1);
    if (change(path, request, response)) return;
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { ...OPEN, 'access-control-allow-headers': 'range' }).end();
      return;
    }
    const bytes = readFileSync(join(folder, path));
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    if (range === null) {
      response.writeHead(200, { ...OPEN, 'content-length': bytes.length }).end(request.method === 'HEAD' ? undefined : bytes);
      return;
    }
    const part = bytes.subarray(Number(range[1]), range[2] === '' ? undefined : Number(range[2]) + 1);
    response
      .writeHead(206, { ...OPEN, 'content-range': `bytes ${range[1]}-${Number(range[1]) + part.length - 1}/${bytes.length}` })
      .end(part);
  };
}

const hash = (url, more = {}) => String(new URLSearchParams({ channel: `${url}/`, ...more }));

test('a channel on a server, which nobody vouches for, and then its root is pinned', async (t) => {
  const url = await listen(t, files(SIGNED));
  const { page, visit, complaints } = await openSite(t);
  await visit(hash(url));
  await page.locator('main').getByText('big-2.3.4-h0_1.conda').first().waitFor();
  assert.match(await page.locator('.summary').innerText(), /unverified/);
  assert.deepEqual(complaints, []);
});

test('a remote package is looked at in part, and then verified as a whole', async (t) => {
  const asked = [];
  const url = await listen(t, files(SIGNED, (path, request) => {
    if (path.endsWith('.conda')) asked.push(request.headers.range ?? request.method);
    return false;
  }));
  const { page, visit } = await openSite(t);
  await visit(hash(url, { record: 'big-2.3.4-h0_1.conda' }));
  await page.getByRole('button', { name: 'Verify all of it' }).waitFor();
  assert.ok(asked.length > 0 && asked.every((range) => range.startsWith('bytes=')), String(asked));
  await page.getByRole('button', { name: 'Verify all of it' }).click();
  await page.getByRole('button', { name: 'Verify all of it' }).waitFor({ state: 'detached' });
  assert.ok(asked.includes('GET'), String(asked));
});

const WRONG = [
  ['an HTML page in place of repodata', (path, _, response) => {
    if (!path.includes('repodata.json')) return false;
    response.writeHead(200, { ...OPEN, 'content-type': 'text/html' }).end('<!doctype html><h1>Welcome</h1>');
    return true;
  }, /JSON_INVALID|HTML page/],
  ['no such channel', (_, __, response) => {
    response.writeHead(404, OPEN).end('no');
    return true;
  }, /HTTP_STATUS/],
  ['a server that fails', (_, __, response) => {
    response.writeHead(500, OPEN).end('oh');
    return true;
  }, /HTTP_STATUS|500/],
  ['a server that is closed to pages of other origins', (path, _, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    return true;
  }, /Access-Control-Allow-Origin/],
  ['a connection that breaks', (path, _, response) => {
    if (!path.includes('repodata')) return false;
    response.writeHead(200, { ...OPEN, 'content-length': 100_000 });
    response.write('{"info":');
    setTimeout(() => response.destroy(), 50);
    return true;
  }, /NETWORK_FAILED|STREAM_FAILED/],
];

for (const [name, change, expected] of WRONG) {
  test(`${name}: it is said, and what to do`, async (t) => {
    const url = await listen(t, files(SIGNED, change));
    const { page, visit } = await openSite(t);
    await visit(hash(url));
    const fault = page.locator('.fault').first();
    await fault.waitFor();
    assert.match(await page.locator('main').innerText(), expected);
    assert.ok((await fault.locator('.hint').innerText()).length > 10);
  });
}

test('a slow server can be left, and the page goes on', async (t) => {
  const url = await listen(t, files(SIGNED, (path, _, response) => {
    if (!path.includes('repodata')) return false;
    response.writeHead(200, OPEN);
    response.write(' ');
    return true;
  }));
  const { page, visit } = await openSite(t);
  await visit(hash(url));
  await page.getByRole('button', { name: 'Cancel' }).first().click();
  await page.getByRole('combobox', { name: 'Sample' }).selectOption('tuf/');
  await page.locator('main').getByText('hello-1.0-pyh0_0.conda').first().waitFor();
});

test('a server without ranges hands out the whole', async (t) => {
  const url = await listen(t, files(SIGNED, (path, request, response) => {
    if (!path.endsWith('.conda')) return false;
    response.writeHead(200, OPEN).end(readFileSync(join(SIGNED, path)));
    return true;
  }));
  const { page, visit } = await openSite(t);
  await visit(hash(url, { record: 'hello-1.0-pyh0_0.conda' }));
  await page.locator('main').getByText('greetings.txt').first().waitFor();
});

test('of two mirrors the one that serves a wrong byte is passed over', async (t) => {
  const victim = 'noarch/hello-1.0-pyh0_0.conda';
  const bad = await listen(t, files(SIGNED, (path, _, response) => {
    if (path !== victim) return false;
    const bytes = Buffer.from(readFileSync(join(SIGNED, path)));
    bytes[bytes.length >> 1] ^= 1;
    response.writeHead(200, OPEN).end(bytes);
    return true;
  }));
  const good = await listen(t, files(SIGNED));
  const { page, visit } = await openSite(t);
  const params = new URLSearchParams([['channel', `${bad}/`], ['mirror', `${good}/`], ['record', 'hello-1.0-pyh0_0.tar.bz2']]);
  await visit(String(params));
  await page.locator('main').getByText('greetings.txt').first().waitFor();
  params.set('record', 'hello-1.0-pyh0_0.conda');
  await visit(String(params));
  const whole = page.getByRole('button', { name: 'Verify all of it' });
  await whole.or(page.locator('main').getByText('unverified')).first().waitFor();
  if (await whole.isVisible()) await whole.click();
  await page.locator('main').getByText('as listed').first().waitFor();
});
