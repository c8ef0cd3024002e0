// Options: checked, and misspelled ones not taken for absent ones.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { bytesOf, errorCodes, sha256, small } from './support/samples.mjs';
import { serve } from './support/server.mjs';

const bytes = bytesOf(small);
const unlisted = bytesOf('spoiled/unlisted-file/hello-1.0-pyh0_0.conda');

test('what has no names to look at is no object of options', async () => {
  const verifier = await Verifier.create();
  const cases = [
    () => Verifier.create({ limits: new Map([['entries', 1]]) }),
    () => Verifier.create({ policy: new Map([['default', 'warn']]) }),
    () => verifier.verifyPackage(bytes, new Date()),
    () => verifier.verifyPackage(bytes, { sha256: Symbol('x') }),
    () => verifier.verifyPackage(bytes, { sha256: { toJSON() {} } }),
    () => verifier.verifyPackage(bytes, { fileName: 7 }),
  ];
  for (const call of cases) {
    await assert.rejects(call(), { code: 'ARGUMENT_INVALID' }, String(call));
  }
});

test('a part of a file, or none of it, is not judged as the file', async () => {
  const verifier = await Verifier.create();
  for (const [status, body] of [[206, bytes.subarray(0, 100)], [204, null], [404, 'no']]) {
    const call = verifier.verifyPackage(new Response(body, { status }));
    await assert.rejects(call, { code: 'HTTP_STATUS' }, String(status));
  }
});

test('a name that is not known is an error, with the nearest one', async () => {
  const verifier = await Verifier.create();
  const cases = [
    [() => Verifier.create({ polciy: 'warn' }), 'options.polciy', 'did you mean policy?'],
    [() => Verifier.create({ fetcher: 1 }), 'options.fetcher', 'there are policy, limits, wasm, signal, trustedRoot, channel, now, pkgMgrFile, canonicalForm, rawRootSignatures, minVersions'],
    [() => Verifier.create({ limits: { archivebytes: 1 } }), 'limits.archivebytes', 'did you mean archiveBytes?'],
    [() => Verifier.create({ policy: { codes: { FILE_UNLISTD: 'warn' } } }), 'policy.codes.FILE_UNLISTD', 'did you mean FILE_UNLISTED?'],
    [() => Verifier.create({ policy: { level: 'warn' } }), 'policy.level', 'there are profile, default, codes'],
    [() => verifier.verifyPackage(bytes, { sha265: '' }), 'expected.sha265', 'did you mean sha256?'],
    [() => verifier.verifyPackage(bytes, {}, { singal: undefined }), 'options.singal', 'did you mean signal?'],
    [() => verifier.addRepodata('noarch', '{}', { onprogress() {} }), 'options.onprogress', 'did you mean onProgress?'],
  ];
  for (const [call, argument, advice] of cases) {
    await assert.rejects(call(), (error) => {
      assert.equal(error.code, 'ARGUMENT_INVALID');
      assert.ok(error.message.includes(argument) && error.message.endsWith(advice), error.message);
      return true;
    });
  }
});

test('values that are not valid are errors', async () => {
  const verifier = await Verifier.create();
  const calls = [
    () => Verifier.create(null),
    () => Verifier.create('throw'),
    () => Verifier.create({ policy: 'lenient' }),
    () => Verifier.create({ policy: { codes: { FILE_UNLISTED: 'no' } } }),
    () => Verifier.create({ policy: { codes: { SHA256_MISMATCH: 'ignore' } } }),
    () => Verifier.create({ limits: { entries: -1 } }),
    () => Verifier.create({ limits: { entries: 1.5 } }),
    () => Verifier.create({ limits: { entries: '7' } }),
    () => verifier.verifyPackage(bytes, { sha256: 'abc' }),
    () => verifier.verifyPackage(bytes, { sha256: undefined }),
    () => verifier.verifyPackage(bytes, { record: undefined }),
    () => verifier.verifyPackage(bytes, { size: null }),
    () => verifier.verifyPackage(bytes, { size: -1 }),
    () => verifier.verifyPackage(bytes, { size: 2 ** 53 }),
    () => verifier.verifyPackage(bytes, { size: '7' }),
    () => verifier.verifyPackage(bytes, { record: { name: 'hello' } }),
    () => verifier.verifyPackage(bytes, { fileName: 'a', trust: { basis: 'none' } }),
    () => verifier.verifyPackage(bytes, null),
    () => verifier.verifyPackage(bytes, {}, { onProgress: 1 }),
    () => verifier.verifyPackage(bytes, {}, { signal: 1 }),
    () => verifier.addRepodata('', '{"packages":{}}'),
    async () => verifier.findRecord('noarch', 'a-1-0.conda'),
    async () => new Verifier(),
  ];
  for (const call of calls) await assert.rejects(call(), { code: 'ARGUMENT_INVALID' }, String(call));
});

