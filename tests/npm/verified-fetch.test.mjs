// verifiedFetch: requests below a channel come back only when verified.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';

import { MemoryStore, PackageRejected, Verifier, VerifierError } from 'conda-verifier';
import { verifiedFetch } from 'conda-verifier/fetch';

import { fixtures, sha256 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { serve } from './support/server.mjs';
import { attacked, attackOf, but, CHANNEL, failure, honest, now, subdir, victim } from './support/trust.mjs';
import { flipped, served, signedFetch } from './support/verified-fetch.mjs';

const PACKAGE = `${subdir}/${victim}`;
const REPODATA = ['.zst', '.bz2', ''].map((suffix) => `${subdir}/repodata.json${suffix}`);

test('a signed channel: packages, repodata and roles come as they are, and are told', async (t) => {
  const { get, url, told, asked } = await signedFetch(t, honest);
  for (const path of [...REPODATA, ...fixtures.signed.honest, 'key_mgr.json', 'pkg_mgr.json', '2.root.json', '3.root.json']) {
    const response = await get(path);
    assert.deepEqual([response.status, response.ok, response.url, response.redirected], [200, true, `${url}${path}`, false], path);
    const clone = response.clone().clone();
    const bytes = new Uint8Array(await response.arrayBuffer());
    assert.equal(sha256(bytes), sha256(honest(path)), path);
    assert.equal(response.headers.get('content-length'), `${bytes.length}`);
    assert.equal(clone.url, response.url);
    let streamed = 0;
    for await (const chunk of clone.body) streamed += chunk.length;
    assert.equal(streamed, bytes.length);
    const last = told.at(-1);
    assert.deepEqual([last.url, last.path, last.outcome, last.trust.basis, last.error], [`${url}${path}`, path, 'verified', 'content-trust', null], path);
    if (/conda$|tar.bz2$/.test(path)) checkVerdict(last.verdict);
    const open = last.notChecked.map(({ check }) => check);
    assert.ok(open.includes('freshness') && open.includes('completeness'), String(open));
    if (REPODATA.includes(path)) assert.deepEqual([last.records.isFiltered, last.records.trusted, last.records.records], [false, 6, 6]);
    assert.ok(Object.isFrozen(last) && structuredClone(last));
  }
  const types = await Promise.all([...REPODATA, PACKAGE].map(async (path) => (await get(path)).headers.get('content-type')));
  assert.deepEqual(types, ['application/zstd', 'application/x-bzip2', 'application/json', 'application/octet-stream']);
  // For whoever asked, and for no package.
  assert.equal(asked.filter((path) => path === REPODATA[0]).length, 2);
});

test('a request may be a text, a URL or a Request; HEAD has no body', async (t) => {
  const { verified, url } = await signedFetch(t, honest);
  const address = `${url}${PACKAGE}`;
  for (const input of [address, new URL(address), new Request(address), `${address}#sha256:0`, { toString: () => address }]) {
    const response = await verified(input);
    assert.deepEqual([response.status, response.url], [200, address]);
    assert.equal(sha256(new Uint8Array(await response.arrayBuffer())), sha256(honest(PACKAGE)));
  }
  for (const request of [[address, { method: 'head' }], [new Request(address, { method: 'HEAD' })], [new Request(address), { method: 'HEAD' }]]) {
    const response = await verified(...request);
    assert.deepEqual([response.status, response.headers.get('content-length'), response.body], [200, `${honest(PACKAGE).length}`, null]);
  }
  // What asks for less if it is known is given all of it.
  const conditional = await verified(address, { headers: { 'If-None-Match': '"x"', 'If-Modified-Since': 'Sun, 22 Nov 2026 00:00:00 GMT' } });
  assert.deepEqual([conditional.status, (await conditional.arrayBuffer()).byteLength], [200, honest(PACKAGE).length]);
});

test('outside of the channel all goes to fetch as it is', async () => {
  const calls = [];
  const given = Symbol('response');
  const verified = verifiedFetch(await Verifier.create(), {
    channel: 'https://example.org/channel',
    fetch: (...args) => {
      calls.push(args);
      return given;
    },
  });
  const outside = [
    'https://example.org/other/x.conda',
    'https://example.org/channels/noarch/x.conda',
    'https://example.org/',
    'https://example.com/channel/noarch/x-1-0.conda',
    'https://example.org:8443/channel/noarch/x-1-0.conda',
    'https://example.org/other/../x.conda',
    'data:,x',
    'blob:https://example.org/channel/x',
    'no url',
    '',
    new URL('https://example.org/x?channel/noarch/x.conda'),
    new Request('https://example.org/other', { method: 'POST', body: 'x' }),
  ];
  for (const input of outside) {
    const init = { method: 'POST', headers: { range: 'bytes=0-1', authorization: 'x' } };
    assert.equal(await verified(input, init), given);
    const [call] = calls.splice(0);
    assert.equal(call.length, 2);
    assert.ok(call[0] === input && call[1] === init, String(input));
  }
});

test('what can\'t be verified is refused, with what to do, and nobody is asked for it', async (t) => {
  const { verified, url, told, asked } = await signedFetch(t, honest);
  const { host } = new URL(url);
  const paths = [
    // Files that nobody vouches for.
    ['file', 'channeldata.json'],
    ['file', 'index.html'],
    ['file', 'noarch/index.html'],
    ['file', 'noarch/patch_instructions.json'],
    ['file', 'noarch/deep/x-1-0.conda'],
    ['file', 'six-1.17.0-pyhe01879c_1.conda'],
    ['file', 'noarch/shards/0.msgpack.zst'],
    ['file', 'noarch/key_mgr.json'],
    // Ways to write a path.
    ['address', ''],
    ['address', 'noarch/'],
    ['address', `noarch//${victim}`],
    ['address', `/${PACKAGE}`],
    ['address', `noarch%2f${victim}`],
    ['address', `noarch%2F${victim}`],
    ['address', `noarch%5C${victim}`],
    ['address', `noarch/hello-1%2e0-pyh0_0.conda`],
    ['address', `noarch/./${victim}`],
    ['address', `noarch/../noarch/${victim}`],
    ['address', '../elsewhere/.. \x01 '],
    ['address', 'noarch/..\x01'],
    ['address', `noarch/%2e%2e/noarch/${victim}`],
    ['address', `noarch/.%2E/${PACKAGE}`],
    ['address', `noarch\\..\\${PACKAGE}`],
    ['address', `noarch/.\t./${PACKAGE}`],
    ['address', `../channel/${PACKAGE}`],
    ['address', '../elsewhere/x.conda'],
    ['address', 'noarch/../../elsewhere/x.conda'],
    ['address', 'noarch/%2e%2e/%2e%2e/elsewhere/x.conda'],
    ['address', `noarch/${victim}%00`],
    ['address', `noarch/%`],
    ['address', `noarch/%ff${victim}`],
    ['address', `noarch/%0a${victim}`],
    // What is not of the path.
    ['query', `${PACKAGE}?`.replace('?', '?v=1')],
    ['query', `${PACKAGE}?#x`.replace('?', '?a')],
  ].map(([reason, path]) => [reason, `${url}${path}`]);
  const addresses = [
    ...paths,
    ['address', `http://${host}//channel/${PACKAGE}`],
    ['address', `http://${host}/%63hannel/${PACKAGE}`],
    ['address', `http://${host}/x/..%2fchannel/${PACKAGE}`],
    ['address', `http://${host}/channel`],
    ['address', `http://user@${host}/channel/${PACKAGE}`],
    ['address', `http://:word@${host}/channel/${PACKAGE}`],
    ['address', new URL(`http://${host}/%63hannel/${PACKAGE}`)],
    ['address', `http:////${host}/channel/../channel/${PACKAGE}`],
  ];
  const began = performance.now();
  for (const hostile of [' '.repeat(1e6) + 'x', '../'.repeat(3e5), '%2e%2e/'.repeat(1e5), '/'.repeat(1e6), '%2f'.repeat(3e5), '\\'.repeat(1e6), `${'a/'.repeat(3e5)}../x`]) {
    assert.equal((await failure(() => verified(url + hostile))).code, 'REQUEST_REFUSED');
  }
  assert.ok(performance.now() - began < 10_000, `${performance.now() - began} ms`);
  for (const [reason, address] of addresses) {
    const before = told.length;
    const error = await failure(() => verified(address));
    assert.ok(VerifierError.isVerifierError(error), `${address}: ${error}`);
    assert.deepEqual([error.code, error.details.reason], ['REQUEST_REFUSED', reason], String(address));
    assert.ok(error.hint.length > 10);
    assert.deepEqual([told.length - before, told.at(-1).outcome, told.at(-1).error.code], [1, 'refused', 'REQUEST_REFUSED']);
  }
  const requests = [
    ['range', { headers: { Range: 'bytes=0-9' } }],
    ['range', { headers: [['if-range', 'x']] }],
    ['method', { method: 'POST' }],
    ['method', { method: 'DELETE' }],
    ['method', { method: 'PUT', body: 'x' }],
    ['integrity', { integrity: 'sha256-x' }],
  ];
  for (const [reason, init] of requests) {
    for (const args of [[`${url}${PACKAGE}`, init], [new Request(`${url}${PACKAGE}`, init)]]) {
      const error = await failure(() => verified(...args));
      assert.deepEqual([error.code, error.details.reason], ['REQUEST_REFUSED', reason]);
    }
  }
  const isRole = (path) => /root\.json$|_mgr\.json$/.test(path);
  assert.deepEqual(asked.filter((path) => !isRole(path)), []);
});

test('a package that the channel has no record of, or no file', async (t) => {
  const { get } = await signedFetch(t, but(honest, { [PACKAGE]: null }));
  const unknown = await failure(() => get('noarch/nobody-1-0.conda'));
  assert.equal(unknown.code, 'RECORD_MISSING');
  const missing = await failure(() => get(PACKAGE));
  assert.deepEqual([missing.code, missing.details.status], ['HTTP_STATUS', 404]);
  const elsewhere = await failure(() => get(`linux-64/${victim}`));
  assert.deepEqual([elsewhere.code, elsewhere.details.status], ['HTTP_STATUS', 404]);
});

test('what clients do without is a 404, and is told', async (t) => {
  const { get, told, asked } = await signedFetch(t, but(honest, { [REPODATA[0]]: null }));
  const probes = ['repodata_shards.msgpack.zst', 'current_repodata.json', 'current_repodata.json.zst', 'run_exports.json', 'repodata.jlap'];
  for (const path of [...probes.map((name) => `${subdir}/${name}`), REPODATA[0], 'linux-64/repodata.json', '4.root.json', 'root.json', 'timestamp.json']) {
    const response = await get(path);
    assert.deepEqual([response.status, response.ok], [404, false], path);
    assert.ok((await response.text()).length > 10);
    assert.deepEqual([told.at(-1).path, told.at(-1).outcome], [path, 'absent']);
    assert.ok(told.at(-1).reason.length > 10);
  }
  for (const name of probes) assert.ok(!asked.includes(`${subdir}/${name}`), name);
  // The form that is there.
  assert.equal((await get(REPODATA[1])).status, 200);
  assert.equal((await get(PACKAGE)).status, 200);
});

test('a flipped byte: the next mirror has it right, or nobody', async (t) => {
  const bad = await served(t, but(honest, { [PACKAGE]: flipped(honest(PACKAGE)) }));
  const good = await served(t, honest);
  const alone = await signedFetch(t, honest, { mirrors: [bad.url] });
  const error = await failure(() => alone.get(PACKAGE));
  assert.ok(error instanceof PackageRejected);
  assert.equal(error.code, 'SHA256_MISMATCH');
  assert.deepEqual([alone.told.at(-1).outcome, alone.told.at(-1).verdict.verdict], ['refused', 'rejected']);
  const both = await signedFetch(t, honest, { mirrors: [bad.url, good.url] });
  const told = [];
  for (const base of [both.url, bad.url, good.url]) {
    const response = await both.verified(`${base}${PACKAGE}`);
    assert.equal(sha256(new Uint8Array(await response.arrayBuffer())), sha256(honest(PACKAGE)));
    told.push(both.told.at(-1).mirrors.map(({ code }) => code));
  }
  assert.deepEqual(told, Array(3).fill(['SHA256_MISMATCH']));
  // The channel's own address is none of the mirrors.
  assert.deepEqual(both.asked, []);
});

test('redirects end at the channel, its mirrors or where they may, or are refused', async (t) => {
  const store = await served(t, honest);
  const { origin } = new URL(store.url);
  const redirecting = { '/channel/noarch/*': (_, response, path) => response.writeHead(302, { location: `${origin}${path}` }).end() };
  const first = await served(t, honest, redirecting);
  const away = await signedFetch(t, honest, { channel: first.url, mirrors: [first.url] });
  const error = await failure(() => away.verified(`${first.url}${PACKAGE}`));
  assert.equal(error.code, 'REDIRECT_REFUSED');
  assert.equal(away.told.at(-1).error.code, 'REDIRECT_REFUSED');
  for (const options of [{ redirects: [store.url] }, { mirrors: [first.url, store.url] }]) {
    const { verified, told } = await signedFetch(t, honest, { channel: first.url, mirrors: [first.url], ...options });
    assert.equal((await verified(`${first.url}${PACKAGE}`)).url, `${first.url}${PACKAGE}`);
    assert.deepEqual(told.at(-1).mirrors, []);
  }
  // One that stays.
  const within = { [`/channel/${PACKAGE}`]: (_, response) => response.writeHead(301, { location: `/channel/moved/x` }).end(), '/channel/moved/x': (_, response) => response.end(honest(PACKAGE)) };
  const moved = await signedFetch(t, honest, {}, within);
  assert.equal((await moved.get(PACKAGE)).status, 200);
  // A mirror that redirects elsewhere is passed over.
  const next = await signedFetch(t, honest, { mirrors: [first.url, (await served(t, honest)).url] });
  assert.equal((await next.get(PACKAGE)).status, 200);
  assert.deepEqual(next.told.at(-1).mirrors.map(({ code }) => code), ['REDIRECT_REFUSED']);
});

test('nothing of the caller\'s goes to mirrors', async (t) => {
  const seen = [];
  const { get } = await signedFetch(t, honest, {
    fetch: (url, init) => {
      seen.push(init);
      return fetch(url, init);
    },
  });
  await get(PACKAGE, { headers: { authorization: 'secret', cookie: 'secret', 'x-own': 'secret' }, credentials: 'include', referrer: 'about:client', cache: 'force-cache' });
  assert.ok(seen.length > 5);
  for (const init of seen) assert.deepEqual(Object.keys(init).sort(), ['cache', 'signal']);
});

test('a signal ends the request of its own alone', async (t) => {
  const reason = new Error('enough');
  let open;
  const gate = new Promise((resolve) => (open = resolve));
  const { verified, url, told, asked } = await signedFetch(t, honest, {
    fetch: async (...args) => {
      await gate;
      return fetch(...args);
    },
  });
  const address = `${url}${PACKAGE}`;
  assert.equal(await failure(() => verified(address, { signal: AbortSignal.abort(reason) })), reason);
  assert.equal(await failure(() => verified(new Request(address, { signal: AbortSignal.abort(reason) }))), reason);
  assert.deepEqual(asked, []);
  const first = new AbortController();
  const calls = [verified(address, { signal: first.signal }), verified(address), verified(`${url}${REPODATA[0]}`)];
  const ended = failure(() => calls[0]);
  setTimeout(() => first.abort(reason), 5);
  assert.equal(await ended, reason);
  open();
  assert.deepEqual((await Promise.all(calls.slice(1))).map(({ status }) => status), [200, 200]);
  assert.deepEqual(told.map(({ outcome }) => outcome), ['verified', 'verified']);
  // In the middle of a body that does not end.
  const slow = await signedFetch(t, honest, {}, { [`/channel/${PACKAGE}`]: (_, response) => void response.writeHead(200).write(honest(PACKAGE).subarray(0, 100)) });
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 200);
  assert.equal(await failure(() => slow.get(PACKAGE, { signal: controller.signal })), reason);
});

