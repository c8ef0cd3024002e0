// conda-verifier installed: packages that were unpacked into real folders.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { run } from './support/command-line.mjs';
import { answers, environment, unpacked } from './support/installed-folders.mjs';
import { archive, linked, prefix, unpack, writeEnvironment } from './support/installed.mjs';
import { bytesOf, errorCodes, pathOf, sha256 } from './support/samples.mjs';
import { emptyFolder } from './support/signed.mjs';

const digest = sha256(bytesOf(archive));
const pkgs = pathOf('noarch');

test('a folder that a package was unpacked into', async (t) => {
  const folder = join(emptyFolder(t), 'hello-1.0-pyh0_0');
  await unpack(await Verifier.create(), folder, bytesOf(archive));
  const alone = await answers([folder]);
  assert.deepEqual([alone.status, alone.verdicts[0].kind, alone.report], [3, 'unpacked', undefined]);
  const whole = await answers([folder, '--pkgs', pkgs, '--sha256', digest]);
  assert.deepEqual([whole.status, whole.verdicts[0].verdict, whole.verdicts[0].findings], [0, 'verified', []]);
  const sizes = await answers([folder, '--pkgs', pkgs, '--sha256', digest, '--level', 'sizes']);
  assert.deepEqual([sizes.status, sizes.verdicts[0].level], [3, 'sizes']);
  writeFileSync(join(folder, 'info/index.json'), '{}');
  const changed = await answers([folder, '--pkgs', pkgs, '--sha256', digest]);
  assert.deepEqual([changed.status, errorCodes(changed.verdicts[0])], [1, ['FILE_SIZE_MISMATCH']]);
  writeFileSync(join(folder, 'more'), '');
  const { status, verdicts } = await answers([folder]);
  assert.deepEqual([status, errorCodes(verdicts[0])], [1, ['FILE_UNLISTED']]);
  assert.equal((await answers([folder, '--policy', 'FILE_UNLISTED=warn'])).status, 3);
});

test('what passes because a code was lowered says so in its first line', async (t) => {
  const folder = await unpacked(t);
  writeFileSync(join(folder, 'more'), '');
  const args = ['installed', folder, '--pkgs', pkgs, '--sha256', digest];
  assert.match((await run(args)).stdout, /^✘ rejected {2}/);
  const { status, stdout } = await run([...args, '--policy', 'FILE_UNLISTED=warn']);
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^✔ verified, with 1 code lowered {2}.*\n/);
  assert.match(stdout, /\n {2}lowered +FILE_UNLISTED\n/);
});

test('a damaged list of an unpacked package, and a record of another name', async (t) => {
  const unpacked = join(emptyFolder(t), 'hello-1.0-pyh0_0');
  await unpack(await Verifier.create(), unpacked, bytesOf(archive));
  for (const text of ['{"paths":', 'nothing']) {
    writeFileSync(join(unpacked, 'info/paths.json'), text);
    const { status, verdicts: [verdict] } = await answers([unpacked]);
    assert.deepEqual([status, verdict.kind, errorCodes(verdict)], [1, 'unpacked', ['JSON_INVALID']]);
    assert.match(verdict.findings[0].message, /info\/paths\.json/);
  }
  const folder = emptyFolder(t);
  writeEnvironment(folder, linked('conda'), 'other-1.0-0.json');
  const { status, verdicts } = await answers([folder, '--prefix', prefix]);
  assert.deepEqual([status, errorCodes(verdicts[0])], [1, ['NAME_MISMATCH']]);
});

test('a folder of records in an unpacked package makes it no environment', async (t) => {
  const folder = await unpacked(t);
  writeFileSync(join(folder, 'share/hello/greetings.txt'), 'evil');
  mkdirSync(join(folder, 'conda-meta'));
  const { status, verdicts } = await answers([folder, '--allow-unverified']);
  assert.deepEqual([status, verdicts[0].kind, errorCodes(verdicts[0])], [1, 'unpacked', ['FILE_SIZE_MISMATCH']]);
  // Also where nothing of info/ is left but the archive tells by its name.
  const bare = await unpacked(t);
  rmSync(join(bare, 'info'), { recursive: true });
  mkdirSync(join(bare, 'conda-meta'));
  const gone = await answers([bare, '--pkgs', pkgs, '--allow-unverified']);
  assert.deepEqual([gone.status, gone.verdicts[0].kind], [1, 'unpacked']);
  // With a record nobody can tell which it is.
  cpSync(join(environment(t), 'conda-meta'), join(folder, 'conda-meta'), { recursive: true });
  const both = await run(['installed', folder, '--allow-unverified']);
  assert.deepEqual([both.status, both.stdout], [4, '']);
  assert.match(both.stderr, /both records of an environment in conda-meta and the info\/paths\.json/);
});

test('an unpacked package whose list is gone or damaged is compared with its archive', async (t) => {
  const folder = await unpacked(t);
  rmSync(join(folder, 'info/paths.json'));
  rmSync(join(folder, 'info/files'), { force: true });
  const trust = ['--pkgs', pkgs, '--sha256', digest];
  const missing = (verdict) => verdict.findings.filter(({ code }) => code === 'FILE_MISSING').map(({ path }) => path);
  const alone = await answers([folder]);
  assert.deepEqual([alone.status, missing(alone.verdicts[0])], [1, ['info/paths.json']]);
  assert.match(alone.verdicts[0].findings[0].hint, /unpack it anew/);
  const whole = await answers([folder, ...trust]);
  assert.deepEqual([whole.status, missing(whole.verdicts[0]).includes('info/paths.json')], [1, true]);
  assert.ok(!errorCodes(whole.verdicts[0]).includes('FILE_SIZE_MISMATCH'));
  writeFileSync(join(folder, 'share/hello/greetings.txt'), 'evil');
  const changed = await answers([folder, ...trust]);
  const sizes = changed.verdicts[0].findings.filter(({ code }) => code === 'FILE_SIZE_MISMATCH');
  assert.deepEqual([changed.status, sizes.map(({ path }) => path)], [1, ['share/hello/greetings.txt']]);
  // A list that can't be read.
  writeFileSync(join(folder, 'info/paths.json'), '{"paths":');
  const damaged = await answers([folder, ...trust]);
  const codes = errorCodes(damaged.verdicts[0]);
  assert.deepEqual([damaged.status, codes.includes('JSON_INVALID'), codes.includes('FILE_SIZE_MISMATCH')], [1, true, true]);
  // A link in its place.
  rmSync(join(folder, 'info/paths.json'));
  symlinkSync(pathOf(archive), join(folder, 'info/paths.json'));
  const { status, verdicts } = await answers([folder, ...trust]);
  assert.deepEqual([status, errorCodes(verdicts[0]).includes('FILE_TYPE_MISMATCH')], [1, true]);
});

test('a digest that nothing is compared with: exit status 4', async (t) => {
  const folder = await unpacked(t);
  const empty = emptyFolder(t);
  const { status, stderr } = await run(['installed', folder, '--pkgs', empty, '--sha256', digest, '--allow-unverified']);
  assert.equal(status, 4);
  assert.match(stderr, /--sha256 was compared with nothing: no hello-1\.0-pyh0_0\.conda .*\[FILE_UNREADABLE\]\n$/);
  // What is wrong all the same rejects.
  writeFileSync(join(folder, 'more'), '');
  assert.equal((await run(['installed', folder, '--pkgs', empty, '--sha256', digest])).status, 1);
});
