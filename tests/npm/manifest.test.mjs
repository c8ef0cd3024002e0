// conda-verifier/manifest: manifests of files, which are as untrusted as what serves them.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import test from 'node:test';

import { readManifest, verifyFile, VerifierError } from 'conda-verifier/manifest';

import { sha256 } from './support/samples.mjs';
import { checkManifest, isManifest } from './support/schema.mjs';

const zeros = '0'.repeat(64);
const file = { size: 3, sha256: sha256(Buffer.from('abc')) };
const text = (files, more = {}) => JSON.stringify({ version: 1, files, ...more });
const small = text({ 'index.html': file, 'static/a b.js': { size: 0, sha256: sha256(Buffer.alloc(0)) } });

/** The error that is thrown, which is ours. */
function refused(call) {
  try {
    call();
  } catch (error) {
    assert.ok(VerifierError.isVerifierError(error), `${error}`);
    return error;
  }
  return assert.fail('nothing was thrown');
}
const refusal = async (promise) => {
  const error = await promise.then(() => undefined, (error) => error);
  assert.ok(VerifierError.isVerifierError(error), `${error}`);
  return error;
};

test('a manifest is read from text and from bytes, and does not change', () => {
  const bytes = new TextEncoder().encode(small);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  for (const form of [small, bytes, bytes.buffer, new DataView(bytes.buffer), shared]) {
    const manifest = readManifest(form);
    assert.deepEqual([...manifest.paths()], ['index.html', 'static/a b.js']);
    assert.deepEqual([manifest.size, manifest.has('index.html'), manifest.get('index.html')], [2, true, file]);
    assert.deepEqual([...manifest].map(([path]) => path), [...manifest.paths()]);
    assert.ok(Object.isFrozen(manifest) && Object.isFrozen(manifest.get('index.html')));
  }
  checkManifest(JSON.parse(small));
  // In any order and any spelling of JSON.
  const other = ` {\n"files" :\t{ "\\u0061\\/b" : {"sha256":"${zeros}","size":9007199254740991} } , "version":1}\r\n`;
  assert.deepEqual([...readManifest(other)], [['a/b', { size: 9007199254740991, sha256: zeros }]]);
  assert.equal(readManifest(text({})).size, 0);
});

test('names that objects have of their own are paths like others', () => {
  const manifest = readManifest(`{"version":1,"files":{"__proto__":{"size":3,"sha256":"${zeros}"},"10":{"size":1,"sha256":"${zeros}"}}}`);
  assert.deepEqual([...manifest.paths()], ['__proto__', '10']);
  for (const path of ['constructor', 'toString', 'hasOwnProperty']) assert.ok(!manifest.has(path) && manifest.get(path) === undefined);
});