test('who asks at once waits for one refresh and one load; who failed is not the last', async (t) => {
  const { get, asked } = await signedFetch(t, honest);
  await Promise.all(fixtures.signed.honest.map((path) => get(path)));
  assert.equal(new Set(asked).size, asked.length, String(asked));
  assert.ok(asked.includes('key_mgr.json') && asked.includes(REPODATA[0]));
  await Promise.all([get(REPODATA[2]), get(REPODATA[2]), get(REPODATA[2])]);
  assert.equal(asked.filter((path) => path === REPODATA[2]).length, 1);

  let isDown = true;
  const down = await signedFetch(t, (path) => (isDown && path === 'key_mgr.json' ? undefined : honest(path)));
  const errors = await Promise.all([failure(() => down.get(PACKAGE)), failure(() => down.get(REPODATA[0]))]);
  assert.deepEqual(errors.map(({ code }) => code), ['ROLE_MISSING', 'ROLE_MISSING']);
  assert.equal(down.asked.filter((path) => path === 'key_mgr.json').length, 1);
  assert.ok(!down.asked.includes(PACKAGE));
  isDown = false;
  assert.equal((await down.get(PACKAGE)).status, 200);
});

test('a refresh after a time, and when roles have expired', async (t) => {
  let time = Date.parse(now);
  const { get, asked } = await signedFetch(t, honest, { refreshAfter: 0 }, {}, { now: () => time });
  const refreshes = () => asked.filter((path) => path === 'key_mgr.json').length;
  await get(PACKAGE);
  await get(PACKAGE);
  assert.equal(refreshes(), 2);
  const lazy = await signedFetch(t, honest, {}, {}, { now: () => time });
  await lazy.get(PACKAGE);
  time = Date.parse('2200-01-01T00:00:00Z');
  for (const path of [PACKAGE, REPODATA[0]]) assert.equal((await failure(() => lazy.get(path))).code, 'EXPIRED', path);
  time = Date.parse(now);
  assert.equal((await lazy.get(PACKAGE)).status, 200);
});

