// A service worker hands out a site's files as its manifest lists them, in Chromium.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { chromium as browserType } from 'playwright-core';

import { verifySite } from 'conda-verifier/site';

import { FLAGS } from './support/flags.mjs';
import { chromium, installed } from './support/places.mjs';
import { sha256 } from './support/samples.mjs';
import { send, serve } from './support/server.mjs';
import { failure } from './support/trust.mjs';

const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));

const html = (title) => `<!DOCTYPE html><title>${title}</title><link rel="icon" href="data:,"><script src="script.js"></script>`;

/** The site as it was built: paths below its scope. */
const BUILT = {
  'index.html': html('home'),
  'lab/index.html': html('lab'),
  'lab/script.js': 'globalThis.ran = "lab";',
  'script.js': 'globalThis.ran = "home";',
  'style.css': 'body { color: rgb(1, 2, 3) }',
  'data.json': '{"a":1}',
  'notes.txt': '<script>parent.evil = true</script>',
  'a folder/ü+%41.txt': 'odd name',
  'empty.bin': '',
  'gone.txt': 'gone',
};

const manifestOf = (files) => ({
  version: 1,
  files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, { size: Buffer.byteLength(text), sha256: sha256(Buffer.from(text)) }])),
});

/** The service worker's script, as a module: bundlers make the same in one file. */
const script = (manifest, more) => `
  import { verifySite } from '${exports['./site'].default.replace('.', '/pkg')}';
  self.refused = [];
  verifySite({
    manifest: ${JSON.stringify(manifest)},
    pass: ['api/', 'live.json'],
    headers: { 'content-security-policy': "default-src 'self' 'unsafe-inline'; img-src data:" },
    onRefused: (error, url) => refused.push([error.code, new URL(url).pathname]),
    ${more}
  });
  self.addEventListener('install', () => self.skipWaiting());
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
  self.addEventListener('message', ({ ports: [port] }) => port.postMessage(self.refused));
  // Another listener, as JupyterLite has one.
  self.addEventListener('fetch', (event) => {
    if (event.request.url.endsWith('/api/drive')) event.respondWith(new Response('theirs'));
    if (event.request.url.endsWith('.js')) event.respondWith(new Response('globalThis.ran = "the other listener"'));
  });
`;

/** The site with its service worker in charge. `files` is what the server has: to be changed. */
async function opened(t, { more = '', manifest = manifestOf(BUILT) } = {}) {
  const files = new Map(Object.entries(BUILT));
  const asked = [];
  const given = { manifest, headers: {} };
  const url = await serve(t, {
    '/pkg/*': (_, response, path) => send(response, path, readFileSync(join(installed, path.slice('/pkg/'.length)))),
    '/site/sw.js': (_, response, path) => send(response, path, script(given.manifest, more)),
    '/outside.js': (_, response, path) => send(response, path, 'outside'),
    '/site/*': (request, response, path) => {
      const name = decodeURIComponent(path.slice('/site/'.length));
      asked.push(`${request.method} ${name}`);
      const content = files.get(name === '' || name.endsWith('/') ? `${name}index.html` : name);
      if (typeof content === 'function') content(request, response);
      else if (content === undefined) response.writeHead(404).end();
      else send(response, name === '' || name.endsWith('/') ? 'x.html' : path, content, given.headers);
    },
  });
  const browser = await browserType.launch({ executablePath: chromium(), args: FLAGS });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const site = `${url}/site/`;
  await page.goto(site);
  await page.evaluate(async () => {
    const controlled = new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
    await navigator.serviceWorker.register('sw.js', { type: 'module' });
    await controlled;
  });
  const fetched = (path, init = {}) =>
    page.evaluate(
      async ([path, init]) => {
        const response = await fetch(path, init);
        const { status, redirected, type } = response;
        return { status, redirected, kind: type, text: await response.text(), headers: Object.fromEntries(response.headers) };
      },
      [path, init],
    );
  const refused = () =>
    page.evaluate(async () => {
      const { port1, port2 } = new MessageChannel();
      const answer = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
      navigator.serviceWorker.controller.postMessage(null, [port2]);
      return answer;
    });
  asked.length = 0;
  return { page, url, site, files, asked, fetched, refused, given };
}

test('an honest site comes as it was built', async (t) => {
  const { page, site, fetched, refused } = await opened(t);
  for (const [path, title] of [['', 'home'], ['index.html', 'home'], ['lab/', 'lab'], ['lab/?path=x.ipynb#y', 'lab'], ['lab?path=x', 'lab']]) {
    const answer = await page.goto(site + path);
    assert.ok(answer.fromServiceWorker(), path);
    assert.equal(await page.title(), title, path);
    assert.equal(await page.evaluate('ran'), title, path);
    if (path.startsWith('lab?')) assert.equal(page.url(), `${site}lab/?path=x`);
  }
  await page.goto(site);
  for (const [path, text] of Object.entries(BUILT)) {
    const at = path.split('/').map(encodeURIComponent).join('/');
    assert.deepEqual([path, (await fetched(`${at}?_=1`)).text], [path, text]);
  }
  assert.deepEqual(await refused(), []);
});

