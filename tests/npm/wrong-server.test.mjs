// Servers that are set up for something else, and places that are given wrongly: what is said then.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { run } from './support/command-line.mjs';
import { open, pages } from './support/page.mjs';
import { bytesOf, pathOf, small } from './support/samples.mjs';
import { send, serve } from './support/server.mjs';
import { CHANNEL, failure, fetcherOf, honest, now, pinned, subdir } from './support/trust.mjs';

const PAGE = '\n<!doctype html><title>my application</title>';

test('a page of an application in place of a 404 is named, and is no 404', async (t) => {
  const answers = (path) => honest(path) ?? Buffer.from(PAGE);
  const verifier = await pinned();
  const error = await failure(() => verifier.refresh(fetcherOf(answers)));
  const { code, message, hint, details } = error;
  assert.equal(code, 'JSON_INVALID');
  const place = `"${details.url}" was asked for, which need not exist; the server answered with an HTML page`;
  assert.ok(message.startsWith(place), message);
  assert.match(details.url, /^https:\/\/example\.org\/channel\/\d+\.(sv1\.)?root\.json$/);
  assert.match(hint, /404.*appType: 'mpa'/);
  // Of a file that has to be there, and on the command line too.
  const asked = await failure(() => verifier.refresh(fetcherOf((path) => (path === 'key_mgr.json' ? Buffer.from(PAGE) : honest(path)))));
  assert.match(asked.message, /^"https:\/\/example\.org\/channel\/key_mgr\.json" was asked for; the server/);
  const url = await serve(t, {
    '/signed/*': (_, response, path) => {
      const bytes = honest(path.slice('/signed/'.length));
      send(response, bytes === undefined ? 'index.html' : path, bytes ?? PAGE);
    },
  });
  const { status, stdout } = await run(['channel', `${url}/signed`, '--root', pathOf('signed/root.json'), '--now', now]);
  assert.equal(status, 1);
  assert.match(stdout, /HTML page/);
  // What is no JSON for another reason is told as it is, and a folder has no server.
  const other = await failure(() => verifier.refresh(fetcherOf((path) => honest(path) ?? Buffer.from('not found'))));
  assert.deepEqual([other.code, /HTML|asked for/.test(other.message)], ['JSON_INVALID', false]);
});

