// `verifiedUntarjs` by itself: what it fetches, what it hands over, what it refuses.
import assert from 'node:assert/strict';
import test from 'node:test';

import { PackageRejected, Verifier, VerifierError } from 'conda-verifier';
import { verifiedFetch } from 'conda-verifier/fetch';
import { readManifest } from 'conda-verifier/manifest';
import { verifiedUntarjs } from 'conda-verifier/untarjs';
import { VerifierPool, VerifierWorker } from 'conda-verifier/worker';

import { inDays } from '../tuf-conformance/simulator/repository.mjs';
import { contentOf, edited, EmscriptenChannel, flipped, HELLO, nameOf, NEWER, only, PYTHON } from './support/emscripten.mjs';
import { withPlaceholder } from './support/rezip.mjs';
import { sha256 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { failure } from './support/trust.mjs';

const URL_OF = 'https://one.example/channel';
const never = () => assert.fail('it was called');

/** A fetcher over channels by the names of their hosts; notes what was asked for. */
function fetching(hosts, asked = []) {
  return async (url) => {
    const [, host, path] = /^https:\/\/(\w+)\.example\/channel\/(.*)$/.exec(String(url));
    asked.push(`${host} ${path}`);
    const bytes = await hosts[host](path);
    return bytes === undefined ? new Response('', { status: 404 }) : new Response(bytes);
  };
}

async function ready(channel, { hosts = { one: channel.at }, place = {}, asked = [], ...options } = {}) {
  const verifier = await Verifier.create({ trustedRoot: channel.root });
  const reports = [];
  const untarjs = verifiedUntarjs({
    channels: [{ url: URL_OF, verifier, ...place }],
    fetch: fetching(hosts, asked),
    onVerdict: (report) => void reports.push(report),
    ...options,
  });
  return { untarjs, reports, verifier };
}

test('a .conda comes in halves, and a .tar.bz2 as a whole', async () => {
  const channel = new EmscriptenChannel();
  const { untarjs, reports } = await ready(channel);
  const outer = await untarjs.extract(`${URL_OF}/${HELLO}`);
  assert.deepEqual(Object.keys(outer).map((name) => name.split('-')[0]).sort(), ['info', 'pkg']);
  const [info, pkg] = ['info', 'pkg'].map((half) => outer[Object.keys(outer).find((name) => name.startsWith(`${half}-`))]);
  assert.ok(info.byteLength > 0 && pkg.byteLength > 0);
  const halves = { info: await untarjs.extractData(info), pkg: await untarjs.extractData(pkg, false) };
  assert.ok(Object.keys(halves.info).every((path) => path.startsWith('info/')));
  assert.ok(Object.keys(halves.pkg).every((path) => !path.startsWith('info/')));
  const whole = await untarjs.extract(`${URL_OF}/${HELLO.replace('.conda', '.tar.bz2')}`);
  const both = { ...halves.info, ...halves.pkg };
  assert.deepEqual(Object.keys(whole).sort(), Object.keys(both).sort());
  for (const path of Object.keys(halves.pkg)) assert.deepEqual(whole[path], both[path], path);
  const listed = new Map(JSON.parse(new TextDecoder().decode(halves.info['info/paths.json'])).paths.map((entry) => [entry._path, entry.sha256]));
  for (const [path, bytes] of Object.entries(halves.pkg)) assert.equal(sha256(bytes), listed.get(path), path);
  // What an installer moves about stays where it was for the next one.
  delete halves.pkg['bin/hello'];
  assert.ok('bin/hello' in (await untarjs.extractData(pkg)));
  for (const { kind, status, verdict, refused, mirrors } of reports) {
    checkVerdict(verdict);
    assert.deepEqual([kind, status, verdict.trust.basis, refused, mirrors], ['package', 'verified', 'tuf', false, []]);
  }
  assert.equal(reports.length, 2);
  assert.ok(Object.isFrozen(reports[0]) && Object.isFrozen(reports[0].lost));
});

test('nobody can make up the half of a package', async () => {
  const { untarjs } = await ready(new EmscriptenChannel(), { allowWheels: true, unpack: { extract: never, extractData: never } });
  const [half] = Object.values(await untarjs.extract(`${URL_OF}/${HELLO}`));
  for (const data of [half.slice(), new Uint8Array(half.buffer), contentOf(HELLO).subarray(10), new Uint8Array(), contentOf(HELLO.replace('.conda', '.tar.bz2'))]) {
    const error = await failure(() => untarjs.extractData(data));
    assert.equal(error.code, 'UNVERIFIED', `${data.length} bytes`);
  }
  assert.equal((await failure(() => untarjs.extractData(contentOf(HELLO), true))).code, 'UNVERIFIED');
  for (const data of [undefined, null, 'text', {}]) {
    assert.equal((await failure(() => untarjs.extractData(data))).code, 'ARGUMENT_INVALID', String(data));
  }
});

test('links are copies where they can be, and all that is lost is told', async () => {
  const { untarjs, reports } = await ready(new EmscriptenChannel());
  const files = await untarjs.extract(`${URL_OF}/${PYTHON.replace('.conda', '.tar.bz2')}`);
  for (const path of ['bin/python3', 'bin/python']) assert.deepEqual(files[path], files['bin/python3.14'], path);
  assert.ok(!('bin/lib' in files) && !('share/python/empty' in files));
  const [{ lost }] = reports;
  const byPath = (a, b) => (a.path < b.path ? -1 : 1);
  assert.deepEqual({ ...lost, links: [...lost.links].sort(byPath) }, {
    links: [
      { type: 'symlink', path: 'bin/lib', target: '../lib', as: 'nothing' },
      { type: 'symlink', path: 'bin/python', target: 'python3', as: 'copy' },
      { type: 'hardlink', path: 'bin/python3', target: 'bin/python3.14', as: 'copy' },
    ],
    executables: ['bin/python3.14'],
    directories: ['share/python/empty'],
    files: [],
  });
});

test('URLs that are of no channel, or could be read in two ways, are refused before anything is fetched', async () => {
  const channel = new EmscriptenChannel();
  const { untarjs } = await ready(channel, { fetch: never });
  const urls = [
    'https://two.example/channel/noarch/hello-1.0-pyh0_0.conda',
    'http://one.example/channel/noarch/hello-1.0-pyh0_0.conda',
    'https://one.example:444/channel/noarch/hello-1.0-pyh0_0.conda',
    'https://one.example.evil.example/channel/noarch/hello-1.0-pyh0_0.conda',
    'https://user@one.example/channel/noarch/hello-1.0-pyh0_0.conda',
    'https://one.example/channels/noarch/hello-1.0-pyh0_0.conda',
    'https://one.example/channel/hello-1.0-pyh0_0.conda',
    'https://one.example/channel/a/noarch/hello-1.0-pyh0_0.conda',
    'https://one.example/channel/noarch/',
    'https://one.example/channel/noarch//hello-1.0-pyh0_0.conda',
    'https://one.example/channel//hello-1.0-pyh0_0.conda',
    'https://one.example/channel/../channel/noarch/hello-1.0-pyh0_0.conda',
    'https://one.example/channel/noarch/./hello-1.0-pyh0_0.conda',
    'https://one.example/channel/noarch/%2e%2e/hello-1.0-pyh0_0.conda',
    'https://one.example/channel/noarch%2Fhello-1.0-pyh0_0.conda',
    'https://one.example/channel/noarch/x%5Chello-1.0-pyh0_0.conda',
    'https://one.example/channel\\noarch\\hello-1.0-pyh0_0.conda',
    'https://one.example/channel/noarch/hello-1.0-pyh0_0.conda?x=1',
    'https://one.example/channel/noarch/hello-1.0-pyh0_0.conda?',
    'https://one.example/channel/noarch/hello-1.0-pyh0_0.conda#x',
    'https://one.example/channel/noarch/hello-1.0-pyh0_0.conda\n',
    ' https://one.example/channel/noarch/hello-1.0-pyh0_0.conda',
    'https://one.example/channel/noarch/hello%zz.conda',
    'https://one.example/channel/noarch/hello%00.conda',
    'https://pypi.example/x-1-py3-none-any.whl',
    'noarch/hello-1.0-pyh0_0.conda',
    'data:,x',
    '',
    undefined,
  ];
  for (const url of urls) {
    const error = await failure(() => untarjs.extract(url));
    assert.equal(error.code, 'REQUEST_REFUSED', String(url));
  }
  // Other spellings of the same letters are the same.
  const { untarjs: plain } = await ready(channel);
  assert.ok(await plain.extract('HTTPS://One.example:443/channel/noarch/hello-1.0-pyh0%5f0.conda'));
});

test('a mirror that serves a wrong byte is passed over and told', async () => {
  const channel = new EmscriptenChannel();
  const bad = (path) => (path.endsWith('.conda') ? flipped(channel.at(path)) : channel.at(path));
  const { untarjs, reports } = await ready(channel, {
    hosts: { bad, good: channel.at, one: never },
    place: { mirrors: ['https://bad.example/channel', 'https://good.example/channel'] },
  });
  await untarjs.extract(`${URL_OF}/${HELLO}`);
  assert.deepEqual(reports.map(({ status, mirrors }) => [status, mirrors.map(({ code }) => code)]), [['verified', ['SHA256_MISMATCH']]]);
});

test('a package that is newer than the repodata here is looked for in newer repodata, once', async () => {
  const channel = new EmscriptenChannel();
  channel.sign('noarch/repodata.json', edited(contentOf('noarch/repodata.json'), only(nameOf(HELLO))));
  const asked = [];
  const { untarjs } = await ready(channel, { asked });
  await untarjs.extract(`${URL_OF}/${HELLO}`);
  assert.equal(asked.filter((path) => path.endsWith('repodata.json')).length, 1);
  channel.sign('noarch/repodata.json', contentOf('noarch/repodata.json'));
  const names = [NEWER, NEWER.replace('.conda', '.tar.bz2')];
  await Promise.all(names.map((path) => untarjs.extract(`${URL_OF}/${path}`)));
  assert.equal(asked.filter((path) => path.endsWith('repodata.json')).length, 2);
  const error = await failure(() => untarjs.extract(`${URL_OF}/noarch/nowhere-1-0.conda`));
  assert.equal(error.code, 'RECORD_MISSING');
  assert.equal(asked.filter((path) => path.endsWith('repodata.json')).length, 3);
});

test('roles that have expired since are refreshed', async () => {
  const channel = new EmscriptenChannel();
  const { timestamp } = channel.repository;
  timestamp.expires = inDays(1);
  channel.repository.releaseTimestamp();
  let days = 0;
  const verifier = await Verifier.create({ trustedRoot: channel.root, now: () => Date.now() + days * 86_400_000 });
  const untarjs = verifiedUntarjs({ channels: [{ url: URL_OF, verifier }], fetch: fetching({ one: channel.at }) });
  assert.ok(await untarjs.extract(`${URL_OF}/${HELLO}`));
  days = 2;
  assert.equal((await failure(() => untarjs.extract(`${URL_OF}/${HELLO}`))).code, 'EXPIRED');
  timestamp.expires = inDays(10);
  channel.repository.releaseTimestamp();
  assert.ok(await untarjs.extract(`${URL_OF}/${HELLO}`));
});

test('a subdir that is first needed later, when roles have expired or are others', async () => {
  for (const isExpired of [true, false]) {
    const channel = new EmscriptenChannel();
    const { timestamp } = channel.repository;
    timestamp.expires = inDays(1);
    channel.repository.releaseTimestamp();
    let days = 0;
    const verifier = await Verifier.create({ trustedRoot: channel.root, now: () => Date.now() + days * 86_400_000 });
    const untarjs = verifiedUntarjs({ channels: [{ url: URL_OF, verifier }], fetch: fetching({ one: channel.at }) });
    assert.ok(await untarjs.extract(`${URL_OF}/${HELLO}`));
    if (isExpired) days = 2;
    timestamp.expires = inDays(10);
    if (isExpired) channel.repository.releaseTimestamp();
    // The server has no more of it than there is now.
    else channel.sign('emscripten-wasm32/repodata.json', Buffer.concat([contentOf('emscripten-wasm32/repodata.json'), Buffer.from('\n')]));
    for (const path of channel.repository.files.keys()) {
      if (!isExpired && /^targets\/.*repodata/.test(path)) channel.repository.files.delete(path);
    }
    assert.ok(await untarjs.extract(`${URL_OF}/${PYTHON}`), String(isExpired));
  }
});

test('a page whose fetch verifies, by the same verifier, does not wait for itself', async (t) => {
  const channel = new EmscriptenChannel();
  for (const Kind of [Verifier, VerifierWorker]) {
    const verifier = await Kind.create({ trustedRoot: channel.root, channel: URL_OF });
    const { fetch: before } = globalThis;
    t.after(() => (globalThis.fetch = before));
    const asked = [];
    const told = [];
    globalThis.fetch = verifiedFetch(verifier, { fetch: fetching({ one: channel.at }, asked), onVerdict: ({ path }) => told.push(path) });
    try {
      const untarjs = verifiedUntarjs({ channels: [{ url: URL_OF, verifier }], timeout: 3000 });
      assert.ok(await untarjs.extract(`${URL_OF}/${HELLO}`));
      // What the verifier fetches it verifies itself; all else is verified before it comes.
      assert.deepEqual(told, []);
      assert.ok(asked.includes(`one ${HELLO}`));
      channel.lie(HELLO, flipped(contentOf(HELLO)));
      assert.equal((await failure(() => untarjs.extract(`${URL_OF}/${HELLO}`))).code, 'SHA256_MISMATCH');
      assert.equal((await failure(() => fetch(`${URL_OF}/${HELLO}`))).code, 'SHA256_MISMATCH');
      assert.equal((await fetch(`${URL_OF}/${NEWER}`)).status, 200);
      assert.deepEqual(told, [HELLO, NEWER]);
    } finally {
      globalThis.fetch = before;
      verifier.free();
      channel.lies = [];
    }
  }
});

test('a signal of a verifier opens nothing but what it was made for', async () => {
  const channel = new EmscriptenChannel();
  const verifier = await Verifier.create({ trustedRoot: channel.root, channel: URL_OF });
  channel.lie(NEWER, flipped(contentOf(NEWER)));
  const verified = verifiedFetch(verifier, { fetch: fetching({ one: channel.at }) });
  const codes = [];
  const untarjs = verifiedUntarjs({
    channels: [{ url: URL_OF, verifier }],
    fetch: async (url, options) => {
      if (url.href.endsWith(nameOf(HELLO))) codes.push((await failure(() => verified(`${URL_OF}/${NEWER}`, options))).code);
      return fetching({ one: channel.at })(url);
    },
  });
  assert.ok(await untarjs.extract(`${URL_OF}/${HELLO}`));
  assert.deepEqual(codes, ['SHA256_MISMATCH']);
});

test('verifiers in workers will do', async () => {
  const channel = new EmscriptenChannel();
  for (const Kind of [VerifierWorker, VerifierPool]) {
    const verifier = await Kind.create({ trustedRoot: channel.root });
    const reports = [];
    const untarjs = verifiedUntarjs({
      channels: [{ url: URL_OF, verifier }],
      fetch: fetching({ one: channel.at }),
      onVerdict: ({ status, lost }) => void reports.push([status, lost?.links.length]),
    });
    try {
      const files = await untarjs.extract(`${URL_OF}/${HELLO.replace('.conda', '.tar.bz2')}`);
      assert.ok('site-packages/hello/__init__.py' in files && 'info/index.json' in files);
      channel.lie(HELLO, flipped(contentOf(HELLO)));
      const error = await failure(() => untarjs.extract(`${URL_OF}/${HELLO}`));
      assert.ok(error instanceof PackageRejected);
      assert.deepEqual([error.code, reports], ['SHA256_MISMATCH', [['verified', 1], ['rejected', undefined]]]);
    } finally {
      verifier.free();
      channel.lies = [];
    }
  }
});

test('a file by a name that no plain object has is left out, and told', async () => {
  const bytes = withPlaceholder('__proto__', Buffer.from('/placeholder/x'), '/placeholder');
  const manifest = { version: 1, files: { 'placed-1-0.conda': { size: bytes.length, sha256: sha256(bytes) } } };
  const reports = [];
  const untarjs = verifiedUntarjs({
    folders: [{ url: URL_OF, manifest, verifier: await Verifier.create() }],
    fetch: fetching({ one: () => bytes }),
    onVerdict: (report) => void reports.push(report),
  });
  const byUrl = await untarjs.extract(`${URL_OF}/placed-1-0.conda`);
  // Bytes are known by their digest too.
  const byBytes = await untarjs.extractData(bytes);
  for (const outer of [byUrl, byBytes]) {
    const pkg = await untarjs.extractData(outer[Object.keys(outer).find((name) => name.startsWith('pkg-'))]);
    assert.deepEqual(Object.keys(pkg), []);
    assert.equal(Object.getPrototypeOf(pkg), null);
  }
  assert.deepEqual(reports.map(({ url, status, verdict, lost }) => [url, status, verdict.trust.basis, lost.files]), [
    [`${URL_OF}/placed-1-0.conda`, 'verified', 'caller-digest', ['__proto__']],
    [null, 'verified', 'caller-digest', ['__proto__']],
  ]);
});

test('a server that is down is asked again', async () => {
  const channel = new EmscriptenChannel();
  let isDown = true;
  const { untarjs } = await ready(channel, { hosts: { one: (path) => (isDown ? Promise.reject(new Error('no route')) : channel.at(path)) } });
  const error = await failure(() => untarjs.extract(`${URL_OF}/${HELLO}`));
  assert.ok(['NETWORK_FAILED', 'ROLE_UNAVAILABLE'].includes(error.code), error.code);
  isDown = false;
  assert.ok(await untarjs.extract(`${URL_OF}/${HELLO}`));
});

test('what is unpacked at the same time is handed over together, or not at all', async () => {
  const channel = new EmscriptenChannel();
  channel.lie(NEWER, flipped(contentOf(NEWER)));
  for (const together of [true, false]) {
    const { untarjs, reports } = await ready(channel, { together });
    const results = await Promise.allSettled([HELLO, NEWER, PYTHON].map((path) => untarjs.extract(`${URL_OF}/${path}`)));
    assert.deepEqual(results.map(({ status }) => status), together ? Array(3).fill('rejected') : ['fulfilled', 'rejected', 'fulfilled']);
    for (const { reason } of results) assert.ok(reason === undefined || (reason instanceof PackageRejected && reason.code === 'SHA256_MISMATCH'));
    // The next ones begin anew.
    await untarjs.extract(`${URL_OF}/${HELLO}`);
    assert.equal(reports.filter(({ refused }) => refused).length, 1);
  }
});

test('a signal ends it', async () => {
  const channel = new EmscriptenChannel();
  const controller = new AbortController();
  const { untarjs } = await ready(channel, { signal: controller.signal, hosts: { one: () => new Promise(() => {}) } });
  const call = untarjs.extract(`${URL_OF}/${HELLO}`);
  controller.abort(new Error('enough'));
  await assert.rejects(call, { message: 'enough' });
  await assert.rejects(untarjs.extractData(new Uint8Array(4)), { message: 'enough' });
});

test('what onVerdict throws stops the package', async () => {
  const { untarjs } = await ready(new EmscriptenChannel(), { onVerdict: () => { throw new Error('not here'); } });
  await assert.rejects(untarjs.extract(`${URL_OF}/${HELLO}`), { message: 'not here' });
});

test('a manifest is read strictly', async () => {
  const verifier = await Verifier.create();
  const file = { size: 1, sha256: '0'.repeat(64) };
  const made = (manifest) => () => verifiedUntarjs({ folders: [{ url: URL_OF, manifest, verifier }] });
  const good = { version: 1, files: { 'a/b.conda': file } };
  const text = JSON.stringify(good);
  for (const manifest of [good, text, Buffer.from(text), readManifest(text)]) made(manifest)();
  const bad = [
    undefined, null, [], {}, { version: 1 }, { files: {} }, { version: 2, files: {} }, { version: '1', files: {} },
    { version: 1, files: [] }, { version: 1, files: {}, more: 1 }, { version: 1, files: { '../x': file } },
    { version: 1, files: { '/x': file } }, { version: 1, files: { '': file } }, { version: 1, files: { 'a//b': file } },
    { version: 1, files: { 'a\\b': file } }, { version: 1, files: { './a': file } }, { version: 1, files: { a: null } },
    { version: 1, files: { a: {} } }, { version: 1, files: { a: { ...file, md5: '' } } }, { version: 1, files: { a: { ...file, size: -1 } } },
    { version: 1, files: { a: { ...file, size: '1' } } }, { version: 1, files: { a: { ...file, size: 2 ** 53 } } },
    { version: 1, files: { a: { ...file, sha256: 'A'.repeat(64) } } }, { version: 1, files: { a: { ...file, sha256: '0'.repeat(63) } } },
    JSON.parse('{"version": 1, "files": {}, "__proto__": {}}'), '{"version": 1, "files": {}, "files": {}}', text.slice(1),
  ];
  for (const manifest of bad) {
    assert.throws(made(manifest), (error) => VerifierError.isVerifierError(error) && error.code === 'MANIFEST_INVALID', JSON.stringify(manifest));
  }
});

test('a file longer than its manifest says is cut there, and refused', async () => {
  const verifier = await Verifier.create();
  const content = contentOf(HELLO);
  const file = { size: content.length, sha256: sha256(content) };
  const manifest = { version: 1, files: { 'x/hello-1.0-pyh0_0.conda': file, 'x.tar.gz': file } };
  let sent = 0;
  const endless = async () => new Response(new ReadableStream({ pull: (controller) => { sent += 65536; controller.enqueue(new Uint8Array(65536)); } }));
  const untarjs = verifiedUntarjs({ folders: [{ url: URL_OF, manifest, verifier }], fetch: endless, unpack: { extract: never, extractData: never } });
  for (const path of Object.keys(manifest.files)) {
    assert.equal((await failure(() => untarjs.extract(`${URL_OF}/${path}`))).code, 'SIZE_MISMATCH', path);
  }
  assert.ok(sent < 2 ** 20, String(sent));
  assert.equal((await failure(() => untarjs.extract(`${URL_OF}/other.conda`))).code, 'UNVERIFIED');
});

test('options that are misspelled or wrong are told', async () => {
  const verifier = await Verifier.create();
  const channel = { url: URL_OF, verifier };
  const bad = [
    undefined, {}, { channels: [] }, { channels: channel }, { channels: [channel], allowUnverfied: true },
    { channels: [{ url: URL_OF }] }, { channels: [{ verifier }] }, { channels: [{ ...channel, mirror: [] }] },
    { channels: [{ ...channel, url: 'conda-forge' }] }, { channels: [{ ...channel, url: `${URL_OF}?x` }] },
    { channels: [channel, { url: 'https://two.example/', verifier }] },
    { channels: [channel, { url: `${URL_OF}/`, verifier: await Verifier.create() }] },
    { channels: [channel], fetch: 'fetch' }, { channels: [channel], onVerdict: true }, { channels: [channel], unpack: {} },
    { channels: [channel], allowUnverified: 'yes' }, { channels: [channel], allowWheels: 1 }, { channels: [channel], together: 0 },
    { channels: [channel], allowWheels: true },
    { channels: [channel], timeout: 0 }, { channels: [channel], signal: {} }, { folders: [{ url: URL_OF, verifier, manifests: {} }] },
  ];
  for (const options of bad) {
    assert.throws(() => verifiedUntarjs(options), (error) => error.code === 'ARGUMENT_INVALID', JSON.stringify(options));
  }
  assert.throws(() => verifiedUntarjs({ channels: [channel], allowUnverfied: true }), { message: /did you mean allowUnverified/ });
});

test('its functions are taken out of the object, as installers do', async () => {
  const { untarjs } = await ready(new EmscriptenChannel());
  const { extract, extractData } = untarjs;
  assert.ok(Object.isFrozen(untarjs));
  const [half] = Object.values(await extract(`${URL_OF}/${HELLO}`));
  assert.ok(await extractData(half));
});
