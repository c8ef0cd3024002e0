// verifyInstalled and inspectInstalled: what is installed, against manifest and archive.
import assert from 'node:assert/strict';
import test from 'node:test';

import { InstalledRejected, Verifier, VerifierError } from 'conda-verifier';

import { archive, linked, listing, names, prefix } from './support/installed.mjs';
import { withPlaceholder } from './support/rezip.mjs';
import { bytesOf, errorCodes, sha256 } from './support/samples.mjs';
import { checkInstalled } from './support/schema.mjs';

const bytes = bytesOf(archive);
const vouched = { original: bytes, expected: { sha256: sha256(bytes), fileName: 'hello-1.0-pyh0_0.conda' } };
const place = { prefix, platform: 'linux-64' };

test('without the archive what is installed is consistent', async () => {
  const verifier = await Verifier.create();
  for (const name of names) {
    const { record, files } = linked(name);
    const verdict = await verifier.verifyInstalled(listing(files), JSON.stringify(record));
    checkInstalled(verdict);
    assert.deepEqual([verdict.verdict, verdict.reasons, verdict.findings], ['unverified', ['consistent'], []]);
    assert.deepEqual([verdict.kind, verdict.level, verdict.trust.basis], ['linked', 'digests', 'none']);
    assert.ok(Object.isFrozen(verdict.checks));
  }
  verifier.free();
});

test('with the archive, for which somebody vouches, it is verified', async () => {
  const verifier = await Verifier.create();
  for (const name of names) {
    const { record, files } = linked(name);
    const manifest = new TextEncoder().encode(JSON.stringify(record));
    const verdict = await verifier.verifyInstalled(listing(files), manifest, { ...place, ...vouched, file: name });
    checkInstalled(verdict);
    assert.deepEqual([verdict.verdict, verdict.findings], ['verified', []]);
    assert.deepEqual([verdict.trust.basis, verdict.file], ['caller-digest', name]);
    assert.deepEqual(verdict.replaced, { files: 2, conda: 2, libmamba: 2, rattler: 2 });
    assert.equal(verdict.original.digests.sha256, sha256(bytes));
  }
});

test('an archive that nobody vouches for, or sizes alone, verify nothing', async () => {
  const verifier = await Verifier.create();
  const { record, files } = linked('conda');
  const manifest = JSON.stringify(record);
  const { verdict, reasons } = await verifier.verifyInstalled(listing(files), manifest, { ...place, original: bytes });
  assert.deepEqual([verdict, reasons], ['unverified', ['no digest']]);
  const unread = listing(files).map((file) => ({ ...file, read: undefined }));
  const sizes = await verifier.verifyInstalled(unread, manifest, { ...place, ...vouched, level: 'sizes' });
  checkInstalled(sizes);
  assert.deepEqual([sizes.verdict, sizes.reasons, sizes.level], ['unverified', ['consistent'], 'sizes']);
});

test('what was changed is rejected', async () => {
  const verifier = await Verifier.create();
  const { record, files } = linked('libmamba');
  const program = files.find(({ path }) => path === 'bin/hello');
  program.bytes[20] ^= 1;
  const options = { ...place, ...vouched };
  const verdict = await verifier.inspectInstalled(listing(files), JSON.stringify(record), options);
  checkInstalled(verdict);
  assert.deepEqual([verdict.verdict, errorCodes(verdict)], ['rejected', ['PREFIX_REPLACEMENT_MISMATCH']]);
  assert.match(verdict.findings[0].expected, /^[0-9a-f]{64} by conda, libmamba and rattler$/);
  const rejection = verifier.verifyInstalled(listing(files), JSON.stringify(record));
  await assert.rejects(rejection, (error) => {
    assert.ok(error instanceof InstalledRejected && VerifierError.isVerifierError(error));
    assert.deepEqual([error.name, error.code, error.path], ['InstalledRejected', 'FILE_SHA256_MISMATCH', 'bin/hello']);
    const again = VerifierError.fromJSON(structuredClone(error.toJSON()));
    assert.ok(again instanceof InstalledRejected);
    assert.deepEqual(again.verdict, error.verdict);
    return true;
  });
});