test('a changed file is stopped, and it is told which', async (t) => {
  const { page, site, files, fetched, refused } = await opened(t);
  files.set('data.json', '{"a":2}');
  const { status, text } = await fetched('data.json');
  assert.equal(status, 502);
  assert.match(text, /^FILE_SHA256_MISMATCH: "data\.json" has another SHA-256/);
  files.set('data.json', '{"a":11}');
  assert.match((await fetched('data.json')).text, /^FILE_SIZE_MISMATCH: "data\.json" has more than 7 bytes; 7 are listed/);
  files.set('data.json', '{}');
  assert.match((await fetched('data.json')).text, /^FILE_SIZE_MISMATCH: "data\.json" has 2 bytes/);
  files.set('script.js', 'globalThis.ran = "evil";');
  await page.goto(site);
  assert.equal(await page.evaluate('typeof ran'), 'undefined');
  files.set('lab/index.html', html('evil'));
  const answer = await page.goto(`${site}lab/`);
  assert.equal(answer.status(), 502);
  assert.match(await page.textContent('body'), /This page was stopped.*FILE_S\w+_MISMATCH: "lab\/index\.html".*close all pages of the site/s);
  await page.goto(`${site}index.html`);
  const told = (await refused()).map((pair) => pair.join(' '));
  assert.deepEqual([...new Set(told)], ['FILE_SHA256_MISMATCH /site/data.json', 'FILE_SIZE_MISMATCH /site/data.json', 'FILE_SHA256_MISMATCH /site/script.js', 'FILE_SIZE_MISMATCH /site/lab/']);
  files.set('script.js', BUILT['script.js']);
  await page.goto(site);
  assert.equal(await page.evaluate('ran'), 'home');
});