test('repodata that is a page, and repodata that is not there', async () => {
  const mirrors = [CHANNEL];
  const verifier = await Verifier.create();
  const page = await failure(() => verifier.fetchRepodata(subdir, fetcherOf(() => Buffer.from(PAGE)), { mirrors }));
  assert.equal(page.code, 'JSON_INVALID');
  assert.match(page.message, /^"https:.*\/repodata\.json\.zst" was asked for; the server answered with an HTML page/);
  const none = await failure(() => verifier.fetchRepodata(subdir, fetcherOf(() => undefined), { mirrors }));
  assert.deepEqual(
    [none.code, none.message, none.details],
    [
      'HTTP_STATUS',
      `"${CHANNEL}${subdir}" has no repodata: repodata.json.zst, repodata.json.bz2, repodata.json were asked for, and the answer was 404`,
      { status: 404, url: `${CHANNEL}${subdir}` },
    ],
  );
  assert.match(none.hint, /address and the name of the subdir/);
  const broken = await failure(() => verifier.fetchRepodata(subdir, () => new Response('', { status: 500 }), { mirrors }));
  assert.match(broken.message, /\/repodata\.json\.zst" was asked for, and the answer was 500$/);
});

test('a role that is not there is told with its address', async () => {
  const verifier = await pinned();
  const without = (path) => (path === 'key_mgr.json' ? undefined : honest(path));
  const error = await failure(() => verifier.refresh(fetcherOf(without)));
  assert.equal(error.code, 'ROLE_MISSING');
  assert.match(error.message, /is not there: "https:\/\/example\.org\/channel\/key_mgr\.json" was asked for, and the answer was 404$/);
  assert.equal(error.details.url, `${CHANNEL}key_mgr.json`);
});

test('a channel of which nobody said where it is', async () => {
  const never = () => assert.fail('it was fetched');
  const rooted = await pinned({ channel: undefined });
  const plain = await Verifier.create();
  for (const call of [() => rooted.refresh(never), () => plain.fetchRepodata(subdir, never)]) {
    const { code, message, hint, details } = await failure(call);
    assert.deepEqual([code, message, details.argument], ['ARGUMENT_INVALID', 'it is not known where the channel is', 'options.channel']);
    assert.match(hint, /`channel`.*`mirrors`/);
  }
  const relative = await failure(() => plain.fetchRepodata(subdir, never, { mirrors: ['channel/'] }));
  assert.match(relative.message, /options\.mirrors\[0\] is not valid: "channel\/" is no absolute URL, below which the channel's files are$/);
});

test('a root that is the name of a root, or what was made of it', async () => {
  for (const name of ['root.json', './keys/root.json', 'https://example.org/root.json']) {
    const { code, message, hint } = await failure(() => pinned({ trustedRoot: name }));
    assert.deepEqual([code, message], ['JSON_INVALID', `the option trustedRoot is not strict JSON: "${name}"`]);
    assert.match(hint, /text.*not its path or URL/);
  }
  for (const made of [JSON.parse(Buffer.from(honest('root.json')).toString()), new Response('{}'), new URL('https://example.org/root.json')]) {
    const { code, message } = await failure(() => pinned({ trustedRoot: made }));
    assert.equal(code, 'ARGUMENT_INVALID');
    assert.match(message, /give the text or the bytes of root\.json, not what JSON\.parse made of it/);
  }
});

test('a digest that is none is quoted', async () => {
  const verifier = await Verifier.create();
  for (const sha256 of ['', 'abc', 'g'.repeat(64)]) {
    const { code, message } = await failure(() => verifier.inspectPackage(bytesOf(small), { sha256 }));
    assert.deepEqual([code, message], ['ARGUMENT_INVALID', `the argument expected.sha256 is not valid: "${sha256}" is not 64 hex digits`]);
  }
});

test('in Chromium, a page in place of the WebAssembly file', async (t) => {
  const { page, url } = await open(t, {
    ...pages,
    '/pkg/dist/wasm/conda_verifier_bg.wasm': (_, response) => send(response, 'index.html', PAGE),
  });
  const error = await page.evaluate(async () => {
    const { Verifier } = await globalThis.entry;
    return Verifier.create().catch((error) => error.toJSON());
  });
  assert.equal(error.code, 'WASM_UNAVAILABLE');
  assert.equal(error.message, `can't load the WebAssembly file: the server answers with an HTML page for ${url}/pkg/dist/wasm/conda_verifier_bg.wasm`);
  assert.match(error.hint, /optimizeDeps: \{ exclude: \['conda-verifier'\] \}/);
});

test('in Chromium, a server of another origin that lets nobody read', async (t) => {
  const { page, url } = await open(t);
  const elsewhere = await serve(t);
  const errors = await page.evaluate(async (addresses) => {
    const { Verifier } = await globalThis.entry;
    const verifier = await Verifier.create();
    // As `fetch` fails in either case.
    const fetcher = () => Promise.reject(new TypeError('Failed to fetch'));
    const failing = (address) => verifier.fetchRepodata('noarch', fetcher, { mirrors: [address] });
    return Promise.all(addresses.map((address) => failing(address).catch((error) => error.toJSON())));
  }, [elsewhere, url]);
  assert.deepEqual(errors.map(({ code }) => code), ['NETWORK_FAILED', 'NETWORK_FAILED']);
  assert.deepEqual(errors.map(({ hint }) => /Access-Control-Allow-Origin, also with a 404/.test(hint)), [true, false]);
});
