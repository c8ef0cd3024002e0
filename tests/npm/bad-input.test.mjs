// Input of no use gets a typed error: never a trap, never a hang.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { Verifier, VerifierError } from 'conda-verifier';

import { runJson } from './support/command-line.mjs';
import { big, bytesOf, errorCodes, sha256, small, smallBz2 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { honest, pinned, refreshByHand, subdir, trusting, victim } from './support/trust.mjs';

const verifier = await Verifier.create();

/** Garbage that is the same every time. */
function garbage(length, seed) {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

const magics = {
  zip: [0x50, 0x4b, 0x03, 0x04],
  'empty zip': [0x50, 0x4b, 0x05, 0x06],
  bzip2: [0x42, 0x5a, 0x68, 0x39],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
  gzip: [0x1f, 0x8b],
};

const inputs = [
  ['an empty file', new Uint8Array(0), ['NOT_AN_ARCHIVE']],
  ['a single byte', new Uint8Array(1), ['NOT_AN_ARCHIVE']],
  ['16 bytes of garbage', garbage(16, 1), ['NOT_AN_ARCHIVE']],
  ['a page that says 404', new TextEncoder().encode('<!DOCTYPE html><h1>404</h1>'), ['NOT_AN_ARCHIVE']],
  ...Object.entries(magics).map(([name, magic]) => [
    `${name} and then garbage`,
    Uint8Array.from([...magic, ...garbage(5000, 2)]),
    undefined,
  ]),
];

for (const [name, bytes, codes] of inputs) {
  test(name, async () => {
    const verdict = await verifier.inspectPackage(bytes);
    checkVerdict(verdict);
    assert.equal(verdict.verdict, 'rejected');
    if (codes !== undefined) assert.deepEqual(errorCodes(verdict), codes);
    // Pinned, so that it is authentic garbage.
    const pinned = await verifier.inspectPackage(bytes, { sha256: sha256(bytes) });
    assert.deepEqual([pinned.verdict, errorCodes(pinned)], ['rejected', errorCodes(verdict)]);
    await assert.rejects(verifier.verifyPackage(bytes), { code: verdict.findings[0].code });
  });
}

test('all of them on the command line', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'conda-verifier-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = inputs.map(([, bytes], index) => {
    const file = join(folder, `bad${index}-1-0.conda`);
    writeFileSync(file, bytes);
    return file;
  });
  const { status, stderr, verdicts } = await runJson(['package', ...files]);
  assert.deepEqual([status, stderr, verdicts.length], [1, '', files.length]);
  verdicts.forEach(checkVerdict);
});

for (const path of [small, smallBz2, big]) {
  test(`${path}, cut off at every 1/16`, async (t) => {
    const whole = bytesOf(path);
    const folder = mkdtempSync(join(tmpdir(), 'conda-verifier-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const files = [];
    for (let part = 0; part < 16; part++) {
      const bytes = whole.subarray(0, Math.floor((whole.length * part) / 16));
      const fileName = path.split('/').at(-1);
      for (const expected of [{}, { fileName, sha256: sha256(bytes) }]) {
        const verdict = await verifier.inspectPackage(bytes, expected);
        checkVerdict(verdict);
        assert.equal(verdict.verdict, 'rejected', `${part}/16`);
        assert.match(errorCodes(verdict).join(), /NOT_AN_ARCHIVE|ZIP_MALFORMED|BZIP2_MALFORMED|TAR_/);
      }
      const cut = await verifier.inspectPackage(bytes, { sha256: sha256(whole), size: whole.length });
      assert.deepEqual(errorCodes(cut), ['SIZE_MISMATCH']);
      files.push(join(folder, `cut${part}-1-0.${path.endsWith('a') ? 'conda' : 'tar.bz2'}`));
      writeFileSync(files[part], bytes);
    }
    const { status, stderr, verdicts } = await runJson(['package', ...files]);
    assert.deepEqual([status, stderr, verdicts.length], [1, '', 16]);
    for (const verdict of verdicts) assert.equal(verdict.verdict, 'rejected');
  });
}

test('a flipped bit anywhere in a package whose digest is known', async () => {
  const whole = bytesOf(small);
  for (let offset = 0; offset < whole.length; offset += 97) {
    const bytes = whole.slice();
    bytes[offset] ^= 1 << offset % 8;
    await assert.rejects(verifier.verifyPackage(bytes, { sha256: sha256(whole) }), { code: 'SHA256_MISMATCH' });
  }
});

test('a flipped bit anywhere is no trap where no digest is known', async () => {
  for (const path of [small, smallBz2]) {
    const whole = bytesOf(path);
    for (let offset = 0; offset < whole.length; offset += 13) {
      const bytes = whole.slice();
      bytes[offset] ^= 1 << offset % 8;
      const verdict = await verifier.inspectPackage(bytes);
      assert.notEqual(verdict.verdict, 'verified');
    }
  }
});

/** What a call gives, or the code of a typed error that is not about the host. */
async function typed(call) {
  try {
    return await call();
  } catch (error) {
    assert.ok(VerifierError.isVerifierError(error), String(error));
    assert.doesNotMatch(error.code, /INSTANCE_POISONED|ARGUMENT_INVALID/);
    return error.code;
  }
}

function* flipped(whole, stride) {
  for (let offset = 0; offset < whole.length; offset += stride) {
    const bytes = Uint8Array.from(whole);
    bytes[offset] ^= 1 << offset % 8;
    yield bytes;
  }
}

test('a flipped bit anywhere in a role file is refused, or of no weight', async () => {
  const trusted = await trusting();
  for (const role of ['key_mgr.json', 'pkg_mgr.json']) {
    for (const bytes of flipped(honest(role), 3)) {
      const verifier = await pinned();
      const found = await typed(() => refreshByHand(verifier, (path) => (path === role ? bytes : honest(path))));
      // Blanks, and signatures beyond those that it takes, do not count.
      if (typeof found === 'string') assert.equal(verifier.trust[role.startsWith('key') ? 'keyMgr' : 'pkgMgr'], null);
      else assert.deepEqual(verifier.trust, trusted.trust);
      verifier.free();
    }
  }
});

test('a flipped bit anywhere in what was kept, or in signed repodata', async () => {
  const trusted = await trusting();
  const kept = trusted.export();
  for (const { key, bytes: whole } of kept) {
    for (const bytes of flipped(whole, 5)) {
      const verifier = await pinned();
      const found = await typed(() => verifier.restore(kept.map((entry) => (entry.key === key ? { key, bytes } : entry))));
      if (found === undefined) assert.ok(verifier.trust.root.version === 3, key);
      else assert.equal(found, 'STATE_INVALID');
      verifier.free();
    }
  }
  const expected = trusted.verifyRecord(subdir, victim);
  let good = 0;
  let bad = 0;
  for (const bytes of flipped(honest(`${subdir}/repodata.json`), 3)) {
    const found = await typed(async () => {
      await trusted.addRepodata(subdir, bytes);
      await trusted.auditRecords(subdir);
      assert.ok((await trusted.listRecords(subdir)).every(Object.isFrozen));
      return trusted.verifyRecord(subdir, victim);
    });
    if (typeof found === 'string') bad++;
    else {
      good++;
      // What verifies says what was signed.
      const { evidence: _, ...members } = found;
      const { evidence: __, ...signed } = expected;
      assert.deepEqual(members, signed);
    }
  }
  assert.ok(good > 10 && bad > 10, `${good} good, ${bad} bad`);
});