test('content comes as bytes, Blob or pieces, at once or later', async () => {
  const verifier = await Verifier.create();
  const { record, files } = linked('rattler');
  // More than is hashed here, so that WebCrypto has its turn too.
  const large = new Uint8Array(100_000).fill(7);
  files.push({ path: 'share/large', bytes: large });
  record.paths_data.paths.push({ _path: 'share/large', path_type: 'hardlink', sha256: sha256(large), size_in_bytes: large.length });
  const forms = [
    (bytes) => bytes,
    (bytes) => bytes.buffer,
    async (bytes) => bytes,
    (bytes) => new Blob([bytes]),
    async function* (bytes) {
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    },
    (bytes) => new Blob([bytes]).stream(),
  ];
  for (const form of forms) {
    const list = listing(files).map((file, index) => ({ ...file, read: file.read && (() => form(files[index].bytes)) }));
    async function* later() {
      for (const file of list) {
        await null;
        yield file;
      }
    }
    for (const given of [list, new Set(list), later()]) {
      const verdict = await verifier.verifyInstalled(given, JSON.stringify(record));
      assert.deepEqual(verdict.findings, []);
      assert.ok(verdict.checks.some(({ check, outcome }) => check === 'file-sha256' && outcome === 'passed'));
    }
  }
});

test('a folder that a package was unpacked into', async () => {
  const verifier = await Verifier.create();
  const files = [];
  await verifier.verifyPackage(bytes, {}, {
    onFile: ({ path, type, bytes, target }) => void files.push(type === 'symlink' ? { path, target } : { path, bytes }),
  });
  const { bytes: manifest } = files.find(({ path }) => path === 'info/paths.json');
  const alone = await verifier.verifyInstalled(listing(files), manifest);
  checkInstalled(alone);
  assert.deepEqual([alone.verdict, alone.reasons, alone.kind], ['unverified', ['consistent'], 'unpacked']);
  const whole = await verifier.verifyInstalled(listing(files), manifest, vouched);
  checkInstalled(whole);
  assert.deepEqual([whole.verdict, whole.package.name], ['verified', 'hello']);
  files.push({ path: 'bin/evil', bytes: new Uint8Array() });
  const more = await verifier.inspectInstalled(listing(files), manifest, vouched);
  assert.deepEqual(errorCodes(more), ['FILE_UNLISTED']);
  const lenient = await Verifier.create({ policy: 'warn' });
  const { verdict, lowered } = await lenient.inspectInstalled(listing(files), manifest, vouched);
  assert.deepEqual([verdict, lowered], ['verified', ['FILE_UNLISTED']]);
});

test('arguments are checked', async () => {
  const verifier = await Verifier.create();
  const { record, files } = linked('conda');
  const manifest = JSON.stringify(record);
  const [first, ...rest] = listing(files);
  const refused = [
    [[null], manifest, {}],
    [[{ ...first, path: 1 }], manifest, {}],
    [[{ ...first, type: 'fifo' }], manifest, {}],
    [[{ ...first, size: -1 }], manifest, {}],
    [[{ path: 'a', type: 'symlink', size: 1 }], manifest, {}],
    [[{ ...first, mode: -1 }], manifest, {}],
    [[{ ...first, mode: '755' }], manifest, {}],
    [[{ ...first, read: undefined }, ...rest], manifest, {}],
    [[{ ...first, read: () => 1 }, ...rest], manifest, {}],
    [[], 1, {}],
    [[], manifest, { level: 'all' }],
    [[], manifest, { prefix: 1 }],
    [[], manifest, { prefix: 'envs/one' }],
    [[], manifest, { prefix: '' }],
    [[], manifest, { platform: 'amiga-500' }],
    [[], manifest, { platform: 'linux' }],
    [[], manifest, { orignal: bytes }],
    [[], manifest, { manifestPath: 1 }],
    [[], manifest, { manifestPath: 'paths.json' }],
    [[], manifest, { manifestPath: '/envs/one/conda-meta/hello-1.0-pyh0_0.json' }],
    [[], manifest, { expected: { sha256: sha256(bytes) } }],
  ];
  for (const [files, text, options] of refused) {
    await assert.rejects(verifier.inspectInstalled(files, text, options), { code: 'ARGUMENT_INVALID' });
  }
});

