// Hosts that fetch badly: fetchers that fail, stall, and serve what has no end.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Verifier, VerifierError } from 'conda-verifier';

import { but, CHANNEL, failure, fetcherOf, fileOf, honest, pinned, subdir, trusting, victim } from './support/trust.mjs';
import { serve } from './support/server.mjs';

const reason = new Error('enough');
const at = (path, answer) => {
  const files = fetcherOf(honest);
  return (url, options) => (url.href === CHANNEL + path ? answer(url, options) : files(url, options));
};

/** A refresh that fails; the honest one goes well afterwards. */
async function refused(fetcher, options) {
  const verifier = await pinned();
  const error = await failure(() => verifier.refresh(fetcher, options));
  const { root } = await verifier.refresh(fetcherOf(honest));
  assert.equal(root.version, 3);
  return error;
}

test('what is no fetcher is no argument', async () => {
  for (const fetcher of [undefined, null, 'https://example.org', {}, { fetch() {} }]) {
    assert.equal((await refused(fetcher)).code, 'ARGUMENT_INVALID');
  }
  for (const answer of [undefined, null, 'text', new Uint8Array(3), {}, { status: 200 }]) {
    assert.equal((await refused(() => answer)).code, 'ARGUMENT_INVALID', String(answer));
    assert.equal((await refused(async () => answer)).code, 'ARGUMENT_INVALID', String(answer));
  }
});

test('a fetcher that throws is the network\'s failure', async () => {
  const cause = new TypeError('fetch failed');
  for (const fetcher of [() => Promise.reject(cause), () => { throw cause; }]) {
    const error = await refused(at('3.root.json', fetcher));
    assert.ok(VerifierError.isVerifierError(error));
    assert.deepEqual([error.code, error.cause, error.details], ['NETWORK_FAILED', cause, { url: `${CHANNEL}3.root.json` }]);
    assert.match(error.message, /3\.root\.json.*fetch failed/);
  }
  const error = await refused(() => Promise.reject('a text'));
  assert.deepEqual([error.code, error.cause], ['NETWORK_FAILED', 'a text']);
});

test('statuses: what means absence differs, and everything else decides nothing', async () => {
  const cases = [
    ['2.sv1.root.json', { 403: undefined, 404: undefined, 410: 'ROLE_UNAVAILABLE' }],
    ['key_mgr.json', { 403: 'ROLE_UNAVAILABLE', 404: 'ROLE_MISSING', 410: 'ROLE_MISSING' }],
    ['pkg_mgr.json', { 403: 'ROLE_UNAVAILABLE', 404: undefined, 410: undefined }],
  ];
  for (const [path, codes] of cases) {
    const others = [204, 206, 304, 400, 401, 405, 429, 500, 502, 503].map((status) => [status, 'ROLE_UNAVAILABLE']);
    for (const [text, code] of [...Object.entries(codes), ...others]) {
      const status = Number(text);
      let cancelled = false;
      const body = new ReadableStream({ cancel: () => void (cancelled = true) });
      const answer = () => new Response([204, 304].includes(status) ? null : body, { status });
      const verifier = await pinned();
      const found = await verifier.refresh(at(path, answer)).then(() => undefined, (error) => error);
      assert.equal(found?.code, code, `${path} ${status}`);
      if (code === 'ROLE_UNAVAILABLE') assert.ok(found.message.includes(text), found.message);
      if (![204, 304].includes(status)) assert.ok(cancelled, `${path} ${status}: the body was left open`);
    }
  }
  const opaque = await refused(at('key_mgr.json', () => Response.error()));
  assert.equal(opaque.code, 'ROLE_UNAVAILABLE');
});

test('a body without an end is cut', async () => {
  for (const path of ['2.root.json', 'key_mgr.json', 'pkg_mgr.json']) {
    let sent = 0;
    let cancelled = false;
    const body = () =>
      new ReadableStream(
        {
          pull(controller) {
            sent += 1000;
            controller.enqueue(new Uint8Array(1000).fill(32));
          },
          cancel: () => void (cancelled = true),
        },
        { highWaterMark: 0 },
      );
    const error = await refused(at(path, () => new Response(body(), { headers: { 'content-length': '9' } })));
    assert.equal(error.code, 'LIMIT_EXCEEDED', path);
    assert.ok(cancelled);
    assert.ok(sent >= 512_001 && sent < 515_000, `${path}: ${sent} bytes`);
  }
});