test('repodata that has become old is loaded anew for a package that it does not know', async (t) => {
  const named = JSON.parse(Buffer.from(honest(REPODATA[2])));
  delete named.packages[victim];
  delete named['packages.conda'][victim];
  let isNew = false;
  const { get, asked } = await signedFetch(
    t,
    (path) => (REPODATA.includes(path) && !isNew ? (path === REPODATA[2] ? JSON.stringify(named) : undefined) : honest(path)),
    { refreshAfter: 50 },
  );
  assert.equal((await failure(() => get(PACKAGE))).code, 'RECORD_MISSING');
  isNew = true;
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal((await get(PACKAGE)).status, 200);
  assert.equal(asked.filter((path) => path === REPODATA[0]).length, 2);
});

test('every attack on a signed channel: nothing that is not trusted comes', async (t) => {
  const other = fixtures.signed.honest.find((path) => path !== PACKAGE);
  const paths = [REPODATA[0], REPODATA[2], PACKAGE, other, 'key_mgr.json'];
  // How many of them are refused, by what notices the attack.
  const refusals = { Root: 5, KeyMgr: 5, PkgMgr: 5, Memory: 5, Repodata: 4, Records: 4, Record: 3, Package: 1, Nothing: 0 };
  for (const attack of fixtures.attacks) {
    // What takes a memory to be noticed has one.
    const store = new MemoryStore();
    if (attack.notices === 'Memory') await (await signedFetch(t, honest, { store }, {}, { channel: CHANNEL })).get(PACKAGE);
    const files = attacked(attack);
    const trustedRoot = files('root.json');
    let channel;
    try {
      channel = await signedFetch(t, files, { store }, {}, { channel: CHANNEL, trustedRoot });
    } catch (error) {
      assert.ok(attack.way === 'pinned-root-short' && VerifierError.isVerifierError(error), `${attack.way}: ${error}`);
      continue;
    }
    let refused = 0;
    for (const path of paths) {
      try {
        const response = await channel.get(path);
        if (response.status === 404) continue;
        const bytes = Buffer.from(await response.arrayBuffer());
        const { outcome, verdict, records } = channel.told.at(-1);
        assert.equal(outcome, 'verified', `${attack.way} ${path}`);
        if (fixtures.signed.honest.includes(path)) {
          assert.equal(verdict.verdict, 'verified');
          assert.equal(sha256(bytes), sha256(honest(path)), `${attack.way} ${path}`);
        }
        if (records !== null) assert.deepEqual([records.unsignedCount, records.badCount], [0, 0]);
      } catch (error) {
        assert.ok(VerifierError.isVerifierError(error), `${attack.way} ${path}: ${error}`);
        assert.equal(channel.told.at(-1).error.code, error.code);
        refused++;
      }
    }
    // A record that is signed, and binds its file by an MD5 alone: no package comes by it.
    const expected = attack.way === 'record-md5-only' ? 1 : refusals[attack.notices];
    assert.equal(refused, expected, attack.way);
  }
});

