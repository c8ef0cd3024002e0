// mambajs solves and installs into an Emscripten filesystem from a channel on this machine; the
// files come from `verifiedUntarjs`, and what is not verified stops the installation.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

import { MemoryStore, PackageRejected, Verifier, VerifierError } from 'conda-verifier';
import { verifiedFetch } from 'conda-verifier/fetch';
import { verifiedUntarjs } from 'conda-verifier/untarjs';

import { contentOf, edited, EmscriptenChannel, flipped, HELLO, nameOf, NEWER, only, PYTHON } from './support/emscripten.mjs';
import { files, FS, installed, listing, mambajs, Module, plainUntarjs, python, removed, solved } from './support/mambajs.mjs';
import { install, installed as packageFolder } from './support/places.mjs';
import { tar, zipOf } from './support/rezip.mjs';
import { bytesOf, fixtures, sha256 } from './support/samples.mjs';
import { serve } from './support/server.mjs';
import { attacked, attackOf, failure, honest, now, pinned } from './support/trust.mjs';

/** An installer of a channel, whose root is pinned. */
async function ready(t, channel, { store, ...options } = {}) {
  const url = await channel.served(t);
  const verifier = await Verifier.create({ trustedRoot: channel.root });
  const reports = [];
  const place = { url, verifier, ...(store === undefined ? {} : { store }) };
  const untarjs = verifiedUntarjs({ channels: [place], onVerdict: (report) => void reports.push(report), ...options });
  return { url, verifier, untarjs, reports };
}

/** Installs `hello`, which has to fail; checks that nothing at all came into the filesystem. */
async function stopped(lock, untarjs, more) {
  const before = listing();
  const error = await failure(() => installed(lock, untarjs, more));
  assert.ok(VerifierError.isVerifierError(error), error.stack);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(listing(), before);
  return error;
}

test('an honest channel installs, and Python imports the package', async (t) => {
  const channel = new EmscriptenChannel();
  const { url, untarjs, reports } = await ready(t, channel);
  const before = files();
  const lock = await solved(url, 'hello');
  assert.deepEqual(Object.keys(lock.packages).sort(), [NEWER, PYTHON].map(nameOf));
  const done = await installed(lock, untarjs);
  assert.equal(done.untarjs, untarjs);
  assert.equal(python.runPython('import hello; hello.greet("verified world")'), 'hello, verified world');
  assert.equal(python.runPython('hello.__file__'), '/lib/python3.14/site-packages/hello/__init__.py');
  assert.deepEqual(
    reports.map(({ kind, url: at, status, refused, verdict }) => [kind, at, status, refused, verdict.trust.basis]).sort(),
    [PYTHON, NEWER].map((path) => ['package', `${url}/${path}`, 'verified', false, 'tuf']).sort(),
  );
  // A link to a library is a copy, in which the prefix was replaced too.
  assert.deepEqual(FS.readFile('/lib/libhello.so'), FS.readFile('/lib/libhello.so.1.0'));
  assert.ok(!Buffer.from(FS.readFile('/bin/hello')).includes('placehold'));
  for (const name of ['python3', 'python']) assert.deepEqual(FS.readFile(`/bin/${name}`), FS.readFile('/bin/python3.14'), name);
  await removed(lock, done);
  python.runPython('import sys; del sys.modules["hello"], hello');
  assert.deepEqual(files(), before);
});

test('the same with .tar.bz2, under content trust and with mambajs’ own records of what is installed', async (t) => {
  const url = await serve(t, { '/channel/*': (_, response, path) => {
    const bytes = honest(path.slice('/channel/'.length));
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  } });
  const verifier = await pinned({ channel: `${url}/channel` });
  const untarjs = verifiedUntarjs({ channels: [{ url: `${url}/channel`, verifier }] });
  for (const name of ['big-2.3.4-h0_1.tar.bz2', 'big-2.3.4-h0_1.conda']) {
    const lock = lockOf(`${url}/channel`, 'noarch', { [name]: { name: 'big', version: '2.3.4', build: 'h0_1' } });
    const done = await installed(lock, untarjs, { generateCondaMeta: true });
    assert.equal(FS.stat('/share/big/zeros.bin').size, 1 << 20);
    const meta = JSON.parse(FS.readFile('/conda-meta/big-2.3.4-h0_1.json', { encoding: 'utf8' }));
    assert.deepEqual([meta.name, meta.version], ['big', '2.3.4']);
    await removed(lock, done);
  }
});