test('what is no manifest is refused', () => {
  const one = (path, value = file) => `{"version":1,"files":{${JSON.stringify(path)}:${JSON.stringify(value)}}}`;
  const whole = [
    '', ' ', 'null', '[]', '"x"', '{}', '{', '{"', '{"\\', '{"version"', '{"version":1', '{"version":1,',
    '{"version":1,"files":{}', '{"version":1,"files":{}}}', '{"version":1,"files":{}} 0', '{"version":1,"files":{},}',
    '{version:1,"files":{}}', "{'version':1,'files':{}}", '{"version":1 "files":{}}', '// x\n{"version":1,"files":{}}',
    '{"files":{}}', '{"version":1}', '{"version":"1","files":{}}', '{"version":1.0,"files":{}}', '{"version":1e0,"files":{}}',
    '{"version":01,"files":{}}', '{"version":-1,"files":{}}', '{"version":2,"files":{}}', '{"version":1,"files":[]}',
    '{"version":1,"files":null}', '\ufeff{"version":1,"files":{}}', '{"version":1,"files":{},"more":1}',
    '{"version":1,"version":1,"files":{}}', '{"version":1,"files":{},"files":{}}', '{"version":1,"files":{},"\\u0066iles":{}}',
  ];
  const ofFile = [
    null, 1, 'x', [], {}, { size: 3 }, { sha256: zeros }, { ...file, md5: 'x' }, { ...file, size: -1 }, { ...file, size: 1.5 },
    { ...file, size: '3' }, { ...file, size: 2 ** 53 }, { ...file, size: null }, { ...file, sha256: zeros.slice(1) },
    { ...file, sha256: `${zeros}0` }, { ...file, sha256: file.sha256.toUpperCase() }, { ...file, sha256: `sha256:${zeros}` },
    { ...file, sha256: null }, { ...file, sha256: `${zeros}\n` },
  ].map((value) => one('a', value));
  const written = [
    `{"version":1,"files":{"a":{"size":3,"size":3,"sha256":"${zeros}"}}}`,
    `{"version":1,"files":{"a":{"size":1e1,"sha256":"${zeros}"}}}`,
    `{"version":1,"files":{"a":{"size":-0,"sha256":"${zeros}"}}}`,
    `{"version":1,"files":{"a":{"size":99999999999999999999,"sha256":"${zeros}"}}}`,
    `{"version":1,"files":{"a":${JSON.stringify(file)},"\\u0061":${JSON.stringify(file)}}}`,
    `{"version":1,"files":{"a\nb":${JSON.stringify(file)}}}`,
  ];
  for (const bad of [...whole, ...ofFile, ...written]) {
    const error = refused(() => readManifest(bad));
    assert.equal(error.code, 'MANIFEST_INVALID', bad);
    assert.ok(error.message.startsWith('this ') && error.message.length < 500 && error.hint.length > 20, error.message);
  }
  assert.match(refused(() => readManifest('{"version":2,"files":{}}')).message, /version 2, and 1 is what/);
  assert.match(refused(() => readManifest(written.at(-2))).message, /the list of files has "a" twice/);
  for (const bytes of [[0xff], [0xef, 0xbb, 0xbf, ...Buffer.from(small)], [...Buffer.from('{"version":1,"files":{"'), 0xc3, 0x28]]) {
    assert.equal(refused(() => readManifest(new Uint8Array(bytes))).code, 'MANIFEST_INVALID');
  }
});

test('paths that lead elsewhere are refused, by the schema too', () => {
  const bad = ['', '/', '/a', 'a/', 'a//b', '.', '..', './a', 'a/.', 'a/..', '../a', 'a/../b', 'a\\b', '\\', 'a\nb', 'a\0', '\x1b[2J', 'a\x7f', '..\\a'];
  for (const path of bad) {
    const manifest = { version: 1, files: { [path]: file } };
    const error = refused(() => readManifest(JSON.stringify(manifest)));
    assert.equal(error.code, 'MANIFEST_INVALID', path);
    assert.doesNotMatch(error.message, /[\0-\x1f\x7f]/);
    assert.ok(!isManifest(manifest), path);
  }
  assert.equal(refused(() => readManifest(`{"version":1,"files":{"\\ud800":${JSON.stringify(file)}}}`)).code, 'MANIFEST_INVALID');
  for (const path of ['a', '.hidden', '..a', 'a..', '...', 'a/.b', 'C:/x', 'ä/日本', '🙂', '%2e%2e/a', 'a b', '"', "'", '<b>', '-']) {
    const manifest = { version: 1, files: { [path]: file } };
    assert.ok(readManifest(JSON.stringify(manifest)).has(path), path);
    assert.ok(isManifest(manifest), path);
  }
});

test('what has no end is refused at once', () => {
  const deep = 5_000_000;
  for (const bad of [
    `{"version":1,"files":${'{"a":'.repeat(deep)}`,
    `{"files":${'['.repeat(deep)}`,
    `{"version":${'9'.repeat(deep)}`,
    `{"${'a'.repeat(deep)}`,
    `{"version":1,"files":{"${'\\u0061'.repeat(deep)}":1}}`,
  ]) {
    const start = performance.now();
    const error = refused(() => readManifest(bad));
    assert.ok(['MANIFEST_INVALID', 'LIMIT_EXCEEDED'].includes(error.code), error.code);
    assert.ok(error.message.length < 1000 && performance.now() - start < 20_000);
  }
});

