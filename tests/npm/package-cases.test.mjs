// The cases of hostile and odd packages, through the packed package: each has its verdict,
// with the right code and the path that it is about.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { run, runJson } from './support/command-line.mjs';
import { fixtures, pathOf, sha256 } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';

const { cases } = fixtures;
const numbers = [...new Set(cases.map(({ number }) => number))].sort((a, b) => a - b);
const bytesOf = (name) => new Uint8Array(readFileSync(pathOf(name)));
const nameOf = (path) => path.split('/').at(-1);
const find = (number, name) => cases.find((it) => it.number === number && it.name === name);

test('every number is there', () => {
  assert.deepEqual(numbers, [...Array.from({ length: 81 }, (_, index) => index + 1), 86]);
});

/** What a package has to be, as the case has it. */
async function expectedOf({ file, repodata, pinned }, bytes, policy) {
  const verifier = await Verifier.create(policy === undefined ? {} : { policy });
  const expected = { fileName: nameOf(file) };
  if (pinned) expected.sha256 = sha256(bytes);
  if (repodata !== null) {
    await verifier.addRepodata('noarch', bytesOf(repodata));
    expected.record = verifier.findRecord('noarch', nameOf(file));
  }
  return { verifier, expected };
}

function checkFindings(verdict, { name, rejected, pinned, finding, alone }) {
  const found = verdict.findings.map(({ code, severity, path }) => ({ code, severity, path: path ?? null }));
  const told = `${name}: ${JSON.stringify(found.slice(0, 5))}`;
  assert.equal(verdict.verdict, rejected ? 'rejected' : pinned ? 'verified' : 'unverified', told);
  if (finding !== null) {
    const same = ({ code, severity, path }) =>
      code === finding.code && severity === finding.severity && path === finding.path;
    assert.ok(found.some(same), `${JSON.stringify(finding)} is not in ${told}`);
  }
  if (alone) assert.equal(found.length, finding === null ? 0 : 1, told);
}

for (const number of numbers) {
  const variants = cases.filter((it) => it.number === number);
  test(`case ${number}: ${variants[0].about}`, async () => {
    for (const variant of variants) {
      const bytes = bytesOf(variant.file);
      const { verifier, expected } = await expectedOf(variant, bytes);
      const verdict = await verifier.inspectPackage(bytes, expected);
      checkVerdict(verdict);
      checkFindings(verdict, variant);
      const verified = verifier.verifyPackage(bytes, expected);
      if (variant.rejected) await assert.rejects(verified, (error) => error.verdict.verdict === 'rejected');
      else assert.deepEqual(await verified, verdict);
    }
  });
}

test('names that mean something to JavaScript are handed out as they are', async () => {
  const variant = find(79, 'javascript-conda');
  const bytes = bytesOf(variant.file);
  const { verifier, expected } = await expectedOf(variant, bytes);
  const files = [];
  await verifier.verifyPackage(bytes, expected, { onFile: ({ path }) => void files.push(path) });
  for (const path of ['__proto__', 'constructor', 'share/__proto__/toString', 'hasOwnProperty']) {
    assert.ok(files.includes(path), path);
  }
});

test('profiles make less of some cases, and say so', async () => {
  for (const [profile, number, name, severity] of [
    ['lenient', 18, 'consistent', undefined],
    ['lenient', 21, 'folder', 'warning'],
    ['lenient', 23, 'missing', 'warning'],
    ['lenient', 31, 'two-frames', 'warning'],
    ['lenient', 45, 'unix-conda', 'warning'],
    ['lint', 68, 'file-tar-bz2', 'warning'],
    ['lint', 66, 'repodata-record-conda', 'warning'],
  ]) {
    const variant = find(number, name);
    const bytes = bytesOf(variant.file);
    const { verifier, expected } = await expectedOf(variant, bytes, { profile });
    const verdict = await verifier.verifyPackage(bytes, expected);
    assert.equal(verdict.verdict, 'verified');
    assert.deepEqual(verdict.lowered, [variant.finding.code]);
    assert.equal(verdict.findings.find(({ code }) => code === variant.finding.code)?.severity, severity);
    const options = ['package', pathOf(variant.file), '--sha256', expected.sha256, '--profile', profile];
    const { status, verdicts } = await runJson(options);
    assert.deepEqual([status, verdicts[0].lowered], [0, verdict.lowered], name);
    // A level by name counts before the profile, and so does one for all.
    for (const policy of [{ profile, codes: { [variant.finding.code]: 'throw' } }, { profile, default: 'throw' }]) {
      const strict = (await expectedOf(variant, bytes, policy)).verifier;
      await assert.rejects(strict.verifyPackage(bytes, expected), { code: variant.finding.code });
    }
  }
});

test('a profile is one of three', async () => {
  await assert.rejects(Verifier.create({ policy: { profile: 'strict' } }), { code: 'ARGUMENT_INVALID' });
  const { status, stderr } = await run(['package', pathOf(cases[0].file), '--profile', 'strict']);
  assert.equal(status, 2);
  assert.match(stderr, /--profile takes install, lint, lenient, not/);
});
