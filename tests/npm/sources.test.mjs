// Every kind of source gives the same verdict.
import assert from 'node:assert/strict';
import { closeSync, openSync, readSync } from 'node:fs';
import test from 'node:test';

import { PackageRejected, Verifier, VerifierError } from 'conda-verifier';

import { big, bytesOf, errorCodes, pathOf, sha256, small, smallBz2 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { serve } from './support/server.mjs';

const verifier = await Verifier.create();

/** The bytes in pieces of awkward lengths. */
function streamOf(bytes) {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) return controller.close();
      const length = 1 + ((offset * 7919) % 70_001);
      controller.enqueue(bytes.slice(offset, offset + length));
      offset += length;
    },
  });
}

function sharedCopy(bytes) {
  const shared = new SharedArrayBuffer(bytes.length + 8);
  const view = new Uint8Array(shared, 8);
  view.set(bytes);
  return view;
}

for (const name of [small, smallBz2, big]) {
  const bytes = bytesOf(name);
  const expected = { fileName: name.split('/').at(-1), sha256: sha256(bytes), size: bytes.length };
  const sources = {
    Uint8Array: () => bytes,
    ArrayBuffer: () => bytes.slice().buffer,
    Buffer: () => Buffer.from(bytes),
    DataView: () => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    'view on shared memory': () => sharedCopy(bytes),
    Blob: () => new Blob([bytes]),
    File: () => new File([bytes], expected.fileName),
    ReadableStream: () => streamOf(bytes),
    Response: () => new Response(bytes),
    'Response of a stream': () => new Response(streamOf(bytes)),
    readAt: () => ({
      size: bytes.length,
      readAt: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
    }),
  };
  for (const [kind, source] of Object.entries(sources)) {
    test(`${name} as ${kind}`, async () => {
      const verdict = await verifier.verifyPackage(source(), expected);
      checkVerdict(verdict);
      assert.equal(verdict.verdict, 'verified');
      assert.deepEqual(verdict.trust, { basis: 'caller-digest', anchor: `sha256:${expected.sha256}` });
      assert.equal(verdict.digests.size, bytes.length);
      assert.deepEqual(structuredClone(verdict), verdict);
      assert.ok(Object.isFrozen(verdict) && Object.isFrozen(verdict.checks[0]));

      const wrong = { ...expected, sha256: '0'.repeat(64) };
      await assert.rejects(verifier.verifyPackage(source(), wrong), (error) => {
        assert.ok(error instanceof PackageRejected && error instanceof Error);
        assert.equal(error.code, 'SHA256_MISMATCH');
        checkVerdict(error.verdict);
        return error.verdict.verdict === 'rejected';
      });
    });
  }
}

test('a file of Node.js is read slice by slice', async () => {
  const descriptor = openSync(pathOf(big), 'r');
  const { size } = new Blob([bytesOf(big)]);
  let longest = 0;
  const readAt = (offset, into) => {
    longest = Math.max(longest, into.length);
    assert.equal(readSync(descriptor, into, 0, into.length, offset), into.length);
  };
  const verdict = await verifier.verifyPackage({ size, readAt }, { sha256: sha256(bytesOf(big)) });
  closeSync(descriptor);
  assert.equal(verdict.verdict, 'verified');
  assert.ok(longest <= 1 << 20, `${longest}`);
});

test('names come from the source, unless they are given', async (t) => {
  const bytes = bytesOf(small);
  const verdictOf = (source, expected) => verifier.inspectPackage(source, expected);
  const file = new File([bytes], 'other-1.0-pyh0_0.conda');
  assert.deepEqual(errorCodes(await verdictOf(file)), ['NAME_MISMATCH']);
  assert.equal((await verdictOf(file)).file, 'other-1.0-pyh0_0.conda');
  assert.deepEqual(errorCodes(await verdictOf(file, { fileName: 'hello-1.0-pyh0_0.conda' })), []);

  const url = await serve(t, {
    '/a%20b': (_, response) => response.end(bytes),
    '/hello-1.0-pyh0%5F0.conda': (_, response) => response.end(bytes),
    '/moved': (_, response) => response.writeHead(302, { location: '/a%20b' }).end(),
  });
  assert.equal((await verdictOf(await fetch(`${url}/hello-1.0-pyh0%5F0.conda?x=a/b.conda`))).file, 'hello-1.0-pyh0_0.conda');
  assert.equal((await verdictOf(await fetch(`${url}/moved`))).file, null);
});

test('a body is read no further than it can be right', async () => {
  let delivered = 0;
  let isCancelled = false;
  const endless = () =>
    new ReadableStream({
      pull(controller) {
        delivered += 1000;
        controller.enqueue(new Uint8Array(1000));
      },
      cancel() {
        isCancelled = true;
      },
    });
  const record = { fileName: 'a-1-0.conda', name: 'a', version: '1', build: '0', size: 10_000, sha256: '0'.repeat(64) };
  const bounds = [{ size: 10_000 }, { record }];
  for (const expected of bounds) {
    for (const source of [endless(), new Response(endless())]) {
      delivered = 0;
      isCancelled = false;
      const verdict = await verifier.inspectPackage(source, expected);
      assert.deepEqual(errorCodes(verdict), ['SIZE_MISMATCH']);
      assert.equal(verdict.findings[0].actual, '10001');
      assert.ok(delivered < 20_000 && isCancelled, `${delivered}`);
    }
  }
  const limited = await Verifier.create({ limits: { archiveBytes: 5000 } });
  assert.deepEqual(errorCodes(await limited.inspectPackage(endless())), ['LIMIT_EXCEEDED']);
  const blob = new Blob([new Uint8Array(50_000)]);
  const verdict = await verifier.inspectPackage(blob, { size: 10 });
  assert.equal(verdict.findings[0].actual, '50000');
});