test('limits count, and are inclusive', () => {
  const read = (limits, manifest = small) => readManifest(manifest, { limits });
  const length = Buffer.byteLength(small);
  assert.equal(read({ infoBytes: length, entries: 2, pathBytes: 13 }).size, 2);
  for (const [limit, max] of [['infoBytes', length - 1], ['entries', 1], ['pathBytes', 12]]) {
    for (const form of [small, Buffer.from(small)]) {
      const { code, details, message } = refused(() => read({ [limit]: max }, form));
      assert.deepEqual([code, details, message], ['LIMIT_EXCEEDED', { limit, max }, `the limit ${limit} of ${max} was reached`]);
    }
  }
  // In bytes, not in characters.
  const wide = text({ 'ä': file });
  assert.equal(refused(() => read({ infoBytes: wide.length }, wide)).code, 'LIMIT_EXCEEDED');
  assert.equal(refused(() => read({ pathBytes: 1 }, wide)).code, 'LIMIT_EXCEEDED');
  assert.equal(read({ infoBytes: wide.length + 1, pathBytes: 2 }, wide).size, 1);
});

test('arguments that are none', async () => {
  const gone = new Uint8Array([1]);
  structuredClone(gone, { transfer: [gone.buffer] });
  for (const bad of [undefined, null, 1, {}, [], new Map(), Promise.resolve(small)]) {
    assert.equal(refused(() => readManifest(bad)).code, 'ARGUMENT_INVALID');
  }
  for (const options of [{ limit: {} }, { limits: { entry: 1 } }, { limits: { entries: -1 } }, { limits: new Map() }, []]) {
    assert.equal(refused(() => readManifest(small, options)).code, 'ARGUMENT_INVALID', JSON.stringify(options));
  }
  assert.match(refused(() => readManifest(small, { limit: {} })).message, /did you mean limits\?/);
  const manifest = readManifest(small);
  for (const args of [[{}, 'index.html', gone], [small, 'index.html', Buffer.from('abc')], [manifest, undefined, Buffer.from('abc')], [manifest, 'index.html', 'abc'], [manifest, 'index.html', new Response('abc')]]) {
    assert.equal((await refusal(verifyFile(...args))).code, 'ARGUMENT_INVALID');
  }
});

test('a file is as it is listed, or it is refused', async () => {
  const manifest = readManifest(small);
  const bytes = Buffer.from('abc');
  for (const form of [new Uint8Array(bytes), new Uint8Array(bytes).buffer, new DataView(new Uint8Array(bytes).buffer)]) {
    assert.equal(await verifyFile(manifest, 'index.html', form), manifest.get('index.html'));
  }
  await verifyFile(manifest, 'static/a b.js', new ArrayBuffer(0));
  const codes = async (path, text) => {
    const { name, code, path: about, expected, actual, hint } = await refusal(verifyFile(manifest, path, Buffer.from(text)));
    assert.deepEqual([name, about], ['VerifierError', path]);
    assert.ok(hint.length > 20);
    return [code, expected, actual];
  };
  assert.deepEqual(await codes('index.html', 'abd'), ['FILE_SHA256_MISMATCH', file.sha256, sha256(Buffer.from('abd'))]);
  assert.deepEqual(await codes('index.html', 'ab'), ['FILE_SIZE_MISMATCH', '3', '2']);
  for (const path of ['Index.html', '/index.html', './index.html', 'static/a%20b.js', 'constructor', '']) {
    assert.deepEqual(await codes(path, 'abc'), ['FILE_UNLISTED', undefined, undefined]);
  }
});

test('bytes are taken as they are when it is called', async () => {
  const manifest = readManifest(small);
  const bytes = new Uint8Array(Buffer.from('abc'));
  const verified = verifyFile(manifest, 'index.html', bytes);
  bytes.fill(0);
  await verified;
  const wrong = new Uint8Array(Buffer.from('abd'));
  const refusing = refusal(verifyFile(manifest, 'index.html', wrong));
  wrong.set(Buffer.from('abc'));
  assert.equal((await refusing).code, 'FILE_SHA256_MISMATCH');
});

test('where there is no WebCrypto, nothing is decided', async (t) => {
  const manifest = readManifest(small);
  const own = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
  t.after(() => own === undefined ? delete globalThis.crypto : Object.defineProperty(globalThis, 'crypto', own));
  const error = await refusal(verifyFile(manifest, 'index.html', Buffer.from('abc')));
  assert.equal(error.code, 'DIGEST_UNAVAILABLE');
  // What can be told without it is.
  assert.equal((await refusal(verifyFile(manifest, 'index.html', Buffer.from('a')))).code, 'FILE_SIZE_MISMATCH');
  Object.defineProperty(globalThis, 'crypto', { value: webcrypto, configurable: true });
  await verifyFile(manifest, 'index.html', Buffer.from('abc'));
});
