// The files of a package, handed out while it is verified.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { PackageRejected, Verifier, VerifierError } from 'conda-verifier';

import { installed } from './support/places.mjs';
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
    [path, type, mode, size, bytes && sha256(bytes), target]);
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
  // What is none of a type's is not there at all, not even as undefined.
  const members = {
    file: ['path', 'type', 'mode', 'size', 'bytes'],
    symlink: ['path', 'type', 'target'],
    hardlink: ['path', 'type', 'target', 'mode', 'size'],
    directory: ['path', 'type'],
  };
  for (const file of files.values()) {
    assert.deepEqual(Object.keys(file), members[file.type], file.path);
    if (file.type === 'file') assert.deepEqual([file.bytes.length, file.mode > 0], [file.size, true]);
  }
});

test('a hard link says what it shares: a link or a copy makes it', async () => {
  const { file } = fixtures.cases.find(({ number, rejected }) => number === 51 && !rejected);
  const { files } = await filesOf(bytesOf(file));
  const links = [...files.values()].filter(({ type }) => type === 'hardlink');
  assert.ok(links.length > 0, 'the sample has one');
  const seen = [...files.keys()];
  for (const { path, target, mode, size } of links) {
    const file = files.get(target);
    assert.deepEqual([file.type, file.mode, file.size], ['file', mode, size], path);
    assert.ok(seen.indexOf(target) < seen.indexOf(path), path);
  }
});

test('the bytes are the taker\'s own', async () => {
  const kept = [];
  await verifier.verifyPackage(bytesOf(big), {}, {
    onFile: ({ bytes }) => {
      if (bytes === undefined || bytes.length === 0) return;
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
      if (file.type === 'file') honest.set(`${file.path} ${sha256(file.bytes)}`, true);
    }
  }
  assert.ok(fixtures.spoiled.length > 5);
  for (const one of fixtures.spoiled) {
    const { files } = await filesOf(bytesOf(one.file));
    for (const file of files.values()) {
      if (file.type !== 'file' || file.path.startsWith('info/')) continue;
      assert.ok(honest.has(`${file.path} ${sha256(file.bytes)}`), `${one.file}: ${file.path}`);
    }
  }
});

/** Runs on an engine that has no piece of memory of more than `most` bytes. */
async function withMemory(most, work) {
  const { Uint8Array } = globalThis;
  globalThis.Uint8Array = new Proxy(Uint8Array, {
    construct(target, args, made) {
      const [first] = args;
      const isNew = typeof first === 'number' || ArrayBuffer.isView(first);
      // In the words of V8, where a file has several GiB.
      if (isNew && (first.length ?? first) > most) throw new RangeError('Array buffer allocation failed');
      return Reflect.construct(target, args, made);
    },
  });
  try {
    return await work();
  } finally {
    globalThis.Uint8Array = Uint8Array;
  }
}

test('a file that the engine has no memory for is a typed error, and nothing else changes', async () => {
  const bytes = bytesOf(big);
  const { files } = await filesOf(bytes);
  const largest = [...files.values()].reduce((a, b) => ((a.size ?? 0) > (b.size ?? 0) ? a : b));
  const handed = [];
  const source = { size: bytes.length, readAt: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)) };
  await withMemory(largest.size - 1, async () => {
    const work = verifier.verifyPackage(source, {}, { onFile: ({ path }) => handed.push(path) });
    const error = await work.catch((error) => error);
    assert.ok(VerifierError.isVerifierError(error), String(error));
    assert.equal(error.code, 'OUT_OF_MEMORY');
    assert.equal(error.details.length, largest.size);
    assert.ok(error.message.includes(`"${largest.path}"`) && error.cause instanceof RangeError, error.message);
    assert.match(error.hint, /onFile/);
  });
  assert.ok(!handed.includes(largest.path));
  assert.deepEqual(digestsOf((await filesOf(bytes)).files), digestsOf(files));
});

test('memory that grows, and memory for what is read', async () => {
  const part = (name) => import(pathToFileURL(join(installed, 'dist', `${name}.js`)));
  const { Collected } = await part('verdict/collected');
  await withMemory(8, async () => {
    const collected = new Collected('"a"', 12, 4);
    collected.push(Uint8Array.of(1, 2, 3, 4, 5, 6));
    assert.throws(() => collected.push(Uint8Array.of(7, 8, 9)), { code: 'OUT_OF_MEMORY', details: { length: 12 } });
    assert.deepEqual([...collected.whole], [1, 2, 3, 4, 5, 6]);
  });
  const bytes = bytesOf(big);
  // The copy that keeps the caller from changing what is being verified.
  const error = await withMemory(1 << 20, () => verifier.verifyPackage(bytes)).catch((error) => error);
  assert.equal(error.code, 'OUT_OF_MEMORY');
  // A body has room in several pieces, where there is none for it in one.
  const told = { headers: { 'content-length': `${bytes.length}` } };
  const verdict = await withoutSubtle(() => withMemory(1 << 20, () => verifier.verifyPackage(new Response(bytes, told))));
  assert.equal(verdict.verdict, 'unverified');
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
    assert.ok([...files.values()].every(({ path, type, size }) => type !== 'file' || path.startsWith('info/') || size < 65536));
  } finally {
    Object.defineProperty(globalThis, 'crypto', descriptor);
  }
  assert.equal(globalThis.crypto.subtle, subtle);
});