test('options that are wrong are told at once', async () => {
  const verifier = await Verifier.create();
  const channel = 'https://example.org/channel';
  const wrong = [
    [verifier, {}],
    [verifier, { channel: 'conda-forge' }],
    [verifier, { channel: 'file:///channel' }],
    [verifier, { channel: 1 }],
    [verifier, { channel: 'https://example.org/?x' }],
    [verifier, { channel, chanel: channel }],
    [verifier, { channel, fetch: 1 }],
    [verifier, { channel, repodata: 'keep' }],
    [verifier, { channel, allowUnverified: 'yes' }],
    [verifier, { channel, pass: 'channeldata.json' }],
    [verifier, { channel, pass: ['../x'] }],
    [verifier, { channel, pass: ['/x'] }],
    [verifier, { channel, pass: [PACKAGE] }],
    [verifier, { channel, pass: [REPODATA[0]] }],
    [verifier, { channel, mirrors: [] }],
    [verifier, { channel, mirrors: ['file:///x'] }],
    [verifier, { channel, redirects: ['x'] }],
    [verifier, { channel, redirects: channel }],
    [verifier, { channel, refreshAfter: -1 }],
    [verifier, { channel, timeout: 0 }],
    [verifier, { channel, store: {} }],
    [verifier, { channel, onVerdict: 1 }],
    [{}, { channel }],
    [undefined, { channel }],
  ];
  for (const [given, options] of wrong) {
    assert.throws(() => verifiedFetch(given, options), { code: 'ARGUMENT_INVALID' }, JSON.stringify(options));
  }
  const pinned = await Verifier.create({ trustedRoot: honest('root.json'), channel: 'a name', now });
  assert.throws(() => verifiedFetch(pinned), { code: 'ARGUMENT_INVALID' });
});

