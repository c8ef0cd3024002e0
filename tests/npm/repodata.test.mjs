// Repodata: read, found, compared, and never taken for a signature.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { Verifier, VerifierError } from 'conda-verifier';

import { bytesOf, errorCodes, fixtures, pathOf, repodata, sha256, small, tampered } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { serve } from './support/server.mjs';

const verifier = await Verifier.create();
const nameOf = (path) => path.split('/').at(-1);
const text = readFileSync(pathOf(repodata), 'utf8');

test('packages are compared with unsigned records', async () => {
  const added = await verifier.addRepodata('noarch', text);
  assert.deepEqual(added, { subdir: 'noarch', records: fixtures.honest.length + fixtures.tampered.length, target: null, baseUrl: null });
  for (const path of fixtures.honest) {
    const record = verifier.findRecord('noarch', nameOf(path));
    assert.deepEqual(record.trust, { basis: 'none', anchor: null });
    assert.ok(Object.isFrozen(record) && Object.isFrozen(record.depends));
    assert.equal(record.fileName, nameOf(path));
    assert.equal(record.subdir, 'noarch');
    const verdict = await verifier.verifyPackage(bytesOf(path), { record });
    checkVerdict(verdict);
    assert.deepEqual([verdict.verdict, verdict.reasons], ['unverified', ['unsigned']]);
    assert.deepEqual(verdict.trust, { basis: 'none', anchor: null });
    assert.equal(verdict.file, nameOf(path));
    // A clone, as it comes through a postMessage, is as good.
    const again = await verifier.verifyPackage(bytesOf(path), { record: structuredClone(record) });
    assert.deepEqual(again, verdict);
    // With a digest of the caller's it is verified, and the record is compared still.
    const both = { record, sha256: sha256(bytesOf(path)) };
    assert.equal((await verifier.verifyPackage(bytesOf(path), both)).verdict, 'verified');
  }
  const record = verifier.findRecord('noarch', nameOf(tampered));
  await assert.rejects(verifier.verifyPackage(bytesOf(tampered), { record }), { code: 'SHA256_MISMATCH' });
  assert.throws(() => verifier.findRecord('noarch', 'hello-2.0-0.conda'), (error) => {
    return VerifierError.isVerifierError(error) && error.code === 'RECORD_MISSING';
  });
  assert.throws(() => verifier.findRecord('linux-64', nameOf(small)), { code: 'ARGUMENT_INVALID' });
});

test('every kind of source', async (t) => {
  const url = await serve(t);
  const bytes = bytesOf(repodata);
  const sources = [
    text,
    bytes,
    bytes.buffer,
    new Blob([bytes]),
    new Blob([bytes]).stream(),
    new Response(text),
    await fetch(`${url}/${repodata}`),
    { size: bytes.length, readAt: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)) },
  ];
  for (const source of sources) {
    const fresh = await Verifier.create();
    await fresh.addRepodata('noarch', source);
    assert.equal(fresh.findRecord('noarch', nameOf(small)).version, '1.0');
    fresh.free();
  }
  await assert.rejects(verifier.addRepodata('noarch', await fetch(`${url}/nothing.json`)), { code: 'HTTP_STATUS' });
});

test('bzip2 and zstd are told by the bytes', async (t) => {
  const { bzip2, zstd } = await compressed(t);
  for (const bytes of [bzip2, zstd].filter(Boolean)) {
    const fresh = await Verifier.create();
    await fresh.addRepodata('noarch', bytes);
    assert.equal(fresh.findRecord('noarch', 'a-1-0.conda').name, 'a');
    await assert.rejects(fresh.addRepodata('noarch', bytes.subarray(0, -5)), (error) => /BZIP2|ZSTD/.test(error.code));
  }
});

test('records are those that were read, whatever becomes of the source', async () => {
  const bytes = new Uint8Array(bytesOf(repodata));
  const file = {
    size: bytes.length,
    readAt: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
  };
  const stream = new Blob([bytes]).stream();
  const verifiers = [];
  for (const source of [bytes, file, stream, text]) {
    const fresh = await Verifier.create();
    await fresh.addRepodata('noarch', source);
    verifiers.push(fresh);
  }
  const record = verifier.findRecord('noarch', nameOf(small));
  // The buffer is used for something else, and the file is closed.
  bytes.fill(0x20);
  file.readAt = () => {
    throw new Error('closed');
  };
  for (const fresh of verifiers) {
    assert.deepEqual(fresh.findRecord('noarch', nameOf(small)), record);
    fresh.free();
  }
});

