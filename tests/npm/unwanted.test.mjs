// Whoever wants the files of info/ alone has no memory set aside for the others.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { Verifier } from 'conda-verifier';

import { installed } from './support/places.mjs';
import { big, bytesOf, sha256, small, smallBz2 } from './support/samples.mjs';

const part = (name) => import(pathToFileURL(join(installed, 'dist', `${name}.js`)));
const { described, infoInto } = await part('verdict/described');
const { wanting } = await part('verdict/wanted');

/** Counts the bytes that are set aside for files, and goes on as before. */
async function counting(work) {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'Uint8Array');
  let largest = 0;
  const counted = new Proxy(Uint8Array, {
    construct(target, [first, ...rest], newTarget) {
      // Views on memory that is there set nothing aside.
      const length = typeof first === 'number' ? first : first instanceof ArrayBuffer ? 0 : (first?.length ?? 0);
      largest = Math.max(largest, length);
      return Reflect.construct(target, first === undefined ? [] : [first, ...rest], newTarget === counted ? target : newTarget);
    },
  });
  Object.defineProperty(globalThis, 'Uint8Array', { ...own, value: counted });
  try {
    return { result: await work(), largest };
  } finally {
    Object.defineProperty(globalThis, 'Uint8Array', own);
  }
}

/** Runs where there is no WebCrypto, or where there is. */
async function withSubtle(has, work) {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  if (!has) Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true });
  try {
    return await work();
  } finally {
    Object.defineProperty(globalThis, 'crypto', descriptor);
  }
}

const reading = (bytes) => ({
  size: bytes.length,
  readAt: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
});

test('the verdict and info/ are the same as where all files are taken', async () => {
  for (const name of [small, smallBz2, big]) {
    const bytes = bytesOf(name);
    for (const has of [true, false]) {
      await withSubtle(has, async () => {
        const verifier = await Verifier.create();
        const [all, info] = [new Map(), new Map()];
        const onFile = ({ path, type, bytes }) => {
          if (type === 'file' && path.startsWith('info/')) all.set(path, bytes);
        };
        const expected = { sha256: sha256(bytes) };
        const whole = await verifier.inspectPackage(bytes, expected, { onFile });
        const verdict = await verifier.inspectPackage(bytes, expected, { onFile: infoInto(info) });
        assert.deepEqual([verdict, info], [whole, all]);
        assert.equal(described(verdict, info).index.name, whole.package.name);
      });
    }
  }
});

test('what is not wanted comes in its turn, without its bytes', async () => {
  const verifier = await Verifier.create();
  const bytes = bytesOf(big);
  const [all, some] = [[], []];
  await verifier.verifyPackage(bytes, {}, { onFile: (file) => void all.push(file) });
  const wants = (path) => path.endsWith('0.bin') || path.startsWith('info/');
  await verifier.verifyPackage(bytes, {}, { onFile: wanting((file) => void some.push(file), wants) });
  const row = (isSome) => ({ path, type, mode, size, bytes }) =>
    [path, type, mode, size, bytes && sha256(isSome(path) ? bytes : new Uint8Array())];
  assert.deepEqual(some.map(row(() => true)), all.map(row(wants)));
  // Of what is taken nothing but its own bytes is kept.
  for (const { bytes } of some) assert.equal(bytes?.buffer.byteLength, bytes?.length);
});

test('no memory is set aside for files that nobody wants', async () => {
  const bytes = bytesOf(big);
  const largest = 1 << 20;
  await withSubtle(false, async () => {
    const verifier = await Verifier.create();
    const everything = await counting(() => verifier.inspectPackage(reading(bytes), {}, { onFile: () => undefined }));
    // Otherwise nothing is counted here.
    assert.ok(everything.largest >= largest, `${everything.largest}`);
    const info = await counting(() => verifier.inspectPackage(reading(bytes), {}, { onFile: infoInto(new Map()) }));
    assert.equal(info.result.verdict, 'unverified');
    assert.ok(info.largest < 100_000, `${info.largest}`);
  });
});

test('of what is installed only the bytes are taken that are needed', async () => {
  const original = bytesOf(big);
  const info = new Map();
  await withSubtle(false, async () => {
    const verifier = await Verifier.create();
    await verifier.inspectPackage(original, {}, { onFile: infoInto(info) });
    const manifest = info.get('info/paths.json');
    const work = () => verifier.inspectInstalled([], manifest, { original: reading(original) });
    const { result, largest } = await counting(work);
    assert.equal(result.original.verdict, 'unverified');
    assert.equal(result.findings.filter(({ code }) => code === 'FILE_MISSING').length, 49 + info.size);
    // Those of the first block come with the list of files, before it is known which are needed.
    assert.ok(largest < 1 << 20, `${largest}`);
  });
});