test('several channels, one function for each behind the other', async (t) => {
  const one = await signedFetch(t, honest);
  const other = await signedFetch(t, but(honest, { [PACKAGE]: flipped(honest(PACKAGE)) }), { fetch: one.verified });
  const outside = await serve(t, { '/x': (_, response) => response.end('x') });
  assert.equal((await other.verified(`${one.url}${PACKAGE}`)).status, 200);
  assert.equal((await failure(() => other.verified(`${other.url}${PACKAGE}`))).code, 'SHA256_MISMATCH');
  assert.equal(await (await other.verified(`${outside}/x`)).text(), 'x');
  assert.equal(one.told.length, 1);
});

test('what is passed is passed as it is, and told', async (t) => {
  const files = but(honest, { 'channeldata.json': '{}', 'icons/a.png': 'a', 'noarch/patch_instructions.json': '{}' });
  const { get, told, url, verified } = await signedFetch(t, files, { pass: ['channeldata.json', 'icons/', 'noarch/'] });
  for (const path of ['channeldata.json', 'icons/a.png', 'noarch/patch_instructions.json']) {
    assert.equal((await get(path, { headers: { range: 'bytes=0-0' } })).status, 200);
    assert.deepEqual([told.at(-1).path, told.at(-1).outcome, told.at(-1).trust.basis], [path, 'passed', 'none']);
  }
  // Not so what can be verified, or is written otherwise.
  assert.equal((await failure(() => get(PACKAGE, { headers: { range: 'bytes=0-0' } }))).code, 'REQUEST_REFUSED');
  assert.equal((await failure(() => get('channeldata.json?x'))).code, 'REQUEST_REFUSED');
  assert.equal((await failure(() => verified(`${url}icons/../${PACKAGE}`))).code, 'REQUEST_REFUSED');
  assert.equal((await get(PACKAGE)).status, 200);
  assert.equal(told.at(-1).outcome, 'verified');
});

