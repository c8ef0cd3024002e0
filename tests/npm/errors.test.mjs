// Errors: typed, told apart by code, whole after a trip through JSON.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'node:test';
import vm from 'node:vm';

import { PackageRejected, Verifier, VerifierError } from 'conda-verifier';

import { installed, root } from './support/places.mjs';
import { bytesOf, tampered } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';

const verifier = await Verifier.create();
const rejection = await verifier
  .verifyPackage(bytesOf(tampered), { sha256: '0'.repeat(64) })
  .catch((error) => error);

test('a rejection carries the whole verdict', () => {
  assert.ok(rejection instanceof PackageRejected && rejection instanceof VerifierError);
  assert.equal(rejection.name, 'PackageRejected');
  assert.match(String(rejection), /^PackageRejected: the archive's SHA-256 is /);
  const [finding] = rejection.verdict.findings;
  for (const member of ['code', 'message', 'hint', 'path', 'expected', 'actual']) {
    assert.equal(rejection[member], finding[member], member);
  }
  assert.deepEqual(rejection.details, { expected: finding.expected, actual: finding.actual });
  checkVerdict(rejection.verdict);
});

test('an error survives JSON and structured cloning', async () => {
  const others = [
    await Verifier.create({ polciy: 1 }).catch((error) => error),
    await verifier.verifyPackage(Response.error()).catch((error) => error),
  ];
  for (const error of [rejection, ...others]) {
    for (const json of [JSON.parse(JSON.stringify(error)), structuredClone(error.toJSON())]) {
      const back = VerifierError.fromJSON(json);
      assert.equal(back.constructor, error.constructor);
      assert.deepEqual(back.toJSON(), error.toJSON());
      assert.ok(Object.isFrozen(back.details));
      assert.deepEqual(back.verdict, error.verdict);
    }
  }
  for (const json of [undefined, null, 'x', {}, { code: 1, message: '', hint: '' }]) {
    assert.throws(() => VerifierError.fromJSON(json), { code: 'ARGUMENT_INVALID' });
  }
});

test('errors are known across realms and copies', async () => {
  assert.ok(VerifierError.isVerifierError(rejection));
  const copy = await import(`${pathToFileURL(join(installed, 'dist/errors/verifier-error.js'))}?copy`);
  assert.notEqual(copy.VerifierError, VerifierError);
  assert.ok(!(rejection instanceof copy.VerifierError));
  assert.ok(copy.VerifierError.isVerifierError(rejection));
  const foreign = vm.runInNewContext(
    `Object.assign(new Error('x'), { [Symbol.for('conda-verifier.error')]: true })`,
  );
  assert.ok(!(foreign instanceof Error) && VerifierError.isVerifierError(foreign));
  for (const x of [undefined, null, 1, 'x', {}, new Error('x')]) {
    assert.ok(!VerifierError.isVerifierError(x));
  }
});

test('the codes of JavaScript are rows of a table, and none is one of the core\'s', async () => {
  const { HOST_CODES } = await import(pathToFileURL(join(installed, 'dist/errors/host-codes.js')));
  const { CORE_CODES } = await import(pathToFileURL(join(installed, 'dist/errors/codes.js')));
  for (const [code, row] of Object.entries(HOST_CODES)) {
    assert.match(code, /^[A-Z][A-Z0-9_]*$/);
    assert.equal(row.class, 'host');
    assert.ok(row.meaning.endsWith('.') && row.hint.endsWith('.'), code);
    assert.ok(!CORE_CODES.includes(code), code);
  }
  // What the core says too, in the core's words.
  const source = readFileSync(join(root, 'src/error/code.rs'), 'utf8');
  const [, hint] = /"ARGUMENT_INVALID" Host\s+"([^"]+)"/.exec(source);
  const error = await Verifier.create({ policy: 'x' }).catch((error) => error);
  assert.equal(error.hint, hint);
});

test('the documentation names the host codes that count as a rejection', async () => {
  const place = (path) => pathToFileURL(join(installed, path));
  const { decidesNothing, HOST_CODES } = await import(place('dist/errors/host-codes.js'));
  const [, sentence] = /^- \*\*host\*\*: ([^]*?)\n\n/m.exec(readFileSync(place('errors.md'), 'utf8'));
  const named = [...sentence.matchAll(/`(\w+)`/g)].map(([, code]) => code);
  assert.deepEqual(named.sort(), Object.keys(HOST_CODES).filter((code) => !decidesNothing(code)).sort());
});
