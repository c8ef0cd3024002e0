// Ranges of a package on a server of another origin, in Chromium: nothing is asked beforehand.
import assert from 'node:assert/strict';
import test from 'node:test';

import { open, pages, policy } from './support/page.mjs';
import { ranged } from './support/ranged.mjs';
import { big, bytesOf } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { serve } from './support/server.mjs';

const bytes = bytesOf(big);
const name = `/${big.split('/').at(-1)}`;

/** A page, and a server of another origin that lets everybody read, but not all headers. */
async function across(t, change = (answer) => answer) {
  const seen = [];
  const open_ = (answer) => ({ ...answer, headers: { ...answer.headers, 'access-control-allow-origin': '*' } });
  const other = await serve(t, { [name]: ranged(bytes, { seen, change: (answer, more) => open_(change(answer, more)) }) });
  const page = await open(t, {
    ...pages,
    '/': (request, response, path) => {
      const writeHead = response.writeHead.bind(response);
      const allowed = policy.replace("connect-src 'self'", `connect-src 'self' ${other}`);
      response.writeHead = (status, headers) => writeHead(status, { ...headers, 'content-security-policy': allowed });
      pages['/'](request, response, path);
    },
  });
  const inspect = (options) =>
    page.page.evaluate(async ({ url, options }) => {
      const { Verifier } = await globalThis.entry;
      const verifier = await Verifier.create();
      try {
        const { verdict, info, index, transfer } = await verifier.inspectRemote(url, options);
        return { verdict, files: [...info.keys()], index, transfer };
      } catch (error) {
        return { code: error.code, message: error.message };
      } finally {
        verifier.free();
      }
    }, { url: other + name, options });
  return { inspect, seen, complaints: page.complaints };
}

test('of another origin, in Chromium', async (t) => {
  const { inspect, seen, complaints } = await across(t);
  for (const [options, methods] of [
    [{ size: bytes.length }, ['GET', 'GET']],
    [{}, ['HEAD', 'GET', 'GET']],
  ]) {
    seen.length = 0;
    const { verdict, index, files, transfer } = await inspect(options);
    checkVerdict(verdict);
    assert.deepEqual([verdict.verdict, verdict.reasons, index.name], ['unverified', ['partial'], 'big']);
    assert.ok(files.includes('info/paths.json'));
    // No request for leave: that is OPTIONS.
    assert.deepEqual(seen.map(({ method }) => method), methods);
    for (const { headers } of seen) assert.equal(headers['accept-encoding'], 'identity');
    assert.deepEqual([transfer.requests, transfer.bytes], [methods.length, 1024 + 65_557]);
    const open = verdict.notChecked.map(({ check }) => check);
    // Last-Modified can be read, ETag and Content-Range can't.
    assert.ok(!open.includes('coherence'));
  }
  assert.deepEqual(complaints, []);
  // A header of the caller's does what ours do not.
  seen.length = 0;
  assert.equal((await inspect({ size: bytes.length, headers: { 'x-token': '1' } })).code, 'NETWORK_FAILED');
  assert.ok(seen.length > 0 && seen.every(({ method }) => method === 'OPTIONS'));
});

test('of another origin that hides everything, in Chromium', async (t) => {
  const { inspect, seen } = await across(t, ({ status, body }) => ({ status, headers: {}, body }));
  const { verdict } = await inspect({ size: bytes.length });
  assert.equal(verdict.verdict, 'unverified');
  assert.ok(verdict.notChecked.some(({ check }) => check === 'coherence'));
  assert.deepEqual(seen.map(({ method }) => method), ['GET', 'GET']);
});

test('of another origin that ignores ranges, in Chromium', async (t) => {
  const { inspect } = await across(t, () => ({ status: 200, headers: { 'content-length': bytes.length }, body: bytes }));
  const { verdict, transfer } = await inspect({ size: bytes.length });
  assert.deepEqual([verdict.reasons, transfer.whole], [['no digest'], 'no ranges']);
  assert.equal((await inspect({ size: bytes.length, wholeUpTo: 1000 })).code, 'RANGES_UNSUPPORTED');
});