test('the recipe in the documentation runs as it stands', async (t) => {
  const channel = new EmscriptenChannel();
  const url = await channel.served(t);
  const [, code] = /^```js\n([^]*?)^```$/m.exec(readFileSync(join(packageFolder, 'browser-installer.md'), 'utf8'));
  const lock = await solved(url, 'hello');
  const printed = [];
  const given = { trustedRoot: channel.root, lock, Module, pythonVersion: [3, 14], installPackagesToEmscriptenFS: async (options) => (given.done = await mambajs.installPackagesToEmscriptenFS(options)), console: { log: (...words) => printed.push(words) } };
  globalThis.given = given;
  const names = Object.keys(given).join(', ');
  const file = join(install, 'guide-browser-installer.mjs');
  writeFileSync(file, `const { ${names} } = globalThis.given;\n${code.replace('https://example.org/channel', url)}`);
  await import(pathToFileURL(file).href);
  delete globalThis.given;
  assert.deepEqual(printed.map(([kind, status]) => `${kind} ${status}`), ['package verified', 'package verified']);
  assert.ok(FS.analyzePath('/share/hello/greetings.txt').exists);
  await removed(lock, given.done);
});

test('without the drop-in, mambajs installs what others put there', async (t) => {
  const channel = new EmscriptenChannel();
  const { url } = await ready(t, channel);
  const lock = await solved(url, 'hello');
  const hello = lockOf(url, 'noarch', { [nameOf(NEWER)]: lock.packages[nameOf(NEWER)] });
  const unlisted = fixtures.spoiled.find(({ way, file }) => way === 'unlisted-file' && file.endsWith('.conda'));
  for (const content of [contentOf(HELLO), bytesOf(unlisted.file)]) {
    channel.lies = [];
    channel.lie(NEWER, content);
    const done = await installed(hello, undefined);
    assert.ok(FS.analyzePath('/share/hello/greetings.txt').exists);
    await removed(hello, done);
  }
});

test('from another working directory than / mambajs can\'t write the files, as the documentation says', async (t) => {
  const channel = new EmscriptenChannel();
  const { url, untarjs } = await ready(t, channel);
  const lock = await solved(url, 'hello');
  const hello = lockOf(url, 'noarch', { [nameOf(NEWER)]: lock.packages[nameOf(NEWER)] });
  FS.mkdir('/elsewhere');
  FS.chdir('/elsewhere');
  try {
    await assert.rejects(installed(hello, untarjs));
    // It makes the folders there, and writes the files below the root.
    assert.ok(FS.analyzePath('/elsewhere/bin').exists);
    assert.ok(!FS.analyzePath('/bin/hello').exists);
  } finally {
    FS.chdir('/');
    const remove = (folder) => {
      for (const name of FS.readdir(folder).filter((name) => !['.', '..'].includes(name))) {
        const path = `${folder}/${name}`;
        if (FS.isDir(FS.lstat(path).mode)) remove(path);
        else FS.unlink(path);
      }
      FS.rmdir(folder);
    };
    remove('/elsewhere');
  }
});