test('options are refused before anything is downloaded', async () => {
  const verifier = await Verifier.create();
  const source = new ReadableStream({ pull: () => assert.fail('it was read') }, { highWaterMark: 0 });
  await assert.rejects(verifier.verifyPackage(source, { sha256: 'abc' }), { code: 'ARGUMENT_INVALID' });
});

test('a policy lowers what it may lower, and the verdict says so', async () => {
  const expected = { sha256: sha256(unlisted) };
  const policies = [
    ['throw', 'rejected', []],
    ['warn', 'verified', ['FILE_UNLISTED']],
    ['ignore', 'verified', ['FILE_UNLISTED']],
    [{ default: 'throw', codes: { FILE_UNLISTED: 'warn' } }, 'verified', ['FILE_UNLISTED']],
    [{ default: 'warn', codes: new Map([['FILE_UNLISTED', 'throw']]) }, 'rejected', []],
  ];
  for (const [policy, verdict, lowered] of policies) {
    const verifier = await Verifier.create({ policy });
    const given = await verifier.inspectPackage(unlisted, expected);
    assert.deepEqual([given.verdict, given.lowered], [verdict, lowered]);
  }
  const lenient = await Verifier.create({ policy: 'ignore' });
  const spoiled = bytesOf('spoiled/path-traversal/hello-1.0-pyh0_0.conda');
  assert.deepEqual(errorCodes(await lenient.inspectPackage(spoiled)), ['PATH_UNSAFE']);
});

test('limits are each verifier\'s own', async () => {
  const strict = await Verifier.create({ limits: { entries: 3 } });
  const usual = await Verifier.create({ limits: {} });
  assert.deepEqual(errorCodes(await strict.inspectPackage(bytes)), ['LIMIT_EXCEEDED']);
  assert.deepEqual(errorCodes(await usual.inspectPackage(bytes)), []);
});

test('the WebAssembly file may be given in any form', async (t) => {
  const file = fileURLToPath(import.meta.resolve('conda-verifier/conda_verifier.wasm'));
  const wasm = await readFile(file);
  const url = await serve(t, {
    '/typed': (_, response) => response.writeHead(200, { 'content-type': 'application/wasm' }).end(wasm),
    '/untyped': (_, response) => response.end(wasm),
    '/nothing': (_, response) => response.writeHead(404).end(),
  });
  // The first one in a realm is used, so each gets a realm of its own.
  const { Worker } = await import('node:worker_threads');
  const inWorker = (expression) =>
    new Promise((resolve, reject) => {
      const code = `
        import { readFileSync } from 'node:fs';
        import { parentPort, workerData } from 'node:worker_threads';
        import { Verifier } from ${JSON.stringify(import.meta.resolve('conda-verifier'))};
        const { file, url, bytes } = workerData;
        const wasm = ${expression};
        try {
          const verifier = await Verifier.create({ wasm });
          parentPort.postMessage((await verifier.inspectPackage(bytes)).verdict);
        } catch (error) {
          const again = await Verifier.create();
          parentPort.postMessage(error.code + ', then ' + (await again.inspectPackage(bytes)).verdict);
        }`;
      const data = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
      new Worker(data, { workerData: { file, url, bytes } }).once('message', resolve).once('error', reject);
    });
  const good = [
    'readFileSync(file)',
    'new Uint8Array(readFileSync(file)).buffer',
    'new WebAssembly.Module(readFileSync(file))',
    'WebAssembly.compile(readFileSync(file))',
    'file',
    'new URL("file://" + file)',
    '"file://" + file',
    'fetch(url + "/typed")',
    'await fetch(url + "/untyped")',
    'url + "/typed"',
    'new URL(url + "/untyped")',
  ];
  for (const expression of good) assert.equal(await inWorker(expression), 'unverified', expression);
  const bad = [
    'new Uint8Array(0)',
    'new TextEncoder().encode("<!DOCTYPE html>")',
    'readFileSync(file).subarray(0, 1000)',
    // A module, and not ours.
    'new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])',
    'url + "/nothing"',
    '"/no/such/file.wasm"',
    'Promise.reject(new Error("no"))',
  ];
  for (const expression of bad) {
    assert.equal(await inWorker(expression), 'WASM_UNAVAILABLE, then unverified', expression);
  }
  assert.equal(await inWorker('42'), 'ARGUMENT_INVALID, then unverified');
});

test('a WebAssembly file that nobody needs any more may fail', async () => {
  // Unheard, its rejection would end this program.
  const verifier = await Verifier.create();
  const another = await Verifier.create({ wasm: Promise.reject(new Error('no')) });
  for (const each of [verifier, another]) assert.equal((await each.verifyPackage(bytes)).verdict, 'unverified');
  await new Promise((resolve) => setTimeout(resolve, 20));
});