test('what is not listed is not asked for', async (t) => {
  const { page, site, files, asked, fetched, refused } = await opened(t);
  files.set('evil.html', html('evil'));
  files.set('evil.js', 'globalThis.ran = "evil"');
  const paths = ['evil.js', 'api', 'lab/api/drive', 'lab%2findex.html', 'lab%5cindex.html', 'api/..%2fevil.js', 'api/%2e%2e%5cevil.js', 'api//evil.js', 'style.css/', 'a%ff', '%00', 'live.json/', 'STYLE.CSS', '<img src=x onerror=1>.html'];
  for (const path of paths) {
    const { status, text } = await fetched(path);
    assert.equal(status, 404, path);
    assert.match(text, /^FILE_UNLISTED: /, path);
  }
  const answer = await page.goto(`${site}evil.html`);
  assert.equal(answer.status(), 404);
  assert.match(await page.textContent('strong'), /FILE_UNLISTED: "evil\.html" was asked for, and the site's manifest does not list it/);
  assert.deepEqual(asked, []);
  await page.goto(site);
  assert.equal((await refused()).length, paths.length + 1);
});

test('what passes, and what is elsewhere, goes on to the next listener and the network', async (t) => {
  const { page, files, fetched } = await opened(t);
  files.set('live.json', '[1]');
  assert.equal((await fetched('live.json')).text, '[1]');
  assert.equal((await fetched('api/drive', { method: 'POST', body: '{}' })).text, 'theirs');
  assert.equal((await fetched('/outside.js')).text, 'globalThis.ran = "the other listener"');
  assert.equal((await fetched('api/nothing')).status, 404);
  // A listed file is nobody else's.
  assert.equal((await fetched('script.js')).text, BUILT['script.js']);
  const posted = await fetched('script.js', { method: 'POST', body: 'x' });
  assert.deepEqual([posted.status, posted.text.slice(0, 15)], [405, 'REQUEST_REFUSED']);
  await page.reload();
});

test('what the server says of a file is not handed on', async (t) => {
  const { page, site, fetched, given } = await opened(t);
  given.headers = { 'content-type': 'text/html', 'content-security-policy': "script-src 'none'", refresh: '0;url=/outside.js', 'x-odd': '1' };
  const { headers } = await fetched('notes.txt');
  assert.deepEqual(headers, {
    'accept-ranges': 'bytes',
    'content-length': String(BUILT['notes.txt'].length),
    'content-security-policy': "default-src 'self' 'unsafe-inline'; img-src data:",
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  await page.goto(`${site}notes.txt`);
  assert.equal(await page.textContent('body'), BUILT['notes.txt']);
  await page.goto(site);
  assert.equal(await page.evaluate('ran'), 'home');
});

test('ranges, HEAD and redirects', async (t) => {
  const { files, fetched } = await opened(t);
  const range = async (range) => {
    const { status, text, headers } = await fetched('script.js', { headers: { range } });
    return [status, text, headers['content-range']];
  };
  const whole = BUILT['script.js'];
  assert.deepEqual(await range('bytes=0-3'), [206, whole.slice(0, 4), `bytes 0-3/${whole.length}`]);
  assert.deepEqual(await range('bytes=4-'), [206, whole.slice(4), `bytes 4-${whole.length - 1}/${whole.length}`]);
  assert.deepEqual(await range('bytes=-3'), [206, whole.slice(-3), `bytes ${whole.length - 3}-${whole.length - 1}/${whole.length}`]);
  assert.deepEqual(await range('bytes=2-999'), [206, whole.slice(2), `bytes 2-${whole.length - 1}/${whole.length}`]);
  assert.deepEqual(await range('bytes=999-'), [416, '', `bytes */${whole.length}`]);
  assert.deepEqual(await range('bytes=0-1,4-5'), [200, whole, undefined]);
  const head = await fetched('script.js', { method: 'HEAD' });
  assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', String(whole.length)]);
  files.set('data.json', (_, response) => response.writeHead(302, { location: '/site/style.css' }).end());
  assert.match((await fetched('data.json')).text, /^FILE_SIZE_MISMATCH/);
  files.set('style.css', (_, response) => response.writeHead(302, { location: '/site/moved.css' }).end());
  files.set('moved.css', BUILT['style.css']);
  const moved = await fetched('style.css');
  assert.deepEqual([moved.text, moved.redirected], [BUILT['style.css'], false]);
  const port = new URL((await fetched('script.js')).headers.location ?? 'http://127.0.0.1:1').port;
  files.set('style.css', (_, response) => response.writeHead(302, { location: `http://localhost:${port}/site/moved.css` }).end());
  assert.match((await fetched('style.css')).text, /^NETWORK_FAILED/);
});

test('a file that is missing, has no end or never comes', async (t) => {
  const { files, fetched } = await opened(t, { more: 'timeout: 300,' });
  files.delete('gone.txt');
  assert.match((await fetched('gone.txt')).text, /^HTTP_STATUS: "gone\.txt" is listed, and the server answered 404/);
  let sent = 0;
  files.set('data.json', (_, response) => {
    const more = () => {
      sent += 65536;
      if (!response.destroyed && sent < 1 << 28) response.write(Buffer.alloc(65536), more);
    };
    response.writeHead(200);
    more();
  });
  assert.match((await fetched('data.json')).text, /^FILE_SIZE_MISMATCH/);
  assert.ok(sent < 1 << 26, `${sent}`);
  files.set('style.css', () => undefined);
  assert.match((await fetched('style.css')).text, /^TIMED_OUT/);
});

test('an old file in the browser’s cache is fetched anew', async (t) => {
  const { files, fetched, given, asked } = await opened(t);
  given.headers = { 'cache-control': 'max-age=1000' };
  files.set('data.json', '{"a":0}');
  assert.equal((await fetched('data.json')).status, 502);
  // What is in the cache now is wrong, and fresh.
  files.set('data.json', BUILT['data.json']);
  asked.length = 0;
  assert.equal((await fetched('data.json')).text, BUILT['data.json']);
  assert.deepEqual(asked, ['GET data.json']);
});

test('a site that is built anew brings its own manifest', async (t) => {
  const { page, site, files, given } = await opened(t);
  const next = { ...BUILT, 'script.js': 'globalThis.ran = "next";' };
  for (const [path, text] of Object.entries(next)) files.set(path, text);
  given.manifest = manifestOf(next);
  const ran = async () => {
    await page.goto(site);
    return page.evaluate('globalThis.ran');
  };
  // The first page may come under the old one, which refuses what it does not know. The
  // browser looks for a new one some time after a page was loaded, and not while others are.
  const end = Date.now() + 20_000;
  for (let found = await ran(); found !== 'next'; found = await ran()) {
    assert.equal(found, undefined);
    assert.ok(Date.now() < end, 'the old service worker stays');
    await new Promise((resolve) => setTimeout(resolve, 2500));
  }
});

test('options that are none, and other places than a service worker', async () => {
  const manifest = manifestOf(BUILT);
  const bad = [
    [{}, 'MANIFEST_INVALID'],
    [{ manifest: {} }, 'MANIFEST_INVALID'],
    [{ manifest: '{"version":1,"files":{"../x":{"size":0,"sha256":""}}}' }, 'MANIFEST_INVALID'],
    [{ manifest, passes: [] }, 'ARGUMENT_INVALID'],
    [{ manifest, pass: 'api/' }, 'ARGUMENT_INVALID'],
    [{ manifest, pass: [''] }, 'ARGUMENT_INVALID'],
    [{ manifest, pass: ['/api'] }, 'ARGUMENT_INVALID'],
    [{ manifest, pass: ['https://x/'] }, 'ARGUMENT_INVALID'],
    [{ manifest, pass: ['a%20b'] }, 'ARGUMENT_INVALID'],
    [{ manifest, headers: { 'not a name': '' } }, 'ARGUMENT_INVALID'],
    [{ manifest, headers: { 'Content-Type': 'x' } }, 'ARGUMENT_INVALID'],
    [{ manifest, onRefused: 1 }, 'ARGUMENT_INVALID'],
    [{ manifest, timeout: 0 }, 'ARGUMENT_INVALID'],
    [{ manifest }, 'ARGUMENT_INVALID'],
  ];
  for (const [options, code] of bad) {
    const error = await failure(async () => verifySite(options));
    assert.equal(error.code, code, JSON.stringify(options).slice(0, 100));
  }
  assert.match((await failure(async () => verifySite({ manifest }))).message, /this is no service worker/);
});
