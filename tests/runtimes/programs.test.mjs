// The same check under every runtime with a command line. They find the package by its name in
// node_modules, and its entry by the conditions of its `exports`.
import assert from 'node:assert/strict';
import process from 'node:process';
import test from 'node:test';

import { folderOf } from './support/folder.mjs';
import { installed } from './support/shared.mjs';
import { compare, run } from './support/reference.mjs';
import { site } from './support/site.mjs';
import { programs } from './support/tools.mjs';

const UNSIGNED = 'unverified';
const stores = { memory: '3 2 2 0', indexedDb: null, folder: '3 2 2 0', cache: null };

test('under this Node.js it gives what it should', async (t) => {
  const url = await site(t);
  const { report, engine } = await run(process.execPath, [], url, folderOf(t));
  assert.deepEqual(engine, { hashedBy: ['host'], stores });
  const gave = (name) => {
    assert.ok(name in report, name);
    return report[name];
  };
  const codesOf = (errors) => Object.values(errors).map(({ code, gave }) => code ?? gave);

  assert.deepEqual(gave('a wrong WebAssembly file, and then the right one'), [[...Array(5).fill('WASM_UNAVAILABLE'), 'ARGUMENT_INVALID'], UNSIGNED]);
  const honest = Object.values(gave('honest packages from every source'));
  assert.equal(honest.length, 12);
  for (const { verdict, ended } of honest) assert.deepEqual([verdict.verdict, ended], ['verified', 'done']);
  assert.equal(gave('a file that is read slice by slice').verdict, 'verified');
  const spoiled = Object.values(gave('spoiled packages'));
  assert.ok(spoiled.length > 20);
  for (const [name, findings] of spoiled) assert.ok(name === 'PackageRejected' && findings.some((line) => line.startsWith('error ')));
  assert.deepEqual(gave('a flipped byte').code, 'SHA256_MISMATCH');
  assert.ok(gave('files as they come').length > 49);
  const signed = gave('a signed channel');
  assert.deepEqual([signed.verdict.verdict, signed.verdict.trust.basis, signed.audit.trusted], ['verified', 'content-trust', 6]);
  assert.deepEqual(gave('the channel\'s repodata in every form').map(({ records }) => records), [6, 6, 6]);
  assert.deepEqual(codesOf(gave('attacks on the channel')), [
    'THRESHOLD_NOT_MET',
    'ROLE_ROLLBACK',
    'EXPIRED',
    'THRESHOLD_NOT_MET',
    'RECORD_UNSIGNED',
    'SHA256_MISMATCH',
  ]);
  const mirrored = gave('the first of two mirrors has a flipped byte');
  assert.deepEqual([mirrored.verdict.verdict, mirrored.passed.map(({ code }) => code)], ['verified', ['SHA256_MISMATCH']]);
  assert.deepEqual([mirrored.alone.name, mirrored.alone.code], ['PackageRejected', 'SHA256_MISMATCH']);
  const [tuf, ...tufAttacks] = Object.values(gave('a channel under TUF'));
  assert.deepEqual(tuf.gave.roles, ['targets', 'packages']);
  assert.deepEqual(codesOf(tufAttacks), ['EXPIRED', 'THRESHOLD_NOT_MET', 'TARGET_DIGEST_MISMATCH', 'THRESHOLD_NOT_MET']);
  const look = gave('a look at a package on a server');
  assert.deepEqual([look.verdict.reasons, look.index.name, look.transfer.whole], [['partial'], 'big', null]);
  const [alone, whole, changed] = gave('what is installed');
  assert.deepEqual([alone.verdict, whole.verdict, changed.name], [UNSIGNED, 'verified', 'InstalledRejected']);
  assert.deepEqual(gave('aborted, before and half-way'), [Array(5).fill('the reason'), UNSIGNED]);
  assert.deepEqual(gave('many at once'), Array(2).fill([UNSIGNED, 'rejected', 'verified']).flat());
  assert.deepEqual(gave('a trap, and a new one goes on'), [['INSTANCE_POISONED', 'INSTANCE_POISONED'], UNSIGNED]);
  assert.deepEqual(gave('before it is created, within itself, and after free()'), ['ARGUMENT_INVALID', 'BUSY', 'FREED', 'FREED', 'FREED']);
  const said = gave('misspelled options, and others of no use');
  assert.deepEqual(said.map(([code]) => code), [...Array(7).fill('ARGUMENT_INVALID'), 'HTTP_STATUS', 'ARGUMENT_INVALID']);
  assert.deepEqual(said.filter(([, text]) => /did you mean \w+\?$/.test(text)).length, 4);
  assert.deepEqual(gave('verdicts are frozen, and plain'), [true, true, true]);
  // Every step is looked at here: one that is added says what it should give.
  assert.equal(Object.keys(report).length, 19);
});

// What each of them is started with, by the server's URL, and the stores that it has.
const runtimes = {
  'Node.js 24': [programs.node, () => [], stores],
  // Nothing but the package, the server and the folder may be touched.
  Deno: [
    programs.deno,
    (url, folder) => [
      'run',
      '--no-prompt',
      '--no-remote',
      `--allow-read=${installed},${folder}`,
      `--allow-write=${folder}`,
      // Of the folder's lock, which names the machine.
      '--allow-sys=hostname',
      `--allow-net=${new URL(url).host}`,
    ],
    { ...stores, cache: '3 2 2 0' },
  ],
  Bun: [programs.bun, () => ['run'], stores],
};

for (const [name, [program, options, stores]] of Object.entries(runtimes)) {
  test(`under ${name}`, async (t) => {
    const [url, folder] = [await site(t), folderOf(t)];
    const { report, engine } = await run(program(), options(url, folder), url, folder);
    await compare(t, url, report);
    assert.deepEqual(engine, { hashedBy: ['host'], stores });
  });
}