test('what is told and delivered is about the same bytes, whatever else is asked for', async (t) => {
  // One form has a record that nobody signed, the others are good.
  const bad = attacked(attackOf('record-unsigned'));
  const files = (path) => (path === REPODATA[0] ? bad(path) : honest(path));
  const { verified, url, verifier } = await signedFetch(t, files);
  const other = verifiedFetch(verifier);
  const outcomes = (calls) => Promise.all(calls.map((call) => call.then(({ status }) => status, ({ code }) => code)));
  for (let round = 0; round < 20; round++) {
    const [one, two] = round % 2 === 0 ? [verified, other] : [other, verified];
    const paths = [REPODATA[0], REPODATA[2], REPODATA[1]];
    const calls = paths.flatMap((path) => [one(`${url}${path}`), two(`${url}${path}`)]);
    assert.deepEqual(await outcomes(calls), ['RECORD_UNSIGNED', 'RECORD_UNSIGNED', 200, 200, 200, 200]);
  }
});

test('a body that the server compresses is verified as it was before', async (t) => {
  const zipped = (path) => ({ [`/channel/${path}`]: (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(honest(path))) });
  const { get } = await signedFetch(t, honest, {}, { ...zipped(REPODATA[2]), ...zipped(PACKAGE) });
  for (const path of [REPODATA[2], PACKAGE]) {
    const response = await get(path);
    assert.deepEqual([response.headers.get('content-encoding'), response.headers.get('content-length')], [null, `${honest(path).length}`]);
    assert.equal(sha256(new Uint8Array(await response.arrayBuffer())), sha256(honest(path)));
  }
});

