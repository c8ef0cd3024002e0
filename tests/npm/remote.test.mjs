// info/ of packages on a server: by ranges where they can be had, and what servers do instead.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { runJson, run } from './support/command-line.mjs';
import { answerOf, ranged } from './support/ranged.mjs';
import { mostlyInfo, zippedAgain } from './support/rezip.mjs';
import { big, bytesOf, errorCodes, pathOf, repodata, sha256, small, smallBz2 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { serve } from './support/server.mjs';

const verifier = await Verifier.create();
const bytes = bytesOf(big);
const name = big.split('/').at(-1);
const size = bytes.length;
const notChecked = ({ notChecked }) => notChecked.map(({ check }) => check);

/** Serves the big sample, or other bytes, as `change` has it. */
async function served(t, change, served = bytes, path = `/${name}`) {
  const seen = [];
  const url = await serve(t, { [path]: ranged(served, { change, seen }) });
  return { url: url + path, seen };
}

/** Without what a server of another origin keeps to itself. */
const hidden = ({ status, headers: { 'content-type': type, 'content-length': length, 'last-modified': time }, body }) => ({
  status,
  headers: { 'content-type': type, 'content-length': length, 'last-modified': time },
  body,
});

test('an honest server: two requests at once', async (t) => {
  const { url, seen } = await served(t);
  const phases = new Set();
  const found = await verifier.inspectRemote(url, { size, onProgress: ({ phase }) => phases.add(phase) });
  checkVerdict(found.verdict);
  assert.deepEqual([found.verdict.verdict, found.verdict.reasons, found.verdict.trust], ['unverified', ['partial'], { basis: 'none', anchor: null }]);
  assert.deepEqual(seen.map(({ method, range }) => `${method} ${range}`).sort(), [
    'GET bytes=0-1023',
    `GET bytes=${size - 65_557}-${size - 1}`,
  ]);
  assert.deepEqual(found.transfer, { whole: null, requests: 2, bytes: 1024 + 65_557 });
  assert.deepEqual([...found.info.keys()].sort(), ['info/about.json', 'info/files', 'info/index.json', 'info/paths.json']);
  assert.equal(found.index.name, 'big');
  assert.equal(found.paths.length, 49);
  assert.equal(typeof found.about, 'object');
  assert.equal(found.verdict.package.version, '2.3.4');
  assert.ok(!notChecked(found.verdict).includes('coherence'));
  assert.ok(!notChecked(found.verdict).includes('archive-size'));
  for (const check of ['archive-sha256', 'files-listed', 'file-sha256', 'link-targets']) {
    assert.ok(notChecked(found.verdict).includes(check), check);
  }
  assert.deepEqual([...phases], ['reading']);
  const cloned = structuredClone(found);
  assert.deepEqual(cloned.info.get('info/index.json'), found.info.get('info/index.json'));
  assert.ok(Object.isFrozen(found) && Object.isFrozen(found.index) && Object.isFrozen(found.verdict));
});

test('without a size the server is asked for it', async (t) => {
  const { url, seen } = await served(t);
  const { verdict, transfer } = await verifier.inspectRemote(url);
  assert.deepEqual([verdict.verdict, verdict.digests.size, transfer.requests], ['unverified', size, 3]);
  assert.deepEqual(seen[0].method, 'HEAD');
  // So that a length is that of the file, and of no compressed form.
  for (const { headers } of seen) assert.equal(headers['accept-encoding'], 'identity');
});

test('a server that refuses HEAD, or does not say the length, sends the whole', async (t) => {
  for (const change of [
    (answer, { request }) => (request.method === 'HEAD' ? { status: 405, headers: {}, body: '' } : answer),
    (answer, { request }) => {
      const { 'content-length': _, 'content-range': __, ...headers } = answer.headers;
      return request.method === 'HEAD' ? { ...answer, headers } : answer;
    },
  ]) {
    const { url } = await served(t, change);
    const { verdict, transfer } = await verifier.inspectRemote(url);
    assert.deepEqual([verdict.reasons, transfer.whole, transfer.bytes], [['no digest'], 'unknown size', size]);
  }
});

test('a server of another origin hides headers', async (t) => {
  const { url } = await served(t, hidden);
  const { verdict } = await verifier.inspectRemote(url, { size });
  assert.equal(verdict.verdict, 'unverified');
  // Last-Modified can be read; that the file is that long nobody but the caller said.
  assert.ok(!notChecked(verdict).includes('coherence'));
  assert.ok(notChecked(verdict).includes('archive-size'));

  const mute = await served(t, ({ status, body }) => ({ status, headers: {}, body }));
  const unsure = await verifier.inspectRemote(mute.url, { size });
  assert.equal(unsure.verdict.verdict, 'unverified');
  assert.ok(notChecked(unsure.verdict).includes('coherence'));
  assert.match(unsure.verdict.notChecked.find(({ check }) => check === 'coherence').reason, /between the requests/);
});

test('a server that ignores ranges', async (t) => {
  const whole = (answer) => ({ status: 200, headers: { ...answer.headers, 'content-length': size, 'content-range': '' }, body: bytes });
  const { url, seen } = await served(t, whole);
  const found = await verifier.inspectRemote(url, { size, sha256: sha256(bytes) });
  checkVerdict(found.verdict);
  // All of it was there: its digest could be compared.
  assert.deepEqual([found.verdict.verdict, found.transfer.whole, seen.length], ['verified', 'no ranges', 2]);
  assert.equal(found.index.name, 'big');
  await assert.rejects(verifier.inspectRemote(url, { size, sha256: sha256(bytes), wholeUpTo: 1000 }), {
    code: 'RANGES_UNSUPPORTED',
  });
  const other = await verifier.inspectRemote(url, { size, sha256: '0'.repeat(64) });
  assert.deepEqual(errorCodes(other.verdict), ['SHA256_MISMATCH']);

  // One that does not say how much it sends, and never stops.
  const endless = await served(t, (_, { response }) => {
    response.writeHead(200, {});
    const more = () => {
      while (response.write(new Uint8Array(1 << 16)));
      response.once('drain', more);
    };
    more();
    response.on('error', () => undefined);
  });
  const begin = performance.now();
  await assert.rejects(verifier.inspectRemote(endless.url, { size: 1 << 20, wholeUpTo: 4 << 20 }), { code: 'RANGES_UNSUPPORTED' });
  assert.ok(performance.now() - begin < 10_000);
});

test('of a short file all is here, and all of it is verified', async (t) => {
  const [file, path] = [bytesOf(small), '/hello-1.0-pyh0_0.conda'];
  const { url, seen } = await served(t, undefined, file, path);
  const found = await verifier.inspectRemote(url, { size: file.length, sha256: sha256(file) });
  checkVerdict(found.verdict);
  assert.deepEqual([found.verdict.verdict, found.transfer], ['verified', { whole: 'complete', requests: 1, bytes: file.length }]);
  assert.equal(seen.length, 1);
  assert.equal(found.index.name, 'hello');
  const { verdict, transfer } = await verifier.inspectRemote(url);
  assert.deepEqual([verdict.reasons, transfer.requests], [['no digest'], 2]);
  assert.ok(!notChecked(verdict).includes('file-sha256'));
  const other = await verifier.inspectRemote(url, { sha256: '0'.repeat(64) });
  assert.deepEqual(errorCodes(other.verdict), ['SHA256_MISMATCH']);

  // Where nobody tells that this is all, it is asked for as a whole.
  const quiet = await served(t, hidden, file, path);
  const asked = await verifier.inspectRemote(quiet.url, { size: file.length });
  assert.deepEqual([asked.verdict.reasons, asked.transfer.requests], [['no digest'], 2]);
});

test('of a server that marks no state a short file is verified as a whole too', async (t) => {
  const file = bytesOf(small);
  const bare = ({ status, headers: { etag: _, 'last-modified': __, ...headers }, body }) => ({ status, headers, body });
  const { url } = await served(t, bare, file, '/hello-1.0-pyh0_0.conda');
  const expected = { good: [{ sha256: sha256(file) }, 'verified'], bad: [{ sha256: '0'.repeat(64) }, 'rejected'], none: [{}, 'unverified'] };
  for (const [what, [options, status]] of Object.entries(expected)) {
    const { verdict, transfer } = await verifier.inspectRemote(url, options);
    // One answer is of one state.
    assert.deepEqual([verdict.verdict, transfer.whole, transfer.requests, transfer.bytes], [status, 'complete', 2, file.length], what);
  }
  const mute = await served(t, ({ status, body }) => ({ status, headers: {}, body }), file, '/hello-1.0-pyh0_0.conda');
  const wrong = await verifier.inspectRemote(mute.url, { size: file.length, sha256: '0'.repeat(64) });
  assert.deepEqual([errorCodes(wrong.verdict), wrong.transfer.requests], [['SHA256_MISMATCH'], 1]);

  // Several answers may be of several states: a digest decides, and without one it is asked for again.
  const longer = mostlyInfo(80_000);
  const several = await served(t, bare, longer, '/wordy-1-0.conda');
  const trusted = await verifier.inspectRemote(several.url, { size: longer.length, sha256: sha256(longer) });
  assert.deepEqual([trusted.verdict.verdict, trusted.transfer.whole, trusted.transfer.requests], ['verified', 'complete', 3]);
  const again = await verifier.inspectRemote(several.url, { size: longer.length });
  assert.deepEqual([again.verdict.reasons, again.transfer.whole, again.transfer.requests], [['no digest'], 'complete', 4]);
  const torn = longer.slice();
  torn.fill(7, 2000, 2010);
  const mixed = await served(t, (answer, { request }) =>
    bare(request.headers.range?.startsWith('bytes=0-') ? answer : answerOf(request, torn)), longer, '/wordy-1-0.conda');
  const unlike = await verifier.inspectRemote(mixed.url, { size: longer.length, sha256: sha256(longer) });
  assert.equal(unlike.verdict.verdict, 'rejected');
});

test('what only who has all of it can read, where the policy lets it pass', async (t) => {
  const lenient = await Verifier.create({ policy: { profile: 'lenient' } });
  for (const [form, code] of [['described', 'ZIP_DATA_DESCRIPTOR'], ['nested', 'CONDA_MEMBER_NESTED']]) {
    const file = zippedAgain(bytes, form);
    const { url } = await served(t, undefined, file);
    const found = await lenient.inspectRemote(url, { sha256: sha256(file) });
    assert.deepEqual([found.verdict.verdict, found.transfer.whole], ['verified', 'container'], form);
    assert.deepEqual([found.verdict.lowered, found.index.name], [[code], 'big']);
    const strict = await verifier.inspectRemote(url);
    assert.deepEqual([errorCodes(strict.verdict), strict.transfer.whole], [[code], null]);
    await assert.rejects(lenient.inspectRemote(url, { wholeUpTo: 1000 }), { code: 'RANGES_UNSUPPORTED' });
  }
  // Extra fields are no reason to fetch all of it.
  const { url } = await served(t, undefined, zippedAgain(bytes, 'stamped'));
  const { verdict, transfer } = await lenient.inspectRemote(url);
  assert.deepEqual([verdict.reasons, verdict.lowered, transfer.whole], [['partial'], ['ZIP_EXTRA_FIELD'], null]);
  assert.deepEqual(errorCodes((await verifier.inspectRemote(url)).verdict), ['ZIP_EXTRA_FIELD']);
});

test('more than the limits allow is not read', async (t) => {
  const limited = await Verifier.create({ limits: { archiveBytes: 100_000 } });
  const { url, seen } = await served(t);
  // A length that is told ends it.
  const told = await limited.inspectRemote(url);
  assert.deepEqual([errorCodes(told.verdict), seen.length, told.transfer.bytes], [['LIMIT_EXCEEDED'], 1, 0]);
  const whole = await served(t, (answer) => ({ status: 200, headers: { 'content-length': size }, body: answer.body.length > 0 ? bytes : '' }));
  const stated = await limited.inspectRemote(whole.url, { size: 90_000 });
  assert.ok(errorCodes(stated.verdict).some((code) => ['LIMIT_EXCEEDED', 'SIZE_MISMATCH'].includes(code)));
  assert.equal(stated.transfer.bytes, 0);
  // One that is not is found out, soon.
  for (const options of [{}, { wholeUpTo: 100_000 }, { wholeUpTo: 2 ** 40 }]) {
    const endless = await served(t, (_, { request, response }) => {
      response.writeHead(200, {});
      if (request.method === 'HEAD') return void response.end();
      const more = () => {
        while (response.write(new Uint8Array(1 << 14)));
        response.once('drain', more);
      };
      more();
      response.on('error', () => undefined);
    });
    const { verdict, transfer } = await limited.inspectRemote(endless.url, options);
    assert.deepEqual(errorCodes(verdict), ['LIMIT_EXCEEDED'], JSON.stringify(options));
    assert.ok(transfer.bytes > 100_000 && transfer.bytes < 1_000_000, `${transfer.bytes}`);
  }
});

test('what is compressed on the way is asked for as a whole', async (t) => {
  const packed = gzipSync(bytes, { level: 1 });
  const { url } = await served(t, (answer) =>
    answer.status === 206
      ? { ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' } }
      : { ...answer, headers: { 'content-encoding': 'gzip', 'content-length': packed.length }, body: packed },
  );
  const { verdict, transfer } = await verifier.inspectRemote(url, { size, sha256: sha256(bytes) });
  assert.deepEqual([verdict.verdict, transfer.whole], ['verified', 'encoded']);
});

test('other bytes than were asked for decide nothing', async (t) => {
  const cases = {
    'fewer bytes': (answer) => ({ ...answer, headers: { ...answer.headers, 'content-length': 100 }, body: answer.body.subarray(0, 100) }),
    'fewer bytes in chunks': ({ status, body }) => ({ status, headers: {}, body: body.subarray(0, 100) }),
    'more bytes in chunks': ({ status }) => ({ status, headers: {}, body: bytes }),
    'another range': (answer) => ({ ...answer, headers: { ...answer.headers, 'content-range': `bytes 1-1024/${size}` } }),
    'a range that is none': (answer) => ({ ...answer, headers: { ...answer.headers, 'content-range': 'everything' } }),
    'several parts': (answer) => ({ status: 206, headers: { 'content-type': 'multipart/byteranges; boundary=x' }, body: '--x\r\n\r\n--x--' }),
  };
  for (const [what, change] of Object.entries(cases)) {
    const { url } = await served(t, change);
    await assert.rejects(verifier.inspectRemote(url, { size }), (error) => {
      assert.deepEqual([error.code, error.details.url], ['RANGE_INVALID', url], what);
      return true;
    });
  }
  const endless = await served(t, (_, { response }) => {
    response.writeHead(206, {});
    const timer = setInterval(() => response.write(new Uint8Array(1 << 16)), 1);
    response.on('close', () => clearInterval(timer));
  });
  await assert.rejects(verifier.inspectRemote(endless.url, { size }), { code: 'RANGE_INVALID' });
});

test('statuses', async (t) => {
  for (const status of [204, 403, 404, 416, 500]) {
    const { url } = await served(t, () => ({ status, headers: {}, body: '' }));
    await assert.rejects(verifier.inspectRemote(url, { size }), (error) => {
      assert.deepEqual([error.code, error.details.status], ['HTTP_STATUS', status]);
      return true;
    });
  }
  const { url } = await served(t, () => ({ status: 404, headers: {}, body: '' }));
  await assert.rejects(verifier.inspectRemote(url), { code: 'HTTP_STATUS' });
  await assert.rejects(verifier.inspectRemote('http://127.0.0.1:1/x.conda'), { code: 'NETWORK_FAILED' });
  // A page where a package should be.
  const page = await served(t, () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>log in</h1>' }));
  const { verdict } = await verifier.inspectRemote(page.url, { size: 100 });
  assert.deepEqual(errorCodes(verdict), ['SIZE_MISMATCH']);
  const unsized = await verifier.inspectRemote(page.url);
  assert.deepEqual(errorCodes(unsized.verdict), ['NOT_AN_ARCHIVE']);
});

test('a file that changes between two requests', async (t) => {
  const changes = {
    'Last-Modified': { etag: undefined, 'last-modified': 'Tue, 01 Jan 2030 00:00:01 GMT' },
    ETag: { etag: '"two"' },
  };
  for (const [what, headers] of Object.entries(changes)) {
    const { url } = await served(t, (answer, { number }) => {
      const { etag, ...others } = { ...answer.headers, ...(number === 0 ? { etag: headers.etag && '"one"' } : headers) };
      return { ...answer, headers: etag === undefined ? others : { ...others, etag } };
    });
    const { verdict } = await verifier.inspectRemote(url, { size });
    checkVerdict(verdict);
    assert.deepEqual([verdict.verdict, errorCodes(verdict)], ['rejected', ['SOURCE_CHANGED']], what);
    const [{ expected, actual, message, hint }] = verdict.findings;
    const [was, now] = what === 'ETag' ? ['"one"', '"two"'] : ['Tue, 01 Jan 2030 00:00:00 GMT', 'Tue, 01 Jan 2030 00:00:01 GMT'];
    assert.deepEqual([expected, actual], [was, now]);
    assert.ok(message.includes(`another ${what} than`), message);
    assert.match(hint, /the same URL/);
    assert.deepEqual(verdict.checks.filter(({ outcome }) => outcome === 'failed'), [{ check: 'coherence', outcome: 'failed' }]);
  }
  // By its length alone: after the first answer it has a byte more.
  const longer = await served(t, (answer, { request }) =>
    request.method === 'HEAD' ? answer : { ...answer, headers: { 'content-range': answer.headers['content-range'].replace(/\d+$/, String(size + 1)) } },
  );
  const { verdict } = await verifier.inspectRemote(longer.url);
  assert.deepEqual(errorCodes(verdict), ['SOURCE_CHANGED']);
  assert.deepEqual([verdict.findings[0].expected, verdict.findings[0].actual], [String(size), String(size + 1)]);
  // That all of it is here makes a file that was replaced no better.
  const short = await served(t, ({ status, headers, body }, { request }) =>
    request.method === 'HEAD' ? { status, headers, body } : { status, headers: { 'content-range': headers['content-range'].replace(/\d+$/, '999999') }, body },
    bytesOf(small));
  assert.deepEqual(errorCodes((await verifier.inspectRemote(short.url)).verdict), ['SOURCE_CHANGED']);

  // By its content alone: what the directory says of info/ is not what comes.
  const other = bytesOf(big);
  other.fill(7, size - 1500, size - 1000);
  const mixed = await served(t, ({ status, body }, { request }) => {
    const [first] = /\d+/.exec(request.headers.range);
    return { status, headers: {}, body: first === '0' ? body : other.subarray(Number(first)) };
  });
  const { verdict: torn } = await verifier.inspectRemote(mixed.url, { size });
  assert.equal(torn.verdict, 'rejected');
  assert.ok(['ZIP_CRC_MISMATCH', 'ZSTD_MALFORMED'].includes(errorCodes(torn)[0]), `${errorCodes(torn)}`);
});

test('a length that somebody else says', async (t) => {
  const { url } = await served(t);
  for (const expected of [0, 1, size - 10, size + 10, size + 100_000]) {
    // It is told with each range how long the file is, and without any.
    const { verdict, info } = await verifier.inspectRemote(url, { size: expected });
    assert.deepEqual([errorCodes(verdict), verdict.digests.size, info.size], [['SIZE_MISMATCH'], size, 0], `${expected}`);
  }
  // One that has become shorter meanwhile.
  const cut = await served(t, (answer, { request }) => {
    const isBeyond = Number(/-(\d+)$/.exec(request.headers.range)?.[1]) >= size - 1;
    return isBeyond ? { status: 416, headers: { 'content-range': `bytes */${size - 1}` }, body: '' } : answer;
  });
  const { verdict: changed } = await verifier.inspectRemote(cut.url);
  assert.deepEqual(errorCodes(changed), ['SOURCE_CHANGED']);
  // Where it does not tell, the end is not the file's.
  const quiet = await served(t, hidden);
  const { verdict } = await verifier.inspectRemote(quiet.url, { size: size - 10 });
  assert.deepEqual(errorCodes(verdict), ['ZIP_MALFORMED']);
});

test('records and names are compared', async (t) => {
  const { url } = await served(t);
  const own = await Verifier.create();
  await own.addRepodata('noarch', bytesOf(repodata));
  const record = own.findRecord('noarch', name);
  const { verdict, transfer } = await own.inspectRemote(url, { record });
  assert.deepEqual([verdict.verdict, verdict.reasons, transfer.requests], ['unverified', ['partial'], 2]);
  assert.ok(notChecked(verdict).includes('matches-unsigned-record'));
  const wrong = await own.inspectRemote(url, { record: { ...record, version: '9' } });
  assert.ok(errorCodes(wrong.verdict).includes('NAME_MISMATCH'));
  const renamed = await own.inspectRemote(url, { fileName: 'other-1-0.conda' });
  assert.ok(errorCodes(renamed.verdict).includes('NAME_MISMATCH'));
});

test('a .tar.bz2 comes as a whole', async (t) => {
  const file = bytesOf(smallBz2);
  for (const path of ['/hello-1.0-pyh0_0.tar.bz2', '/download']) {
    const { url } = await served(t, undefined, file, path);
    const found = await verifier.inspectRemote(url, { sha256: sha256(file) });
    assert.deepEqual([found.verdict.verdict, found.transfer.whole], ['verified', 'tar.bz2']);
    assert.equal(found.index.name, 'hello');
    assert.ok(found.info.has('info/licenses/LICENSE.txt'));
  }
  const { url } = await served(t, undefined, file, '/hello-1.0-pyh0_0.tar.bz2');
  await assert.rejects(verifier.inspectRemote(url, { wholeUpTo: 100 }), { code: 'RANGES_UNSUPPORTED' });
});

test('a server that stalls, and a caller who gives up', async (t) => {
  const stalling = (answer, { response, request }) => {
    if (request.method === 'HEAD') return answer;
    response.writeHead(206, answer.headers);
    response.write(answer.body.subarray(0, 10));
  };
  const { url } = await served(t, stalling);
  await assert.rejects(verifier.inspectRemote(url, { timeout: 200 }), { code: 'TIMED_OUT' });
  const end = new AbortController();
  const inspection = verifier.inspectRemote(url, { signal: end.signal });
  setTimeout(() => end.abort(new Error('enough')), 100);
  await assert.rejects(inspection, { message: 'enough' });
  // A fetcher that never answers and hears no signal.
  await assert.rejects(verifier.inspectRemote(url, { timeout: 100, fetch: () => new Promise(() => undefined) }), { code: 'TIMED_OUT' });
  const freed = await Verifier.create();
  const last = freed.inspectRemote(url);
  setTimeout(() => freed.free(), 50);
  await assert.rejects(last, { code: 'FREED' });
});

test('options', async (t) => {
  const { url, seen } = await served(t);
  for (const options of [
    { fetch: 1 }, { headers: 'x' }, { headers: { 'a b': '' } }, { wholeUpTo: -1 }, { timeout: 0 },
    { size: -1 }, { size: undefined }, { sise: 1 }, { sha256: 'xyz' }, { record: null },
  ]) {
    await assert.rejects(verifier.inspectRemote(url, options), { code: 'ARGUMENT_INVALID' }, JSON.stringify(options));
  }
  for (const wrong of [undefined, 7, 'http://', {}]) {
    await assert.rejects(verifier.inspectRemote(wrong), { code: 'ARGUMENT_INVALID' });
  }
  for (const relative of ['noarch/x-1-0.conda', '/x-1-0.conda', '../x.conda', 'x y']) {
    await assert.rejects(verifier.inspectRemote(relative), { code: 'ARGUMENT_INVALID', message: /relative.*https:\/\/example\.org/ });
  }
  assert.deepEqual(seen, []);
  const asked = [];
  const fetcher = (place, init) => {
    asked.push([place instanceof URL, init.cache, new Headers(init.headers).get('authorization')]);
    return fetch(place, init);
  };
  const { verdict } = await verifier.inspectRemote(new URL(url), { size, fetch: fetcher, headers: { authorization: 'Basic x' } });
  assert.equal(verdict.verdict, 'unverified');
  assert.deepEqual(asked, Array(2).fill([true, 'no-store', 'Basic x']));
});

test('what packages say is data', async (t) => {
  const { url } = await served(t);
  const { info } = await verifier.inspectRemote(url, { size });
  assert.equal(Object.prototype.toString.call(info), '[object Map]');
  assert.ok(info.get('info/index.json') instanceof Uint8Array);
});

test('on the command line', async (t) => {
  const { url, seen } = await served(t);
  const told = await run(['inspect', url]);
  assert.equal(told.status, 3, told.stderr);
  for (const word of [/big 2\.3\.4/, /only parts of it were read/, /licence +BSD-3-Clause/, /lists +49 files/, /fetched +66\.6 kB of \d\.\d MB in 3 requests/]) {
    assert.match(told.stdout.replace(/\s+/g, ' '), new RegExp(word.source.replace(/ \+/g, ' ')));
  }
  assert.equal(seen.length, 3);
  const { status, verdicts } = await runJson(['inspect', url, '--size', String(size), '--allow-unverified']);
  assert.equal(status, 0);
  checkVerdict(verdicts[0].verdict);
  assert.deepEqual([verdicts[0].verdict.file, verdicts[0].index.name, verdicts[0].transfer.requests], [url, 'big', 2]);

  // Of files on the disk all is at hand.
  const local = await runJson(['inspect', pathOf(big), pathOf(smallBz2), pathOf(small)]);
  assert.equal(local.status, 3);
  for (const { verdict, transfer, index, paths, about } of local.verdicts) {
    checkVerdict(verdict);
    assert.deepEqual([verdict.reasons, transfer, index.name], [['no digest'], null, verdict.package.name]);
    assert.ok(!notChecked(verdict).includes('files-listed') && !notChecked(verdict).includes('coherence'));
    assert.ok(paths.length > 0 && typeof about === 'object');
  }
  const shown = await run(['inspect', pathOf(small)]);
  assert.match(shown.stdout, /hello 1\.0/);
  assert.doesNotMatch(shown.stdout, /request|coherence|fetched|parts/);
  const short = await served(t, undefined, bytesOf(small), '/hello-1.0-pyh0_0.conda');
  assert.match((await run(['inspect', short.url])).stdout.replace(/\s+/g, ' '), /in 2 requests, all of it: it is short/);
  assert.match((await run(['inspect', '--help'])).stdout, /Exit status: 3 where all is well/);

  assert.equal((await run(['inspect', url, '--size', '7'])).status, 1);
  assert.equal((await run(['inspect', `${url}x`])).status, 4);
  assert.equal((await run(['inspect', '/nowhere/x-1-0.conda'])).status, 4);
  for (const args of [['inspect'], ['inspect', '-'], ['inspect', url, '--size', 'x'], ['inspect', url, '--sha256', '0'], ['inspect', url, url, '--size', '1'], ['inspect', url, '--state', 'x']]) {
    assert.equal((await run(args)).status, 2, args.join(' '));
  }
});
