// Every way to spoil a package is found, with the right code, and with or without a record.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { runJson } from './support/command-line.mjs';
import { bytesOf, errorCodes, fixtures, pathOf, repodata, sha256 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';

/** The code that each way has to be found by where the digests fit, in both formats. */
const CODES = {
  'content-changed': ['FILE_SHA256_MISMATCH', 'FILE_SHA256_MISMATCH'],
  'digests-swapped': ['FILE_SHA256_MISMATCH', 'FILE_SHA256_MISMATCH'],
  'duplicate-entry': ['ENTRY_DUPLICATE', 'ENTRY_DUPLICATE'],
  'file-missing': ['FILE_MISSING', 'FILE_MISSING'],
  // A .conda has the CRC of its members. bzip2 tells at the end of a block, when the tar
  // in it has been found to make no sense already.
  'flipped-byte': ['ZIP_CRC_MISMATCH', 'BZIP2_MALFORMED'],
  'path-traversal': ['PATH_UNSAFE', 'PATH_UNSAFE'],
  'trailing-data': ['ZIP_HIDDEN_DATA', 'BZIP2_TRAILING_DATA'],
  truncated: ['ZIP_MALFORMED', 'BZIP2_MALFORMED'],
  'unlisted-file': ['FILE_UNLISTED', 'FILE_UNLISTED'],
  'wrong-name': ['NAME_MISMATCH', 'NAME_MISMATCH'],
  'wrong-size': ['FILE_SIZE_MISMATCH', 'FILE_SIZE_MISMATCH'],
};

const verifier = await Verifier.create();
await verifier.addRepodata('noarch', bytesOf(repodata));
const nameOf = (path) => path.split('/').at(-1);

test('the table is about all ways', () => {
  assert.deepEqual([...new Set(fixtures.spoiled.map(({ way }) => way))].sort(), Object.keys(CODES).sort());
});

for (const { file, repodata: fitting, way, description } of fixtures.spoiled) {
  const code = CODES[way]?.[file.endsWith('.conda') ? 0 : 1];
  test(`${file}: ${description}`, async () => {
    const bytes = bytesOf(file);
    // Somebody vouched for the spoiled bytes, or nobody did: it is found all the same.
    const own = await Verifier.create();
    await own.addRepodata('noarch', bytesOf(fitting));
    const record = own.findRecord('noarch', nameOf(file));
    for (const expected of [{ record }, { sha256: sha256(bytes), fileName: nameOf(file) }, { fileName: nameOf(file) }]) {
      const verdict = await own.inspectPackage(bytes, expected);
      checkVerdict(verdict);
      assert.equal(verdict.verdict, 'rejected');
      assert.ok(errorCodes(verdict).includes(code), `${errorCodes(verdict)}`);
    }
    // The honest record refuses it before anything of it is parsed.
    const honest = verifier.findRecord('noarch', nameOf(file));
    await assert.rejects(verifier.verifyPackage(bytes, { record: honest }), (error) => {
      assert.equal(error.verdict.package, null);
      return ['SIZE_MISMATCH', 'SHA256_MISMATCH'].includes(error.code);
    });
    const { status, verdicts } = await runJson(['package', pathOf(file), '--repodata', pathOf(fitting)]);
    assert.equal(status, 1);
    assert.ok(errorCodes(verdicts[0]).includes(code));
  });
}