test('what the caller throws is thrown on, and a signal ends the work', async () => {
  const verifier = await Verifier.create();
  const { record, files } = linked('conda');
  const manifest = JSON.stringify(record);
  const broken = new Error('the disk is gone');
  const list = listing(files);
  list[0].read = () => Promise.reject(broken);
  await assert.rejects(verifier.inspectInstalled(list, manifest), broken);
  const controller = new AbortController();
  async function* endless() {
    for (let number = 0; ; number++) {
      if (number === 50) controller.abort();
      yield { path: `x${number}`, type: 'file', size: 0, read: () => new Uint8Array() };
      await null;
    }
  }
  await assert.rejects(verifier.inspectInstalled(endless(), manifest, { signal: controller.signal }), { name: 'AbortError' });
  // The instance is as good as before.
  assert.equal((await verifier.verifyInstalled(listing(files), manifest)).verdict, 'unverified');
});

test('names of objects, and hostile paths', async () => {
  const verifier = await Verifier.create();
  const entry = (_path) => ({ _path, path_type: 'hardlink', sha256: sha256(''), size_in_bytes: 0 });
  const paths = ['__proto__', 'constructor'];
  const manifest = JSON.stringify({ paths_version: 1, paths: paths.map(entry) });
  const files = paths.map((path) => ({ path, bytes: new Uint8Array() }));
  const verdict = await verifier.verifyInstalled(listing(files), manifest);
  assert.deepEqual([verdict.findings, verdict.files], [[], 2]);
  const up = await verifier.inspectInstalled(listing([...files, { path: '../x', bytes: new Uint8Array() }]), manifest);
  assert.deepEqual(errorCodes(up), ['PATH_UNSAFE']);
  const broken = await verifier.inspectInstalled([], '{"name":');
  checkInstalled(broken);
  assert.deepEqual(errorCodes(broken), ['JSON_INVALID']);
});

test('without WebCrypto it is the same', async (t) => {
  const { record, files } = linked('rattler');
  const original = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
  t.after(() => Object.defineProperty(globalThis, 'crypto', original));
  const verifier = await Verifier.create();
  const verdict = await verifier.verifyInstalled(listing(files), JSON.stringify(record), { ...place, ...vouched });
  assert.equal(verdict.verdict, 'verified');
});

test('the place of the manifest says what it is, and what its name must be', async () => {
  const verifier = await Verifier.create();
  const { record, files } = linked('conda');
  const manifest = JSON.stringify(record);
  const at = async (manifestPath, text = manifest) => {
    const verdict = await verifier.inspectInstalled(listing(files), text, { manifestPath });
    checkInstalled(verdict);
    return [verdict.kind, errorCodes(verdict)];
  };
  assert.deepEqual(await at(undefined), ['linked', []]);
  assert.deepEqual(await at('conda-meta/hello-1.0-pyh0_0.json'), ['linked', []]);
  assert.deepEqual(await at('conda-meta/hello-2.0-pyh0_0.json'), ['linked', ['NAME_MISMATCH']]);
  assert.deepEqual(await at('info/paths.json'), ['unpacked', ['PATHS_JSON_INVALID']]);
  // What is no JSON is no list of names because of that.
  assert.deepEqual(await at('info/paths.json', 'bin/hello'), ['unpacked', ['JSON_INVALID']]);
});

test('a hard link is the file that it is', async () => {
  const verifier = await Verifier.create();
  const { record, files } = linked('conda');
  const manifest = JSON.stringify(record);
  const list = (type) => listing(files).map((file) => (file.path === 'bin/hello' ? { ...file, type } : file));
  const verdict = await verifier.inspectInstalled(list('hardlink'), manifest, { ...place, ...vouched });
  assert.deepEqual([verdict.verdict, verdict.findings], ['verified', []]);
  files.find(({ path }) => path === 'bin/hello').bytes[3] ^= 1;
  const changed = await verifier.inspectInstalled(list('hardlink'), manifest, { ...place, ...vouched });
  assert.deepEqual(errorCodes(changed), ['PREFIX_REPLACEMENT_MISMATCH']);
});

