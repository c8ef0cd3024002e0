// No test of the two lists is left out, and none is there that is on neither.
import assert from 'node:assert/strict';
import test from 'node:test';

import { cases } from './cases/all.mjs';
import { beyond, official } from './names.mjs';

test('every name has its test, and every test is on the list', () => {
  const expected = [...official, ...beyond];
  assert.equal(official.length, 110);
  assert.equal(beyond.length, 36);
  assert.deepEqual(cases.map(([name]) => name).sort(), expected.sort());
});