test('as much as a role may have, and no byte more', async () => {
  const role = Buffer.from(fileOf('key_mgr.json'));
  const padded = (length) => Buffer.concat([role, Buffer.alloc(length - role.length, 32)]);
  const verifier = await pinned();
  await verifier.refresh(fetcherOf(but(honest, { 'key_mgr.json': padded(512_000) })));
  const error = await refused(fetcherOf(but(honest, { 'key_mgr.json': padded(512_001) })));
  assert.equal(error.code, 'LIMIT_EXCEEDED');
  const small = await pinned({ limits: { roleBytes: 3000 } });
  assert.equal(small.next().maxLength, 3000);
  await assert.rejects(small.refresh(fetcherOf(but(honest, { 'key_mgr.json': padded(3001) }))), { code: 'LIMIT_EXCEEDED' });
  const short = await pinned({ limits: { rootRounds: 1 } });
  await assert.rejects(short.refresh(fetcherOf(honest)), { code: 'LIMIT_EXCEEDED' });
  assert.equal(short.trust.root.version, 2);
});

test('bodies that break, were read, or are cut short', async () => {
  const cause = new Error('reset');
  const broken = () =>
    new ReadableStream({
      start: (controller) => controller.enqueue(fileOf('key_mgr.json').subarray(0, 100)),
      pull: (controller) => controller.error(cause),
    });
  const error = await refused(at('key_mgr.json', () => new Response(broken())));
  assert.deepEqual([error.code, error.cause], ['NETWORK_FAILED', cause]);
  const read = await refused(
    at('key_mgr.json', async () => {
      const response = new Response('x');
      await response.text();
      return response;
    }),
  );
  assert.equal(read.code, 'ARGUMENT_INVALID');
  assert.equal((await refused(at('key_mgr.json', () => new Response(null)))).code, 'JSON_INVALID');
  const half = fileOf('key_mgr.json').subarray(0, 700);
  assert.equal((await refused(at('key_mgr.json', () => new Response(half)))).code, 'JSON_INVALID');
});