test('with verifiedFetch in the place of fetch, the solver reads verified repodata alone', async (t) => {
  const channel = new EmscriptenChannel();
  const { url } = await ready(t, channel);
  const told = [];
  const before = globalThis.fetch;
  t.after(() => void (globalThis.fetch = before));
  const opened = async () => {
    const verifier = await Verifier.create({ trustedRoot: channel.root, channel: url });
    globalThis.fetch = verifiedFetch(verifier, { fetch: before, onVerdict: (report) => void told.push(report) });
  };
  await opened();
  const lock = await solved(url, 'hello');
  assert.deepEqual(Object.keys(lock.packages).sort(), [NEWER, PYTHON].map(nameOf));
  const read = told.filter(({ outcome, path }) => outcome === 'verified' && /repodata\.json/.test(path)).map(({ path }) => path.split('/')[0]);
  assert.deepEqual([...new Set(read)].sort(), ['emscripten-wasm32', 'noarch']);

  // Somebody takes the newer package out of what the solver reads.
  channel.lie('noarch/repodata.json', edited(contentOf('noarch/repodata.json'), only(nameOf(HELLO))));
  await opened();
  await assert.rejects(solved(url, 'hello'));
  assert.ok(told.some(({ outcome, error }) => outcome === 'refused' && error.code === 'TARGET_DIGEST_MISMATCH'), JSON.stringify(told.at(-1)));
  globalThis.fetch = before;
  assert.ok(Object.keys((await solved(url, 'hello')).packages).includes(nameOf(HELLO)), 'and without it nobody notices');
});

test('a flipped byte in a package stops the installation', async (t) => {
  const channel = new EmscriptenChannel();
  const { url, untarjs, reports } = await ready(t, channel);
  channel.lie(NEWER, flipped(contentOf(NEWER)));
  const error = await stopped(await solved(url, 'hello'), untarjs);
  assert.ok(error instanceof PackageRejected);
  assert.equal(error.code, 'SHA256_MISMATCH');
  const [report] = reports.filter(({ status }) => status === 'rejected');
  assert.deepEqual([report.url, report.refused, report.verdict], [`${url}/${NEWER}`, true, error.verdict]);
});

test('a package that was swapped for another one of the channel stops the installation', async (t) => {
  const channel = new EmscriptenChannel();
  const { url, untarjs } = await ready(t, channel);
  channel.lie(NEWER, contentOf(HELLO));
  const error = await stopped(await solved(url, 'hello'), untarjs);
  assert.ok(error instanceof PackageRejected);
  assert.equal(error.code, 'SHA256_MISMATCH');
});

for (const [way, code] of [['unlisted-file', 'FILE_UNLISTED'], ['path-traversal', 'PATH_UNSAFE']]) {
  for (const format of ['.conda', '.tar.bz2']) {
    test(`${way} in a ${format} whose record is signed stops the installation`, async (t) => {
      const { file, repodata } = fixtures.spoiled.find((one) => one.way === way && one.file.endsWith(format));
      const path = `noarch/${nameOf(file)}`;
      const channel = new EmscriptenChannel();
      channel.signPackage(path, bytesOf(file), edited(bytesOf(repodata), only(nameOf(file))));
      const { url, untarjs } = await ready(t, channel);
      const lock = await solved(url, 'hello');
      assert.ok(nameOf(file) in lock.packages);
      const error = await stopped(lock, untarjs);
      assert.ok(error instanceof PackageRejected);
      assert.equal(error.code, code);
    });
  }
}

test('a package and its record that were changed alike stop the installation', async (t) => {
  const { file, repodata } = fixtures.spoiled.find(({ way, file }) => way === 'content-changed' && file.endsWith('.conda'));
  const channel = new EmscriptenChannel();
  const { url, untarjs } = await ready(t, channel);
  channel.lie(HELLO, bytesOf(file));
  channel.lie('noarch/repodata.json', edited(bytesOf(repodata), only(nameOf(HELLO))));
  const lock = await solved(url, 'hello');
  // mambajs has been taken in.
  assert.ok(nameOf(HELLO) in lock.packages);
  const error = await stopped(lock, untarjs);
  assert.equal(error.code, 'TARGET_DIGEST_MISMATCH');
});