test('bytes are copied before the call returns', async () => {
  const held = bytesOf(big);
  const expected = { sha256: sha256(held) };
  const verdict = verifier.verifyPackage(held, expected);
  held.fill(0);
  assert.equal((await verdict).verdict, 'verified');

  // A stream's chunks are the stream's maker's too.
  const bytes = bytesOf(small);
  const chunk = bytes.slice();
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(chunk);
    },
    pull(controller) {
      chunk.fill(0);
      controller.close();
    },
  }, { highWaterMark: 0 });
  await verifier.verifyPackage(stream, { sha256: sha256(bytes) });
});

test('a source that changes between the passes is noticed', async () => {
  const bytes = bytesOf(big);
  const expected = { sha256: sha256(bytes) };
  let phase = '';
  const source = {
    size: bytes.length,
    readAt(offset, into) {
      if (phase === 'unpacking') bytes.fill(0);
      into.set(bytes.subarray(offset, offset + into.length));
    },
  };
  const onProgress = (progress) => (phase = progress.phase);
  const verdict = await verifier.inspectPackage(source, expected, { onProgress });
  assert.deepEqual(errorCodes(verdict), ['SOURCE_CHANGED']);
});

test('what is no source says so', async (t) => {
  const used = new Response(bytesOf(small));
  await used.arrayBuffer();
  const locked = streamOf(bytesOf(small));
  locked.getReader();
  const moved = new Uint8Array(8);
  structuredClone(moved.buffer, { transfer: [moved.buffer] });
  const words = new ReadableStream({ start: (controller) => controller.enqueue('text') });
  const asynchronous = { size: 4, readAt: async () => undefined };
  for (const source of [undefined, null, 42, 'text', {}, [], used, locked, words, { size: -1, readAt() {} }]) {
    await assert.rejects(verifier.verifyPackage(source), { code: 'ARGUMENT_INVALID' });
  }
  await assert.rejects(verifier.verifyPackage(asynchronous), (error) => {
    assert.deepEqual([error.code, error.details.argument], ['ARGUMENT_INVALID', 'source.readAt']);
    return /synchronous/.test(error.message);
  });
  // A buffer that was transferred away is an empty one for some engines.
  const emptied = await verifier.inspectPackage(moved).catch((error) => error);
  assert.ok(emptied.code === 'ARGUMENT_INVALID' || errorCodes(emptied)[0] === 'NOT_AN_ARCHIVE');
  const url = await serve(t);
  await assert.rejects(verifier.verifyPackage(await fetch(`${url}/nothing`)), (error) => {
    assert.equal(error.details.status, 404);
    return error.code === 'HTTP_STATUS' && !(error instanceof PackageRejected);
  });
  await assert.rejects(verifier.verifyPackage(Response.error()), { code: 'HTTP_STATUS' });
});

test('a source that fails is the host\'s failure', async (t) => {
  const cause = new Error('the disk is gone');
  const failing = { size: 100, readAt() { throw cause; } };
  await assert.rejects(verifier.inspectPackage(failing), (error) => {
    assert.ok(VerifierError.isVerifierError(error));
    assert.match(error.message, /the disk is gone/);
    return error.code === 'SOURCE_READ' && error.cause === cause;
  });
  const broken = new ReadableStream({ pull: (controller) => controller.error(cause) });
  await assert.rejects(verifier.inspectPackage(broken), { code: 'STREAM_FAILED', cause });
  const url = await serve(t, {
    '/cut': (_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write(Buffer.alloc(10));
      setTimeout(() => response.destroy(), 10);
    },
  });
  await assert.rejects(verifier.inspectPackage(await fetch(`${url}/cut`)), { code: 'NETWORK_FAILED' });
});

test('a length that the server states is no more than a hint', async () => {
  const bytes = bytesOf(big);
  const expected = { sha256: sha256(bytes), fileName: big.split('/').at(-1) };
  for (const stated of [0, 1, 1000, bytes.length - 1, bytes.length, bytes.length + 1, 2 ** 31, 'x']) {
    for (const piece of [1 << 10, 65_537, 1 << 20, bytes.length]) {
      const pieces = [];
      for (let at = 0; at < bytes.length; at += piece) pieces.push(bytes.slice(at, at + piece));
      const stream = new ReadableStream({
        pull(controller) {
          const next = pieces.shift();
          if (next === undefined) controller.close();
          else controller.enqueue(next);
        },
      });
      const response = new Response(stream, { headers: { 'content-length': String(stated) } });
      const verdict = await verifier.verifyPackage(response, expected);
      assert.deepEqual([verdict.verdict, verdict.digests.size], ['verified', bytes.length], `${stated} ${piece}`);
    }
  }
});
