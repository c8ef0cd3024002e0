// Threads that keep the same channel: in Node.js 24 the engine's locks would let none of them go on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { programs } from './support/tools.mjs';

const threads = fileURLToPath(new URL('threads.mjs', import.meta.url));

for (const [name, program] of [['this Node.js', () => process.execPath], ['a newer one', programs.node]]) {
  test(`threads of ${name} that share a channel end`, () => {
    const { stdout, stderr, status } = spawnSync(program(), [threads], { encoding: 'utf8', timeout: 60_000 });
    assert.deepEqual([status, stdout.trim()], [0, 'all ended'], stderr);
  });
}