test('the same where records are signed one by one', async (t) => {
  const path = 'noarch/hello-1.0-pyh0_0.conda';
  const { file, repodata } = fixtures.spoiled.find(({ way, file }) => way === 'content-changed' && file.endsWith('.conda'));
  const [record] = Object.values(JSON.parse(Buffer.from(bytesOf(repodata)))['packages.conda']);
  const forged = edited(honest('noarch/repodata.json'), (name, own) => (path.endsWith(name) ? record : own));
  const files = (wanted) => {
    if (wanted === path) return bytesOf(file);
    return wanted.startsWith('noarch/repodata.json') ? (wanted.endsWith('.json') ? forged : undefined) : honest(wanted);
  };
  const url = await serve(t, { '/channel/*': (_, response, below) => {
    const bytes = files(below.slice('/channel/'.length));
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  } });
  const verifier = await pinned({ channel: `${url}/channel` });
  const untarjs = verifiedUntarjs({ channels: [{ url: `${url}/channel`, verifier }] });
  const lock = lockOf(`${url}/channel`, 'noarch', { [nameOf(path)]: { name: 'hello', version: '1.0', build: 'pyh0_0', hash: { sha256: record.sha256 } } });
  assert.equal((await stopped(lock, untarjs)).code, 'THRESHOLD_NOT_MET');
});

test('old repodata that is replayed stops the installation', async (t) => {
  const channel = new EmscriptenChannel();
  const old = edited(channel.files.get('noarch/repodata.json'), only(nameOf(HELLO)));
  channel.sign('noarch/repodata.json', old);
  channel.sign('noarch/repodata.json', edited(contentOf('noarch/repodata.json'), only(nameOf(NEWER))));
  const { url, untarjs } = await ready(t, channel);
  channel.lie('noarch/repodata.json', old);
  const lock = await solved(url, 'hello');
  assert.ok(nameOf(HELLO) in lock.packages);
  assert.equal((await stopped(lock, untarjs)).code, 'TARGET_DIGEST_MISMATCH');
  // To mambajs alone: a package that the channel took back since then.
  channel.lies = [];
  assert.equal((await stopped(lock, untarjs)).code, 'RECORD_MISSING');
});

test('old roles that are replayed with it stop the installation of whoever has seen newer ones', async (t) => {
  const channel = new EmscriptenChannel();
  const store = new MemoryStore();
  const before = new Map(channel.repository.files);
  channel.sign('noarch/repodata.json', edited(contentOf('noarch/repodata.json'), only(nameOf(NEWER))));
  const { url, verifier } = await ready(t, channel, { store });
  await verifier.refresh(fetch, { mirrors: [url], store });
  channel.repository.files = before;
  channel.files.set('noarch/repodata.json', contentOf('noarch/repodata.json'));
  const again = await Verifier.create({ trustedRoot: channel.root });
  const untarjs = verifiedUntarjs({ channels: [{ url, verifier: again, store }] });
  assert.equal((await stopped(await solved(url, 'hello'), untarjs)).code, 'ROLE_ROLLBACK');
});

test('a channel that nobody signs is refused, unless one asks for it', async (t) => {
  const channel = new EmscriptenChannel();
  const url = await channel.served(t);
  const lock = await solved(url, 'hello');
  const reports = [];
  const channels = async () => [{ url, verifier: await Verifier.create() }];
  const onVerdict = ({ status, refused }) => void reports.push([status, refused]);
  const strict = verifiedUntarjs({ channels: await channels(), onVerdict });
  const error = await stopped(lock, strict);
  assert.deepEqual([error.code, error.details.reasons], ['UNVERIFIED', ['unsigned']]);
  assert.ok(reports.every(([status, refused]) => status === 'unverified' && refused));
  reports.length = 0;
  const lenient = verifiedUntarjs({ channels: await channels(), onVerdict, allowUnverified: true });
  await removed(lock, await installed(lock, lenient));
  assert.deepEqual(reports, [['unverified', false], ['unverified', false]]);
  // What its repodata says is compared all the same.
  channel.lie(NEWER, flipped(contentOf(NEWER)));
  assert.equal((await stopped(lock, verifiedUntarjs({ channels: await channels(), allowUnverified: true }))).code, 'SHA256_MISMATCH');
});