test('modes are looked at where they are given', async () => {
  const verifier = await Verifier.create();
  const { record, files } = linked('conda');
  const manifest = JSON.stringify(record);
  const inspected = async (mode) => {
    const list = listing(files).map((file) => (file.path === 'bin/hello' ? { ...file, mode } : file));
    const verdict = await verifier.verifyInstalled(list, manifest, { ...place, ...vouched });
    checkInstalled(verdict);
    const { reason } = verdict.notChecked.find(({ check }) => check === 'permissions');
    return [verdict.verdict, verdict.findings.map(({ code, path, actual }) => [code, path, actual]), /not compared$/.test(reason)];
  };
  assert.deepEqual(await inspected(undefined), ['verified', [], false]);
  assert.deepEqual(await inspected(0o100755), ['verified', [], true]);
  for (const [mode, actual] of [[0o104755, '4755'], [0o102755, '2755'], [0o100757, '0757']]) {
    assert.deepEqual(await inspected(mode), ['verified', [['MODE_UNSAFE', 'bin/hello', actual]], true]);
  }
});

test('hints are about what is installed', async () => {
  const verifier = await Verifier.create();
  const { record, files } = linked('conda');
  files.find(({ path }) => path === 'bin/hello').bytes[3] ^= 1;
  const rejection = verifier.verifyInstalled(listing(files), JSON.stringify(record), { ...place, ...vouched });
  await assert.rejects(rejection, ({ hint }) => /--force-reinstall/.test(hint) && !/ownload/.test(hint));
  // The cache may share the changed file, so that installing from it mends nothing.
  const alone = await verifier.inspectInstalled(listing(files), JSON.stringify(record));
  assert.match(alone.findings[0].hint, /package cache.*--force-reinstall/);
  const hints = async (options) => {
    const { findings } = await verifier.inspectInstalled(listing(linked('conda').files), JSON.stringify(record), { ...vouched, ...options });
    return findings.filter(({ code }) => code === 'PREFIX_REPLACEMENT_UNKNOWN').map(({ hint }) => hint);
  };
  const [noPrefix, ...others] = await hints({ platform: 'linux-64' });
  assert.match(noPrefix, /--prefix PATH, option `prefix`/);
  assert.equal(others.length, 1);
  assert.match((await hints({ prefix }))[0], /--platform NAME, option `platform`/);
});

test('recomputing is bounded', async () => {
  const verifier = await Verifier.create({ limits: { replacementBytes: 20 } });
  const { record, files } = linked('conda');
  // Of the sample's paths all are longer than the environment's; one more is not.
  const long = `/${'x'.repeat(300)}`;
  const verdict = await verifier.inspectInstalled(listing(files), JSON.stringify(record), { ...place, ...vouched, prefix: long });
  assert.deepEqual(errorCodes(verdict), ['LIMIT_EXCEEDED']);
  const far = await verifier.inspectInstalled(listing(files), JSON.stringify(record), { prefix: `/${'x'.repeat(4096)}` });
  assert.deepEqual(errorCodes(far), ['LIMIT_EXCEEDED']);
});

