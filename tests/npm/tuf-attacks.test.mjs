// Every attack on a channel that TUF protects, met by the command line.
import assert from 'node:assert/strict';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { run } from './support/command-line.mjs';
import { fixtures, pathOf } from './support/samples.mjs';
import { checkChannel, checkTarget } from './support/schema.mjs';
import { emptyFolder } from './support/signed.mjs';

const { tuf, tufAttacks } = fixtures;
const honest = pathOf(tuf.folder);
const URL = 'https://example.org/channel';

/** A copy of the channel, as an attack leaves it. */
function attacked(t, { folder, removed }) {
  const copy = join(emptyFolder(t), 'channel');
  cpSync(honest, copy, { recursive: true });
  if (existsSync(pathOf(folder))) cpSync(pathOf(folder), copy, { recursive: true });
  for (const path of removed) rmSync(join(copy, path));
  return copy;
}

/** All codes of an answer's findings. */
const codesIn = (answer) => [...JSON.stringify(answer).matchAll(/"code":"([A-Z0-9_]+)"/g)].map(([, code]) => code);

/** The answers of a command, which the schemas describe. */
async function answers(place, { stage, target, now }, root, state) {
  const options = ['--root', root, '--now', now, '--state', state, '--mirror-of', URL, '--json'];
  const isTarget = stage !== 'record';
  const result = await run(isTarget ? ['target', target, '--channel', place, ...options] : ['channel', place, '--packages', ...options]);
  const found = result.lines.map((line) => JSON.parse(line));
  for (const answer of found) (isTarget ? checkTarget : checkChannel)(answer);
  return { ...result, codes: found.flatMap(codesIn), text: result.stdout + result.stderr };
}

test('the honest channel', async (t) => {
  const state = join(emptyFolder(t), 'state');
  for (const stage of ['target', 'record']) {
    const { status, text } = await answers(honest, { stage, target: tuf.victim, now: tuf.now }, join(honest, tuf.root), state);
    assert.equal(status, 0, text);
  }
});

for (const attack of tufAttacks) {
  test(`${attack.way}: ${attack.expected}`, async (t) => {
    const state = join(emptyFolder(t), 'state');
    const place = attacked(t, attack);
    if (attack.returning) {
      const before = await answers(honest, { ...attack, stage: 'target', target: tuf.victim, now: tuf.now }, join(honest, tuf.root), state);
      assert.equal(before.status, 0, before.text);
    }
    const { status, codes, text } = await answers(place, attack, join(place, tuf.root), state);
    if (attack.code === null) {
      assert.deepEqual([status, codes], [0, []], text);
      return;
    }
    assert.equal(status, 1, text);
    assert.ok(codes.includes(attack.code), text);
  });
}