test('a wheel passes through where there is something that unpacks it, and is listed as not verified', async (t) => {
  const wheel = zipOf({ 'wheely.py': 'answer = 42\n', 'wheely-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\n', 'wheely-1.0.dist-info/METADATA': 'Name: wheely\n' });
  const channel = new EmscriptenChannel();
  const files = await serve(t, { '/wheely-1.0-py3-none-any.whl': (_, response) => response.writeHead(200).end(wheel) });
  const { url, verifier, untarjs } = await ready(t, channel);
  const lock = { ...(await solved(url, 'hello')), pipPackages: { 'wheely-1.0-py3-none-any.whl': { name: 'wheely', version: '1.0', url: `${files}/wheely-1.0-py3-none-any.whl`, registry: 'PyPi' } } };
  assert.equal((await stopped(lock, untarjs)).code, 'UNVERIFIED');
  const reports = [];
  const passing = verifiedUntarjs({
    channels: [{ url, verifier }],
    unpack: await plainUntarjs(),
    allowWheels: true,
    onVerdict: ({ kind, status, refused }) => void reports.push([kind, status, refused].join(' ')),
  });
  const done = await installed(lock, passing);
  assert.equal(python.runPython('import wheely; wheely.answer'), 42);
  assert.deepEqual(reports.sort(), ['package verified false', 'package verified false', 'wheel unverified false']);
  await removed(lock, done);
});

test('what only looks like a wheel is refused', async (t) => {
  const dist = { 'x-1.dist-info/WHEEL': '' };
  const bad = {
    traversal: { ...dist, '../../../lib/libhello.so': '' },
    absolute: { ...dist, '/etc/passwd': '' },
    rooted: { ...dist, 'conda-meta/x.json': '{}' },
    halves: { ...dist, 'pkg-x.tar.zst': 'x', 'info-x.tar.zst': 'x' },
    none: { 'x.py': '' },
  };
  const channel = new EmscriptenChannel();
  const { untarjs } = await ready(t, channel, { unpack: await plainUntarjs(), allowWheels: true });
  for (const [name, files] of Object.entries(bad)) {
    const error = await failure(() => untarjs.extractData(zipOf(files)));
    assert.equal(error.code, 'UNVERIFIED', name);
  }
  const error = await failure(() => mambajs.untarCondaPackage({ url: 'x.conda', data: contentOf(NEWER), untarjs }));
  assert.equal(error.code, 'UNVERIFIED');
});