test('while a large file is recomputed, the event loop turns and a signal is heard', async () => {
  const placeholder = '/placeholder'.repeat(20);
  const line = Buffer.from(`${placeholder}/lib\0`);
  const data = Buffer.alloc(32 << 20);
  for (let at = 0; at + line.length <= data.length; at += 1 << 20) line.copy(data, at);
  const original = withPlaceholder('lib/data', data, placeholder);
  const record = JSON.stringify({
    name: 'placed', version: '1', build: '0', build_number: 0, subdir: 'noarch',
    files: ['lib/data'], paths_data: { paths_version: 1, paths: [] },
  });
  const made = Buffer.from(data);
  for (let at = 0; at + line.length <= data.length; at += 1 << 20) {
    made.fill(0, at, at + line.length).write(`${prefix}/lib`, at);
  }
  const files = listing([{ path: 'lib/data', bytes: made }]);
  const options = { ...place, original, expected: { sha256: sha256(original), fileName: 'placed-1-0.conda' } };
  const verifier = await Verifier.create();
  let turns = 0;
  const run = async (atTurn, signal) => {
    turns = 0;
    const timer = setInterval(() => atTurn(++turns), 1);
    try {
      return await verifier.inspectInstalled(files, record, { ...options, signal });
    } finally {
      clearInterval(timer);
    }
  };
  const verdict = await run(() => {});
  assert.deepEqual([verdict.verdict, verdict.findings], ['verified', []]);
  assert.deepEqual(verdict.replaced, { files: 1, conda: 1, libmamba: 1, rattler: 1 });
  assert.ok(turns > 16, `${turns} turns`);
  const controller = new AbortController();
  const half = turns >> 1;
  await assert.rejects(run((turn) => turn === half && controller.abort(), controller.signal), { name: 'AbortError' });
  assert.ok(turns <= half + 2, `${turns} turns, aborted at ${half}`);
});

test('a list that is gone, or can not be read', async () => {
  const verifier = await Verifier.create();
  const files = [];
  await verifier.verifyPackage(bytes, {}, {
    onFile: ({ path, type, bytes, target }) => void files.push(type === 'symlink' ? { path, target } : { path, bytes }),
  });
  const left = files.filter(({ path }) => path !== 'info/paths.json');
  for (const options of [{}, vouched]) {
    const verdict = await verifier.inspectInstalled(listing(left), null, options);
    checkInstalled(verdict);
    assert.deepEqual([verdict.verdict, verdict.kind], ['rejected', 'unpacked']);
    assert.deepEqual(verdict.findings.map(({ code, path }) => [code, path]), [['FILE_MISSING', 'info/paths.json']]);
  }
});

test('only files need a size, and what is wrong with an entry names it', async () => {
  const verifier = await Verifier.create();
  const { record, files } = linked('conda');
  const bare = listing(files).map((file) => (file.type === 'symlink' ? { ...file, size: undefined } : file));
  bare.push({ path: 'bin', type: 'directory' });
  const verdict = await verifier.inspectInstalled(bare, JSON.stringify(record), { ...place, ...vouched });
  assert.deepEqual([verdict.verdict, verdict.findings], ['verified', []]);
  for (const wrong of [
    { type: 'file' },
    { type: 'pipe', size: 1 },
    { type: 'symlink' },
    { type: 'other', size: -1 },
    { type: 'directory', mode: 'rwx' },
    { path: 'bin/hello', type: 'file', size: 1 },
  ]) {
    const call = verifier.inspectInstalled([{ path: 'a/b', ...wrong }], JSON.stringify(record));
    await assert.rejects(call, ({ code, message }) => code === 'ARGUMENT_INVALID' && message.includes(wrong.path ?? 'a/b'));
  }
});

test('of a file that is too large nothing is recomputed, and no byte of it is asked for', async () => {
  const { record, files } = linked('conda');
  const manifest = JSON.stringify(record);
  const verifier = await Verifier.create({ limits: { replacedFileBytes: 0 } });
  const verdict = await verifier.inspectInstalled(listing(files), manifest, { ...place, ...vouched });
  checkInstalled(verdict);
  assert.deepEqual([verdict.verdict, verdict.reasons], ['unverified', ['not recomputable']]);
  const told = verdict.findings.map(({ code, path, message }) => [code, path, /limit replacedFileBytes$/.test(message)]);
  assert.deepEqual(told, ['bin/hello', 'lib/libhello.so.1.0'].map((path) => ['PREFIX_REPLACEMENT_UNKNOWN', path, true]));
  // The digests that the package lists are compared all the same.
  const init = files.find(({ path }) => path.endsWith('hello/__init__.py'));
  init.bytes[0] ^= 1;
  const changed = await verifier.inspectInstalled(listing(files), manifest, { ...place, ...vouched });
  assert.deepEqual(errorCodes(changed), ['FILE_SHA256_MISMATCH']);
});