/** The same small repodata, compressed by others: {"packages":{"a-1-0.conda":{…}}}. */
async function compressed() {
  const plain = '{"packages":{"a-1-0.conda":{"build":"0","name":"a","version":"1"}}}';
  const zlib = await import('node:zlib');
  return {
    bzip2: Uint8Array.from(Buffer.from(BZIP2, 'base64')),
    // Node.js 20 has none.
    zstd: zlib.zstdCompressSync?.(plain) ?? Uint8Array.from(Buffer.from(ZSTD, 'base64')),
  };
}
const BZIP2 = 'QlpoOTFBWSZTWXujmyUAAB+ZgBAHYBA+r9sKIABIin6psp6j01A02o9TEQ0ANABoNVJu3hEktgHYgjUqACyqItvRePDvN9JtHp/OBWPAMxMPIV8XckU4UJB7o5sl';
const ZSTD = 'KLUv/QRY/QEAMsQOFoBJHVuBmCcjDGAlaULeLtHjwYbMGQExxtF5c+wdK7nc81W0XT7nimBIMMyrmkvAMch0mL8ldEg1hgEAE04wuA==';

test('what is no repodata is refused, and what was there before stays', async () => {
  const fresh = await Verifier.create();
  await fresh.addRepodata('noarch', text);
  const cases = [
    [' ', 'JSON_INVALID'],
    ['<!DOCTYPE html><title>404</title>', 'JSON_INVALID'],
    ['{"packages":{}', 'JSON_INVALID'],
    ['[]', 'REPODATA_INVALID'],
    ['{"info":{}}', 'REPODATA_INVALID'],
    ['{"packages":{},"packages":{}}', 'REPODATA_INVALID'],
    ['{"info":{"subdir":"linux-64"},"packages":{}}', 'REPODATA_MISPLACED'],
    ['{"info":{"subdir":"\u202e"},"packages":{}}', 'REPODATA_MISPLACED'],
    ['BZh9 no', 'BZIP2_MALFORMED'],
  ];
  for (const [source, code] of cases) {
    await assert.rejects(fresh.addRepodata('noarch', source), (error) => {
      assert.doesNotMatch(error.message, /\u202e/);
      return error.code === code;
    }, source);
    assert.equal(fresh.findRecord('noarch', nameOf(small)).name, 'hello');
  }
  const limited = await Verifier.create({ limits: { repodataBytes: 100 } });
  await assert.rejects(limited.addRepodata('noarch', text), { code: 'LIMIT_EXCEEDED' });
  await fresh.addRepodata('noarch', '{"packages":{}}');
  assert.throws(() => fresh.findRecord('noarch', nameOf(small)), { code: 'RECORD_MISSING' });
});

test('records that bind nothing, or little', async () => {
  const bytes = bytesOf(small);
  const honest = JSON.parse(text)['packages.conda'][nameOf(small)];
  const { sha256: _, ...md5Only } = honest;
  const { md5: __, ...none } = md5Only;
  const cases = [
    [none, 'throw', 'rejected', ['DIGEST_MISSING'], []],
    [none, 'warn', 'unverified', [], ['no digest']],
    [md5Only, 'throw', 'rejected', ['WEAK_DIGEST'], []],
    [md5Only, 'warn', 'unverified', [], ['weak digest']],
    [{ ...md5Only, md5: '0'.repeat(32) }, 'warn', 'rejected', ['MD5_MISMATCH'], []],
    [{ ...honest, sha256: 'abc' }, 'warn', 'rejected', ['RECORD_INVALID'], []],
    [{ ...honest, size: 1.5 }, 'warn', 'rejected', ['RECORD_INVALID'], []],
    [{ ...honest, size: honest.size + 1 }, 'warn', 'rejected', ['SIZE_MISMATCH'], []],
    [{ ...honest, name: 'other' }, 'throw', 'rejected', ['NAME_MISMATCH'], []],
    [{ ...honest, subdir: 'linux-64' }, 'throw', 'rejected', ['SUBDIR_MISMATCH'], []],
  ];
  for (const [members, policy, status, codes, reasons] of cases) {
    const own = await Verifier.create({ policy });
    const record = { fileName: nameOf(small), ...members };
    const verdict = await own.inspectPackage(bytes, { record });
    checkVerdict(verdict);
    assert.deepEqual([verdict.verdict, errorCodes(verdict), verdict.reasons], [status, codes, reasons]);
  }
});

test('names of members do no harm', async () => {
  const hostile = `{"packages":{"__proto__":{"name":"a","version":"1","build":"0"},
    "a-1-0.conda":{"name":"a","version":"1","build":"0","__proto__":{"polluted":true},"trust":{"basis":"tuf"}}}}`;
  const fresh = await Verifier.create();
  await fresh.addRepodata('noarch', hostile);
  const record = fresh.findRecord('noarch', 'a-1-0.conda');
  assert.equal(Object.getPrototypeOf(record), Object.prototype);
  assert.equal(record.polluted, undefined);
  assert.equal({}.polluted, undefined);
  assert.deepEqual(record.trust, { basis: 'none', anchor: null });
  assert.equal(fresh.findRecord('noarch', '__proto__').name, 'a');
  assert.throws(() => fresh.findRecord('noarch', 'constructor'), { code: 'RECORD_MISSING' });
});