test('a site that was built with its packages: by a manifest, and not without', async (t) => {
  const site = new Map(Object.entries({
    'packages/hello-1.1-pyh0_0.conda': contentOf(NEWER),
    'packages/python-3.14.0-0.tar.bz2': contentOf('emscripten-wasm32/python-3.14.0-0.tar.bz2'),
    'packages/packed-2-0.tar.gz': gzipSync(tar({ 'share/packed/data.txt': Buffer.from('packed\n') })),
    'packages/mount_0.tar.gz': gzipSync(tar({ 'home/notes.txt': Buffer.from('notes\n') })),
    'packages/wheely-1.0-py3-none-any.whl': Buffer.from(zipOf({ 'wheely.py': 'answer = 42\n', 'wheely-1.0.dist-info/WHEEL': '' })),
  }));
  const manifest = () => ({ version: 1, files: Object.fromEntries([...site].map(([path, bytes]) => [path, { size: bytes.length, sha256: sha256(bytes) }])) });
  const url = await serve(t, { '/site/*': (_, response, path) => {
    const bytes = site.get(path.slice('/site/'.length));
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  } });
  const packages = [...site.keys()].filter((path) => !path.includes('mount')).map((path) => {
    const filename = nameOf(path);
    const [name, version, build] = filename.replace(/\.(conda|tar\.\w+|whl)$/, '').split('-');
    return { name, version, build, channel: filename.endsWith('.whl') ? 'PyPi' : 'conda-forge', filename };
  });
  const empackEnvMeta = { prefix: '/', channels: ['conda-forge'], packages, mounts: [{ name: 'mount_0', filename: 'mount_0.tar.gz' }] };
  const verifier = await Verifier.create();
  const unpack = await plainUntarjs();
  const reports = [];
  const onVerdict = ({ kind, status, refused }) => void reports.push([kind, status, refused].join(' '));
  const boot = (files, meta = empackEnvMeta) => mambajs.bootstrapEmpackPackedEnvironment({
    empackEnvMeta: meta, Module, pythonVersion: [3, 14], pkgRootUrl: `${url}/site/packages`,
    untarjs: verifiedUntarjs({ folders: [{ url: `${url}/site`, manifest: files, verifier }], unpack, onVerdict }),
  });
  const before = files();
  const kept = manifest();
  const { lock, ...done } = await boot(kept);
  // There is no digest in such a lock.
  assert.ok(Object.values(lock.packages).every(({ hash }) => hash === undefined));
  assert.equal(FS.readFile('/home/notes.txt', { encoding: 'utf8' }), 'notes\n');
  assert.equal(FS.readFile('/share/packed/data.txt', { encoding: 'utf8' }), 'packed\n');
  assert.equal(python.runPython('import wheely, hello; hello.greet("site")'), 'hello, site');
  assert.deepEqual(reports.sort(), ['archive verified false', 'archive verified false', 'package verified false', 'package verified false', 'wheel verified false']);
  await removed(lock, done);
  FS.unlink('/home/notes.txt');
  python.runPython('import sys; del sys.modules["hello"], hello, sys.modules["wheely"], wheely');
  assert.deepEqual(files(), before);
  // No manifest, and somebody else's channel: refused.
  const other = await pinned();
  const none = verifiedUntarjs({ channels: [{ url: `${url}/channel`, verifier: other }], unpack });
  const error = await failure(() => mambajs.bootstrapEmpackPackedEnvironment({ empackEnvMeta, Module, pkgRootUrl: `${url}/site/packages`, untarjs: none }));
  assert.equal(error.code, 'REQUEST_REFUSED');
  const isWheel = ({ filename }) => filename.endsWith('.whl');
  for (const [path, content] of site) {
    site.set(path, flipped(content));
    // mambajs fetches wheels itself, and asks for them later than for everything else.
    const some = packages.filter((one) => isWheel(one) === path.endsWith('.whl'));
    const error = await failure(() => boot(kept, { ...empackEnvMeta, packages: some }));
    // Of bytes without a name nothing is known, if they are others.
    assert.equal(error.code, path.endsWith('.whl') ? 'UNVERIFIED' : 'SHA256_MISMATCH', path);
    site.set(path, content);
    // It unpacks what is mounted before it looks at the packages.
    assert.deepEqual(files().filter((file) => path.includes('mount') || !file.startsWith('/home/notes.txt ')), before, path);
    if (FS.analyzePath('/home/notes.txt').exists) FS.unlink('/home/notes.txt');
  }
  const { 'packages/hello-1.1-pyh0_0.conda': _, ...fewer } = kept.files;
  assert.equal((await failure(() => boot({ version: 1, files: fewer }, { ...empackEnvMeta, packages: packages.filter((one) => !isWheel(one)) }))).code, 'UNVERIFIED');
  FS.unlink('/home/notes.txt');
  assert.deepEqual(files(), before);
});

/** A lock as one that was made elsewhere. */
function lockOf(url, subdir, packages) {
  const all = Object.entries(packages).map(([name, facts]) => [name, { ...facts, subdir, channel: url }]);
  return { channelInfo: { [url]: [{ url, protocol: 'https' }] }, channels: [url], packages: Object.fromEntries(all), pipPackages: {} };
}
