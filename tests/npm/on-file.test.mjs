// The files of a package, handed out while it is verified.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';

import { PackageRejected, Verifier } from 'conda-verifier';

import { big, bytesOf, fixtures, pathOf, sha256, small, smallBz2 } from './support/samples.mjs';

const verifier = await Verifier.create();

/** The files by their paths, and the order that they came in. */
async function filesOf(bytes, expected = {}, of = verifier) {
  const files = new Map();
  const onFile = (file) => {
    assert.ok(!files.has(file.path), `${file.path} comes twice`);
    assert.ok(Object.isFrozen(file));
    files.set(file.path, file);
  };
  const verdict = await of.inspectPackage(bytes, expected, { onFile });
  return { files, verdict };
}

/** Runs where there is no WebCrypto, as on a page that came over plain HTTP. */
async function withoutSubtle(work) {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true });
  try {
    return await work();
  } finally {
    Object.defineProperty(globalThis, 'crypto', descriptor);
  }
}

const digestsOf = (files) => {
  const rows = [...files.values()].map(({ path, type, mode, size, bytes, target }) =>
    [path, type, mode, size, bytes === null ? null : sha256(bytes), target]);
  return rows.sort(([a], [b]) => (a < b ? -1 : 1));
};

test('every file is what another implementation unpacks', async () => {
  const list = execFileSync('tar', ['-tjf', pathOf(smallBz2)], { encoding: 'utf8' });
  const { files } = await filesOf(bytesOf(smallBz2));
  const paths = list.trimEnd().split('\n').filter((path) => !path.endsWith('/'));
  assert.deepEqual([...files.keys()].sort(), paths.sort());
  for (const { path, type, bytes, target } of files.values()) {
    if (type === 'symlink') continue;
    const source = type === 'hardlink' ? target : path;
    const there = execFileSync('tar', ['-xjOf', pathOf(smallBz2), source]);
    assert.equal(sha256(bytes ?? files.get(target).bytes), sha256(there), path);
  }
});

test('the same comes with WebCrypto and without, and the verdict says which', async () => {
  for (const name of [small, smallBz2, big]) {
    const bytes = bytesOf(name);
    const host = await filesOf(bytes);
    const core = await withoutSubtle(() => filesOf(bytes));
    assert.deepEqual(digestsOf(host.files), digestsOf(core.files));
    assert.deepEqual([host.verdict.hashedBy, core.verdict.hashedBy], ['host', 'core']);
    assert.deepEqual({ ...host.verdict, hashedBy: 'core' }, core.verdict);
  }
});

test('files come first and in the order of the archive, links last', async () => {
  const { files } = await filesOf(bytesOf(small));
  const types = [...files.values()].map(({ type }) => type);
  const firstLink = types.findIndex((type) => type !== 'file');
  assert.ok(firstLink > 0);
  assert.ok(types.slice(firstLink).every((type) => type !== 'file'));
  assert.match([...files.keys()][0], /^info\//);
  for (const { type, bytes, size, mode, target } of files.values()) {
    assert.equal(bytes === null, type !== 'file');
    if (type === 'file') assert.deepEqual([bytes.length, mode > 0, target], [size, true, null]);
    else assert.deepEqual([size, mode, typeof target], [0, 0, 'string']);
  }
});

test('the bytes are the taker\'s own', async () => {
  const kept = [];
  await verifier.verifyPackage(bytesOf(big), {}, {
    onFile: ({ bytes }) => {
      if (bytes === null || bytes.length === 0) return;
      kept.push([bytes, sha256(bytes)]);
      assert.equal(bytes.byteLength, bytes.buffer.byteLength);
    },
  });
  assert.ok(kept.length > 2);
  for (const [bytes, digest] of kept) assert.equal(sha256(bytes), digest);
  for (const [bytes] of kept) bytes.fill(0);
  const { verdict } = await filesOf(bytesOf(big));
  assert.equal(verdict.verdict, 'unverified');
});

test('nothing comes before the archive is the expected one', async () => {
  for (const name of [small, smallBz2, big]) {
    let calls = 0;
    const work = verifier.verifyPackage(bytesOf(name), { sha256: '00'.repeat(32) }, { onFile: () => (calls += 1) });
    await assert.rejects(work, PackageRejected);
    assert.equal(calls, 0);
  }
});

test('of what was tampered with, only what is listed as it is comes', async () => {
  const honest = new Map();
  for (const name of [small, smallBz2]) {
    for (const file of (await filesOf(bytesOf(name))).files.values()) {
      if (file.bytes !== null) honest.set(`${file.path} ${sha256(file.bytes)}`, true);
    }
  }
  assert.ok(fixtures.spoiled.length > 5);
  for (const one of fixtures.spoiled) {
    const { files } = await filesOf(bytesOf(one.file));
    for (const file of files.values()) {
      if (file.bytes === null || file.path.startsWith('info/')) continue;
      assert.ok(honest.has(`${file.path} ${sha256(file.bytes)}`), `${one.file}: ${file.path}`);
    }
  }
});

test('what onFile returns is awaited, and what it throws ends the work', async () => {
  let isBusy = false;
  await verifier.verifyPackage(bytesOf(small), {}, {
    onFile: async () => {
      assert.ok(!isBusy, 'one at a time');
      isBusy = true;
      await new Promise((resolve) => setTimeout(resolve, 1));
      isBusy = false;
    },
  });
  const cause = new Error('the disk is full');
  for (const onFile of [() => { throw cause; }, () => Promise.reject(cause)]) {
    await assert.rejects(verifier.verifyPackage(bytesOf(big), {}, { onFile }), cause);
  }
  await verifier.verifyPackage(bytesOf(small));
});

test('an abort between two files ends it', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  let calls = 0;
  const onFile = () => {
    calls += 1;
    if (calls === 2) controller.abort(reason);
    assert.ok(calls <= 2, 'nothing comes afterwards');
  };
  await assert.rejects(verifier.verifyPackage(bytesOf(big), {}, { onFile, signal: controller.signal }), reason);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(calls, 2);
});

test('two at once keep their files apart', async () => {
  const names = [small, big, smallBz2, big, small];
  const alone = await Promise.all(names.map(async (name) => digestsOf((await filesOf(bytesOf(name))).files)));
  const together = await Promise.all(names.map((name) => filesOf(bytesOf(name))));
  assert.deepEqual(together.map(({ files }) => digestsOf(files)), alone);
});

test('who takes the files is a function', async () => {
  for (const onFile of [1, 'x', {}, null]) {
    await assert.rejects(verifier.verifyPackage(bytesOf(small), {}, { onFile }), { code: 'ARGUMENT_INVALID' });
  }
  await verifier.verifyPackage(bytesOf(small), {}, { onFile: undefined });
});

test('a platform that lies about a digest is not believed', async () => {
  const { subtle } = globalThis.crypto;
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  const lies = { digest: async () => new ArrayBuffer(32) };
  Object.defineProperty(globalThis, 'crypto', { value: { subtle: lies }, configurable: true });
  try {
    const { files, verdict } = await filesOf(bytesOf(big));
    assert.equal(verdict.verdict, 'rejected');
    assert.ok(verdict.findings.some(({ code }) => code === 'FILE_SHA256_MISMATCH'));
    assert.ok([...files.values()].every(({ path, size }) => path.startsWith('info/') || size < 65536));
  } finally {
    Object.defineProperty(globalThis, 'crypto', descriptor);
  }
  assert.equal(globalThis.crypto.subtle, subtle);
});
