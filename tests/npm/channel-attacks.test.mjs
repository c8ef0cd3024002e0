// `conda-verifier channel`: every attack of the generator.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import { codesOf, inspect } from './support/channel-command.mjs';
import { run } from './support/command-line.mjs';
import { checkChannel } from './support/schema.mjs';
import { attacked, attacks, copyOf, emptyFolder, honest, now, pinned, strike, trusting, victim } from './support/signed.mjs';

/** What each attack that is noticed comes to, without memory of the honest channel. */
const CODES = {
  'pinned-root-short': 'THRESHOLD_NOT_MET',
  'root-expired': 'EXPIRED',
  'root-expires-now': 'EXPIRED',
  'root-rolled-back': 'ROLE_ROLLBACK',
  'root-repeated': 'ROLE_ROLLBACK',
  'root-skipped': 'ROLE_VERSION_SKIPPED',
  'root-wrong-type': 'ROLE_TYPE_MISMATCH',
  'root-unsigned': 'THRESHOLD_NOT_MET',
  'root-by-unknown-key': 'THRESHOLD_NOT_MET',
  'root-old-short': 'THRESHOLD_NOT_MET',
  'root-new-short': 'THRESHOLD_NOT_MET',
  'root-headers-changed': 'THRESHOLD_NOT_MET',
  'root-spec-unknown': 'ROLE_SPEC_UNSUPPORTED',
  'root-huge': 'LIMIT_EXCEEDED',
  'root-delegation-missing': 'ROLE_MALFORMED',
  'root-delegation-extra': 'ROLE_MALFORMED',
  'key-mgr-expired': 'EXPIRED',
  'key-mgr-expires-now': 'EXPIRED',
  'key-mgr-wrong-type': 'ROLE_TYPE_MISMATCH',
  'key-mgr-unsigned': 'THRESHOLD_NOT_MET',
  'key-mgr-taken-over': 'THRESHOLD_NOT_MET',
  'key-mgr-by-other-role': 'THRESHOLD_NOT_MET',
  'key-mgr-tampered': 'THRESHOLD_NOT_MET',
  'key-mgr-short': 'THRESHOLD_NOT_MET',
  'key-twice': 'THRESHOLD_NOT_MET',
  'signature-upper-case': 'SIGNATURE_ENCODING',
  'signature-not-hex': 'SIGNATURE_ENCODING',
  'signature-extra-member': 'SIGNATURE_ENCODING',
  'delegated-key-twice': 'ROLE_MALFORMED',
  'delegated-key-upper-case': 'ROLE_MALFORMED',
  'delegated-no-keys': 'ROLE_MALFORMED',
  'threshold-zero': 'ROLE_MALFORMED',
  'threshold-above-keys': 'ROLE_MALFORMED',
  'threshold-true': 'ROLE_MALFORMED',
  'delegation-missing': 'ROLE_MALFORMED',
  'delegation-extra': 'ROLE_MALFORMED',
  'spec-mismatch': 'ROLE_SPEC_UNSUPPORTED',
  'version-true': 'ROLE_MALFORMED',
  'version-float': 'ROLE_MALFORMED',
  'version-negative': 'ROLE_MALFORMED',
  'version-zero': 'ROLE_MALFORMED',
  'version-huge': 'ROLE_MALFORMED',
  'version-missing': 'ROLE_MALFORMED',
  'timestamp-missing': 'ROLE_MALFORMED',
  'timestamp-offset': 'ROLE_MALFORMED',
  'expiration-impossible': 'ROLE_MALFORMED',
  'signed-not-object': 'ROLE_MALFORMED',
  'envelope-extra-member': 'ROLE_MALFORMED',
  'duplicate-member': 'JSON_INVALID',
  'duplicate-escaped-member': 'JSON_INVALID',
  'lone-surrogate': 'JSON_INVALID',
  'number-overflows': 'JSON_INVALID',
  'byte-order-mark': 'JSON_INVALID',
  'trailing-data': 'JSON_INVALID',
  'not-utf-8': 'JSON_INVALID',
  'deep-nesting': 'LIMIT_EXCEEDED',
  'empty-file': 'JSON_INVALID',
  'key-mgr-withheld': 'ROLE_MISSING',
  'pkg-mgr-expired': 'EXPIRED',
  'pkg-mgr-wrong-type': 'ROLE_TYPE_MISMATCH',
  'pkg-mgr-short': 'THRESHOLD_NOT_MET',
  'pkg-mgr-delegates': 'ROLE_MALFORMED',
  'pkg-mgr-spec-mismatch': 'ROLE_SPEC_UNSUPPORTED',
  'file-name-twice': 'REPODATA_INVALID',
  'signature-twice': 'REPODATA_INVALID',
  'repodata-unsigned': 'RECORD_UNSIGNED',
  'repodata-by-attacker': 'THRESHOLD_NOT_MET',
  'repodata-other-subdir': 'REPODATA_MISPLACED',
  'record-tampered': 'THRESHOLD_NOT_MET',
  'record-unsigned': 'RECORD_UNSIGNED',
  'record-short': 'THRESHOLD_NOT_MET',
  'record-by-attacker': 'THRESHOLD_NOT_MET',
  'record-key-twice': 'THRESHOLD_NOT_MET',
  'record-moved': 'RECORD_NAME_MISMATCH',
  'record-other-subdir': 'RECORD_SUBDIR_MISMATCH',
  'record-without-digest': 'RECORD_INVALID',
  'record-md5-only': 'WEAK_DIGEST',
  'record-conflict': 'RECORD_CONFLICT',
  'package-tampered': 'SHA256_MISMATCH',
};

