// What the command line ends with where its answer can't be written, or it fails itself.
import assert from 'node:assert/strict';
import { closeSync, cpSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { BIN, run, start } from './support/command-line.mjs';
import { pathOf, small } from './support/samples.mjs';
import { attacked, emptyFolder, signed, trusting, victim } from './support/signed.mjs';

/** The exit status where nobody reads the answer. */
async function unread(args) {
  const child = start(args);
  child.stdout.destroy();
  return new Promise((resolve) => child.once('close', resolve));
}

/** The exit status, and what is told, where the disk is full. */
async function full(args) {
  const descriptor = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', descriptor, 'pipe'] });
  closeSync(descriptor);
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  const status = await new Promise((resolve) => child.once('close', resolve));
  return { status, stderr };
}

test('an answer that can\'t be written: what was rejected stays so', async (t) => {
  const ways = [
    ['record-tampered', ['--json']],
    ['package-tampered', ['--packages', '--json']],
    ['key-mgr-short', []],
    ['key-mgr-short', ['--json']],
  ];
  for (const [way, options] of ways) {
    assert.equal(await unread(['channel', attacked(t, way), ...trusting, ...options]), 1, way);
  }
  const refused = attacked(t, 'key-mgr-short');
  assert.equal(await unread(['package', join(refused, victim), '--channel', refused, ...trusting]), 1);
  for (const options of [[], ['--json']]) {
    assert.equal(await unread(['channel', signed, ...trusting, ...options]), 4);
    if (!existsSync('/dev/full')) continue;
    const { status, stderr } = await full(['channel', signed, ...trusting, ...options]);
    assert.equal(status, 4);
    assert.match(stderr, /^conda-verifier: cannot write: .*; make room and try again\n$/);
    assert.equal((await full(['channel', refused, ...trusting, ...options])).status, 1);
  }
});

test('a mistake of the program is one line, and no success', async (t) => {
  const module = join(emptyFolder(t), 'mistake.mjs');
  writeFileSync(module, `
    const { stringify } = JSON;
    JSON.stringify = (value, ...more) => {
      if (value?.notChecked !== undefined) throw new RangeError('Invalid string length\\x1b[31m\\nmore');
      return stringify(value, ...more);
    };`);
  const env = { NODE_OPTIONS: `--import=${pathToFileURL(module)}` };
  for (const [place, expected] of [[signed, 4], [attacked(t, 'record-tampered'), 1]]) {
    const { status, stdout, stderr } = await run(['channel', place, ...trusting, '--json'], { env });
    assert.deepEqual([status, stdout], [expected, '']);
    assert.match(stderr, /^conda-verifier: [ -~]*RangeError: Invalid string length\\u\{1b\}\[31m\\u\{a\}more\n$/);
  }
});

test('--json behind -- is a file', async (t) => {
  const cwd = emptyFolder(t);
  cpSync(pathOf(small), join(cwd, '--json'));
  const { stdout } = await run(['package', '--', '--json'], { cwd });
  assert.match(stdout, /--json\n {2}package /);
  assert.equal((await run(['package', '--json', '--', '--json'], { cwd })).stdout[0], '{');
});