test('an AbortSignal ends a refresh with its reason, wherever it is', async () => {
  const early = await pinned();
  await assert.rejects(early.refresh(() => assert.fail('it was called'), { signal: AbortSignal.abort(reason) }), reason);

  const stalls = {
    'fetch, which hears the signal': (_, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    'a fetcher that does not': () => new Promise(() => undefined),
    'a body': () => new Response(new ReadableStream()),
  };
  for (const [name, stall] of Object.entries(stalls)) {
    const controller = new AbortController();
    const fetcher = at('3.root.json', (url, options) => {
      setTimeout(() => {
        controller.abort(reason);
        assert.equal(options.signal.reason, reason);
      }, 5);
      return stall(url, options);
    });
    const verifier = await pinned();
    await assert.rejects(verifier.refresh(fetcher, { signal: controller.signal }), reason, name);
    // What was accepted before stays, and the next refresh is not kept waiting.
    assert.equal(verifier.trust.root.version, 2, name);
    assert.equal((await verifier.refresh(fetcherOf(honest))).root.version, 3, name);
  }
  const thrown = await failure(async () => {
    const onProgress = () => { throw reason; };
    await (await pinned()).refresh(fetcherOf(honest), { onProgress });
  });
  assert.equal(thrown, reason);
});

test('two refreshes at once go one after the other', async () => {
  const verifier = await pinned();
  let running = 0;
  const files = fetcherOf(honest);
  const fetcher = async (url) => {
    assert.equal(++running, 1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running--;
    return files(url);
  };
  const infos = await Promise.all([verifier.refresh(fetcher), verifier.refresh(fetcher), verifier.refresh(fetcher)]);
  for (const { mirrors, store, ...info } of infos) assert.deepEqual(info, verifier.trust);
  // One that fails does not take the next one with it.
  const [failed, fine] = await Promise.allSettled([
    verifier.refresh(() => Promise.reject(new Error('no'))),
    verifier.refresh(fetcher),
  ]);
  assert.deepEqual([failed.status, fine.status], ['rejected', 'fulfilled']);
  // One that waits can be given up, though the one before it never ends.
  const never = new AbortController();
  const endless = verifier.refresh(() => new Promise(() => undefined), { signal: never.signal });
  const late = new AbortController();
  setTimeout(() => late.abort(reason), 5);
  await assert.rejects(verifier.refresh(fetcher, { signal: late.signal }), reason);
  never.abort(reason);
  await assert.rejects(endless, reason);
  await verifier.refresh(fetcher);
});

test('free() while a refresh is under way', async () => {
  const other = await trusting();
  for (const when of ['before', 'while']) {
    const verifier = await pinned();
    const files = fetcherOf(honest);
    let asked = 0;
    const fetcher = async (url) => {
      if (++asked === 6 && when === 'before') verifier.free();
      const response = await files(url);
      if (asked === 6 && when === 'while') setTimeout(() => verifier.free(), 0);
      await new Promise((resolve) => setTimeout(resolve, 2));
      return response;
    };
    const waiting = [verifier.refresh(fetcher), verifier.refresh(fetcher)];
    for (const call of waiting) await assert.rejects(call, { code: 'FREED' }, when);
    const calls = [
      () => verifier.trust,
      () => verifier.next(),
      () => verifier.update({ role: 'root', path: '2.root.json' }, new Uint8Array()),
      () => verifier.unavailable({ role: 'root', path: '2.root.json' }, 404),
      () => verifier.abandon(),
      () => verifier.export(),
      () => verifier.restore([]),
      () => verifier.verifyRecord(subdir, victim),
      () => verifier.auditRecords(subdir),
      () => verifier.roles(),
      () => verifier.recordSigners(subdir, victim),
      () => verifier.listRecords(subdir),
      () => verifier.refresh(files),
      () => verifier.shardPath(subdir, 'a'),
      () => verifier.addShardIndex(subdir, new Uint8Array()),
      () => verifier.addShard(subdir, 'a', new Uint8Array()),
    ];
    for (const call of calls) await assert.rejects(async () => call(), { code: 'FREED' }, String(call));
    verifier.free();
  }
  // The instance that all share is as good as before.
  assert.equal(other.verifyRecord(subdir, victim).fileName, victim);
});

test('the protocol by hand in between only ends the refresh that is under way', async () => {
  for (const meddle of [
    (verifier) => verifier.abandon(),
    (verifier) => verifier.restore([]),
    (verifier) => verifier.unavailable(verifier.next(), 404),
  ]) {
    const verifier = await pinned();
    const files = fetcherOf(honest);
    let asked = 0;
    const fetcher = (url) => {
      if (++asked === 4) meddle(verifier);
      return files(url);
    };
    await assert.rejects(verifier.refresh(fetcher), { code: 'ARGUMENT_INVALID' }, String(meddle));
    assert.equal((await verifier.refresh(files)).root.version, 3);
  }
});

test('over http, with what fetch does by itself', async (t) => {
  const url = await serve(t);
  const verifier = await pinned({ channel: `${url}/signed` });
  assert.equal((await verifier.refresh(fetch)).pkgMgr.version, 2);
  await verifier.addRepodata(subdir, await fetch(`${url}/signed/${subdir}/repodata.json.zst`));
  const record = verifier.verifyRecord(subdir, victim);
  const verdict = await verifier.verifyPackage(await fetch(`${url}/signed/${subdir}/${victim}`), { record });
  assert.equal(verdict.verdict, 'verified');
  const gone = await pinned({ channel: 'http://127.0.0.1:1/' });
  await assert.rejects(gone.refresh(fetch), { code: 'NETWORK_FAILED' });
  const nowhere = await pinned({ channel: `${url}/nothing` });
  await assert.rejects(nowhere.refresh(fetch), { code: 'ROLE_MISSING' });
  assert.ok((await Verifier.create()).trust === null);
});

test('free() ends what waits for a host that never answers', async () => {
  const never = () => new Promise(() => undefined);
  const stalls = () => new ReadableStream({ pull: never });
  const work = [
    (verifier) => verifier.refresh(never),
    (verifier) => verifier.addRepodata(subdir, stalls()),
    (verifier) => verifier.indexRepodata(subdir, stalls()),
    (verifier) => verifier.verifyPackage(stalls()),
    (verifier) => verifier.refresh(() => new Response(stalls())),
  ];
  for (const begin of work) {
    const verifier = await pinned();
    const ended = assert.rejects(begin(verifier), { code: 'FREED' }, String(begin));
    await new Promise((resolve) => setTimeout(resolve, 5));
    verifier.free();
    await ended;
  }
  // And harms nobody else.
  await (await pinned()).refresh(fetcherOf(honest));
});

test('what is too long is not copied to its end', async () => {
  const verifier = await pinned();
  const long = new Uint8Array(64 << 20);
  const want = verifier.next();
  const before = process.memoryUsage().rss;
  assert.throws(() => verifier.update(want, long), { code: 'LIMIT_EXCEEDED' });
  assert.throws(() => verifier.restore([{ key: 'key_mgr.json', bytes: long }]), { code: 'STATE_INVALID' });
  assert.ok(process.memoryUsage().rss - before < 32 << 20);
});
