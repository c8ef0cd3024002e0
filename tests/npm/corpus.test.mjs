// Real packages, where they are at hand: the packed package says what the table says.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { root } from './support/places.mjs';
import { errorCodes } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';

const corpus = join(root, '../shared/corpus');
const table = readFileSync(join(root, 'tests/corpus/expectations.tsv'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'));
const codesOf = (column) => (column === '-' ? [] : column.split(',').sort());

if (!existsSync(corpus)) {
  console.log('corpus left out: ../shared is not here');
} else {
  const verifier = await Verifier.create();
  for (const [path, sha256, status, errors, warnings] of table) {
    test(path, async () => {
      const bytes = readFileSync(join(corpus, path));
      const expected = { fileName: path.split('/').at(-1), sha256 };
      const verdict = await verifier.inspectPackage(bytes, expected);
      checkVerdict(verdict);
      assert.deepEqual([verdict.verdict, errorCodes(verdict)], [status, codesOf(errors)]);
      const warned = verdict.findings.filter(({ severity }) => severity === 'warning');
      assert.deepEqual([...new Set(warned.map(({ code }) => code))].sort(), codesOf(warnings));
    });
  }
}

test('the table is not empty', () => assert.ok(table.length > 0));
