// verifiedFetch in a page of Chromium, before a signed channel and one that was attacked.
import assert from 'node:assert/strict';
import test from 'node:test';

import { open, pages } from './support/page.mjs';
import { send } from './support/server.mjs';
import { flipped } from './support/verified-fetch.mjs';
import { fileOf, honest, now, subdir, victim } from './support/trust.mjs';

test('in Chromium, verifiedFetch', async (t) => {
  const PACKAGE = `${subdir}/${victim}`;
  const OTHER = `${subdir}/big-2.3.4-h0_1.conda`;
  const channel = (others = {}) => (_, response, path) => {
    const below = path.split('/').slice(2).join('/');
    const bytes = below in others ? others[below] : honest(below);
    if (bytes === undefined) response.writeHead(404).end();
    else send(response, path, bytes);
  };
  const { page, complaints } = await open(t, {
    ...pages,
    '/channel/*': channel(),
    '/bad/*': channel({ [PACKAGE]: flipped(honest(PACKAGE)) }),
    '/moved/*': (_, response, path) => response.writeHead(302, { location: path.replace('moved', 'channel') }).end(),
    '/app/*': (_, response) => response.end('app'),
  });
  const said = await page.evaluate(async ({ root, now, PACKAGE, OTHER }) => {
    const { Verifier } = await globalThis.entry;
    const { verifiedFetch } = await import('conda-verifier/fetch');
    const digest = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).join();
    const behind = async (name, options = {}) => {
      const channel = new URL(`/${name}/`, location.href).href;
      const verifier = await Verifier.create({ trustedRoot: root, channel, now });
      return verifiedFetch(verifier, options);
    };
    const given = async (call) => {
      try {
        const response = await call();
        return [response.status, new URL(response.url).pathname, await digest(await response.arrayBuffer())];
      } catch (error) {
        return typeof error.code === 'string' ? error.code : error.name;
      }
    };
    const told = [];
    const onVerdict = ({ path, outcome }) => told.push([path, outcome]);
    // As a page puts it in the place of its own.
    const own = globalThis.fetch;
    globalThis.fetch = await behind('channel', { onVerdict });
    const good = await given(() => fetch(`/channel/${PACKAGE}`));
    const request = await given(() => fetch(new Request(`channel/${OTHER}`)));
    const repodata = await given(() => fetch('/channel/noarch/repodata.json.zst'));
    const absent = (await fetch('/channel/noarch/repodata_shards.msgpack.zst')).status;
    const tricks = [];
    for (const path of ['/channel/noarch/../../app/x', '/channel/noarch/%2e%2e/%2e%2e/app/x', `//${location.host}/channel//x`, '\\channel\\noarch\\..\\..\\app\\x', '/channel/channeldata.json', `/channel/${PACKAGE}?x`, `/%63hannel/${PACKAGE}`]) {
      tricks.push(await given(() => fetch(path)));
    }
    const outside = await (await fetch('/app/x')).text();
    const aborted = await given(() => fetch(`/channel/${PACKAGE}`, { signal: AbortSignal.abort() }));
    const cache = await caches.open('x').catch(() => undefined);
    const response = await fetch(`/channel/${PACKAGE}`);
    await cache?.put(`/channel/${PACKAGE}`, response.clone());
    const cached = cache && (await digest(await (await cache.match(`/channel/${PACKAGE}`)).arrayBuffer()));
    globalThis.fetch = own;
    const bad = await given(async () => (await behind('bad'))(`/bad/${PACKAGE}`));
    const healed = await given(async () => (await behind('bad', { mirrors: [new URL('/bad/', location.href), new URL('/channel/', location.href)] }))(`/bad/${PACKAGE}`));
    const moved = await given(async () => (await behind('moved'))(`/moved/${PACKAGE}`));
    return { good, request, repodata, absent, tricks, outside, aborted, cached, bad, healed, moved, told };
  }, { root: Buffer.from(fileOf('root.json')).toString(), now, PACKAGE, OTHER });
  const digest = async (path) => new Uint8Array(await crypto.subtle.digest('SHA-256', honest(path))).join();
  assert.deepEqual(said.good, [200, `/channel/${PACKAGE}`, await digest(PACKAGE)]);
  assert.deepEqual(said.request, [200, `/channel/${OTHER}`, await digest(OTHER)]);
  assert.deepEqual(said.repodata, [200, '/channel/noarch/repodata.json.zst', await digest('noarch/repodata.json.zst')]);
  assert.deepEqual([said.absent, said.outside, said.aborted], [404, 'app', 'AbortError']);
  assert.deepEqual(said.tricks, Array(7).fill('REQUEST_REFUSED'));
  assert.equal(said.cached, await digest(PACKAGE));
  assert.deepEqual([said.bad, said.healed[0], said.moved], ['SHA256_MISMATCH', 200, 'REDIRECT_REFUSED']);
  assert.deepEqual(said.told.slice(0, 4).map(([, outcome]) => outcome), ['verified', 'verified', 'verified', 'absent']);
  // The browser itself says that a root was asked for that there is none of.
  assert.deepEqual(complaints.filter((text) => !/404/.test(text)), []);
});