for (const { way, notices, description } of attacks) {
  const code = CODES[way];
  const isNoticed = !['Memory', 'Nothing'].includes(notices);
  test(`attack ${way}: ${description}`, async (t) => {
    assert.equal(code !== undefined, isNoticed);
    const place = attacked(t, way);
    const root = way === 'pinned-root-short' ? join(place, 'root.json') : pinned;
    const args = ['channel', place, '--root', root, '--now', now, '--packages'];
    const [{ status, stdout, stderr }, people] = await Promise.all([run([...args, '--json']), run(args)]);
    const report = JSON.parse(stdout);
    checkChannel(report);
    assert.deepEqual([status, stderr], [isNoticed ? 1 : 0, '']);
    assert.deepEqual([people.status, people.stderr], [status, '']);
    assert.equal(report.verdict, isNoticed ? 'rejected' : 'verified');
    if (!isNoticed) return;
    assert.ok(people.stdout.includes(`${code}: `), people.stdout);
    assert.match(people.stdout, /what to do/);
    const [subdir] = report.subdirs;
    if (['Root', 'KeyMgr', 'PkgMgr'].includes(notices)) {
      assert.deepEqual([codesOf(report.findings), report.subdirs], [[code], []]);
      assert.deepEqual(report.notChecked, [{ check: 'records', reason: `not reached: ${code}` }]);
      return;
    }
    assert.deepEqual(report.findings, []);
    const { bad, findings, unsigned, weak, packages, records } = subdir;
    if (notices === 'Repodata') {
      assert.deepEqual([codesOf(findings), records, packages], [[code], 0, undefined]);
      return;
    }
    const names = [...bad.map(({ fileName }) => fileName), ...unsigned, ...weak].map((name) => `noarch/${name}`);
    const expected = { Records: honest, Record: [victim], Package: [] }[notices];
    assert.deepEqual(names.sort(), [...expected].sort());
    const [{ length }, isUnsigned, isWeak] = [expected, code === 'RECORD_UNSIGNED', code === 'WEAK_DIGEST'];
    assert.deepEqual([unsigned.length, weak.length], [isUnsigned ? length : 0, isWeak ? length : 0]);
    assert.deepEqual([unsigned.length, weak.length, bad.length], [subdir.unsignedCount, subdir.weakCount, subdir.badCount]);
    if (bad.length > 0) assert.deepEqual(codesOf(bad), [code]);
    // What a record is refused for is also what its package is refused for.
    const refused = [...packages.verdicts, ...packages.refused];
    const rejected = notices === 'Records' ? honest.length : 1;
    assert.deepEqual([packages.rejected, refused.length, packages.verified], [rejected, rejected, honest.length - rejected]);
    assert.deepEqual(codesOf([...packages.refused, ...packages.verdicts.flatMap(({ findings }) => findings)]), [code]);
  });
}

test('memory notices what is older than what was seen', async (t) => {
  const noticed = attacks.filter(({ notices }) => notices === 'Memory').map(({ way }) => way);
  assert.ok(noticed.length >= 4, noticed.join());
  for (const way of noticed) {
    const copy = copyOf(t);
    const state = join(emptyFolder(t), 'state.json');
    assert.equal((await run(['channel', copy, ...trusting, '--state', state])).status, 0);
    strike(copy, way);
    const { status, report } = await inspect(copy, '--state', state);
    const code = way === 'pkg-mgr-withheld' ? 'ROLE_MISSING' : 'ROLE_ROLLBACK';
    assert.deepEqual([status, codesOf(report.findings)], [1, [code]], way);
    // A second look forgets nothing.
    assert.equal((await inspect(copy, '--state', state)).status, 1, way);
  }
});