test('servers that fail: nothing comes, and no half of it', async (t) => {
  const half = honest(PACKAGE).subarray(0, honest(PACKAGE).length >> 1);
  const ways = {
    SIZE_MISMATCH: (response) => response.end(half),
    NETWORK_FAILED: (response) => {
      response.writeHead(200, { 'content-length': honest(PACKAGE).length }).write(half);
      setTimeout(() => response.destroy(), 20);
    },
    HTTP_STATUS: (response) => response.writeHead(206).end(half),
    TIMED_OUT: (response) => void response.writeHead(200).write(half),
  };
  for (const [code, answer] of Object.entries(ways)) {
    const { get, told } = await signedFetch(t, honest, { timeout: 300 }, { [`/channel/${PACKAGE}`]: (_, response) => answer(response) });
    const error = await failure(() => get(PACKAGE));
    assert.deepEqual([error.code, told.at(-1).outcome], [code, 'refused']);
  }
});

test('no password and no token is told', async (t) => {
  const { verified, url, told } = await signedFetch(t, honest);
  for (const address of [url.replace('//', '//user:secret@') + PACKAGE, `${url}${PACKAGE}?token=secret`]) {
    const error = await failure(() => verified(address));
    assert.equal(error.code, 'REQUEST_REFUSED');
    assert.doesNotMatch(JSON.stringify([error, told]), /secret/);
  }
});

test('an object that is made a text is looked at once', async () => {
  const calls = [];
  const verified = verifiedFetch(await Verifier.create(), { channel: 'https://example.org/channel', fetch: (input) => void calls.push(input) });
  const texts = ['https://example.org/x', 'https://example.org/channel/x'];
  await verified({ toString: () => texts.shift() ?? 'gone' });
  assert.deepEqual(calls, ['https://example.org/x']);
});

test('a URL is read when it is asked for, as fetch does', async (t) => {
  const { verified, url, told } = await signedFetch(t, honest);
  const inside = new URL(PACKAGE, url);
  const asked = verified(inside);
  inside.pathname = '/outside';
  assert.equal((await asked).url, `${url}${PACKAGE}`);
  assert.deepEqual(told.map(({ path, outcome }) => [path, outcome]), [[PACKAGE, 'verified']]);

  // Nor does another file come, where a verifier elsewhere takes a moment, or where something passes.
  const calls = [];
  const slow = await Verifier.create();
  const channel = 'https://example.org/channel/';
  const trusting = new Proxy(slow, {
    get: (verifier, name) => (name === 'trust' ? Promise.resolve({ channel, format: 'content-trust' }) : verifier[name].bind(verifier)),
  });
  const outside = new URL('https://example.org/x');
  const passed = verifiedFetch(trusting, { fetch: (input) => void calls.push(String(input)) })(outside);
  outside.href = `${channel}${PACKAGE}`;
  await passed;
  const listed = new URL(`${channel}channeldata.json`);
  const options = { channel, pass: ['channeldata.json'], fetch: (input) => void calls.push(String(input)) };
  const verdict = verifiedFetch(slow, options)(listed);
  listed.href = `${channel}${PACKAGE}`;
  await verdict;
  assert.deepEqual(calls, ['https://example.org/x', `${channel}channeldata.json`]);
});

test('what onVerdict throws comes through', async (t) => {
  const reason = new Error('mine');
  const { get } = await signedFetch(t, honest, {
    onVerdict: () => {
      throw reason;
    },
  });
  assert.equal(await failure(() => get(PACKAGE)), reason);
  assert.equal(await failure(() => get('channeldata.json')), reason);
});
