// `conda-verifier package --channel`: packages that a signed channel vouches for.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { run, runJson } from './support/command-line.mjs';
import { fixtures, pathOf } from './support/samples.mjs';
import { checkVerdict, schema } from './support/schema.mjs';
import { send, serve } from './support/server.mjs';
import { attacked, attacks, copyOf, emptyFolder, honest, now, pinned, signed, strike, trusting, victim } from './support/signed.mjs';

const name = victim.split('/').at(-1);
/** Those that are made of archives which are read as a whole. */
const others = ['coherence', 'original', 'installed-record', 'prefix-replacement', 'generated-files', 'permissions'];
const checksOfArchives = schema.$defs.check.oneOf
  .map((check) => check.const)
  .filter((check) => !others.includes(check));
const channelOf = (place) => ['--channel', place, ...trusting];

test('a package of the channel needs no other digest', async () => {
  const files = honest.map((path) => join(signed, path));
  const { status, stderr, verdicts } = await runJson(['package', ...files, ...channelOf(signed)]);
  assert.deepEqual([status, stderr], [0, '']);
  verdicts.forEach(checkVerdict);
  assert.deepEqual(verdicts.map(({ verdict, trust }) => [verdict, trust.basis]), files.map(() => ['verified', 'content-trust']));
  const { stdout } = await run(['package', files[0], ...channelOf(signed)]);
  assert.match(stdout, /^ {2}rests on +signatures that go back to the root, sha256:[0-9a-f]{64}$/m);
});

test('a package that is not what its signed record says', async () => {
  const files = fixtures.spoiled.filter(({ file }) => file.endsWith(`/${name}`)).slice(0, 10).map(({ file }) => pathOf(file));
  assert.ok(files.length >= 5);
  const { status, verdicts } = await runJson(['package', ...files, ...channelOf(signed)]);
  assert.equal(status, 1);
  for (const verdict of verdicts) {
    checkVerdict(verdict);
    assert.match(verdict.findings[0].code, /^(SIZE|SHA256)_MISMATCH$/, verdict.file);
    const { stdout } = await run(['package', verdict.file, ...channelOf(signed)]);
    const what = verdict.findings[0].code === 'SHA256_MISMATCH' ? 'digest' : 'size';
    assert.match(stdout, new RegExp(`^ {2}package +not opened: its ${what} is wrong$`, 'm'));
  }
});

for (const { way, notices } of attacks.filter(({ notices }) => /^(Record|Records|Repodata|Package)$/.test(notices))) {
  test(`attack ${way}`, async (t) => {
    const place = attacked(t, way);
    const [bad, good] = [join(place, victim), join(place, 'noarch/empty-0.1-0.conda')];
    const { status, verdicts } = await runJson(['package', bad, good, ...channelOf(place)]);
    assert.equal(status, 1);
    verdicts.forEach(checkVerdict);
    const [{ findings: [{ code }] }] = verdicts;
    const words = verdicts.map(({ verdict }) => verdict);
    if (notices === 'Repodata') {
      assert.match(code, /^(REPODATA_INVALID|REPODATA_MISPLACED)$/);
      return assert.deepEqual(words, ['rejected', 'rejected']);
    }
    if (notices === 'Records') return assert.deepEqual(words, ['rejected', 'rejected']);
    // Of two records that differ there is none to examine by.
    if (way === 'record-conflict') assert.equal(code, 'RECORD_CONFLICT');
    assert.deepEqual(words, ['rejected', 'verified']);
  });
}

test('roles that are refused: no package is looked at', async (t) => {
  for (const { way } of attacks.filter(({ notices }) => /^(Root|KeyMgr|PkgMgr)$/.test(notices)).filter((_, index) => index % 6 === 1)) {
    const place = attacked(t, way);
    // Nothing could be read of it.
    const args = ['package', join(place, 'nowhere.conda'), ...channelOf(place)];
    const people = await run(args);
    assert.deepEqual([people.status, people.stderr], [1, '']);
    assert.match(people.stdout, /^ {2}root +version [123]/m);
    assert.match(people.stdout, /^ {2}error +[A-Z_]+: [^]*what to do/m);
    const files = [join(place, 'nowhere.conda'), join(place, victim)];
    const { status, verdicts, stderr } = await runJson(['package', ...files, ...channelOf(place)]);
    const [, code] = /^conda-verifier: .*\[([A-Z_]+)\]\n$/.exec(stderr);
    verdicts.forEach(checkVerdict);
    assert.deepEqual([status, verdicts.map(({ file }) => file)], [1, files]);
    for (const { verdict, checks, notChecked, findings } of verdicts) {
      assert.deepEqual([verdict, checks, findings.map((finding) => finding.code)], ['rejected', [], [code]]);
      assert.deepEqual(notChecked.map(({ check }) => check), checksOfArchives);
      assert.ok(notChecked.every(({ reason }) => reason === `not reached: ${code}`));
    }
  }
});

test('the subdir: named, or the folder that the package is in, or the only one', async (t) => {
  const copy = copyOf(t);
  const folder = emptyFolder(t);
  const file = join(folder, name);
  copyFileSync(join(signed, victim), file);
  const statusOf = async (...options) => (await run(['package', file, ...channelOf(copy), ...options])).status;
  assert.equal(await statusOf(), 0);
  assert.equal(await statusOf('--subdir', 'noarch'), 0);
  const gone = await run(['package', file, ...channelOf(copy), '--subdir', 'linux-64']);
  assert.equal(gone.status, 4);
  assert.match(gone.stderr, /there is none of repodata\.json\.zst, .*linux-64/);
  // A second subdir with a record of that name.
  mkdirSync(join(copy, 'linux-64'));
  const repodata = JSON.parse(readFileSync(join(signed, 'noarch/repodata.json'), 'utf8'));
  repodata.info = { subdir: 'linux-64' };
  writeFileSync(join(copy, 'linux-64/repodata.json'), JSON.stringify(repodata));
  const several = await run(['package', file, ...channelOf(copy)]);
  assert.equal(several.status, 2);
  assert.match(several.stderr, /has a record in linux-64, noarch; --subdir says which one is meant/);
  assert.equal(await statusOf('--subdir', 'noarch'), 0);
  // There it is another package's place: the signature is over its subdir.
  const { verdicts } = await runJson(['package', file, ...channelOf(copy), '--subdir', 'linux-64']);
  assert.equal(verdicts[0].findings[0].code, 'RECORD_SUBDIR_MISMATCH');
  // The package's own folder decides.
  assert.equal((await run(['package', join(signed, victim), ...channelOf(copy)])).status, 0);
  mkdirSync(join(folder, 'linux-64'));
  copyFileSync(file, join(folder, 'linux-64', name));
  assert.equal((await run(['package', join(folder, 'linux-64', name), ...channelOf(copy)])).status, 1);
});

test('a package without a record is rejected', async (t) => {
  const file = join(emptyFolder(t), 'other-1.0-0.conda');
  copyFileSync(join(signed, victim), file);
  for (const more of [[], ['--subdir', 'noarch']]) {
    const { status, verdicts } = await runJson(['package', file, ...channelOf(signed), ...more]);
    checkVerdict(verdicts[0]);
    assert.deepEqual([status, verdicts[0].findings.map(({ code }) => code)], [1, ['RECORD_MISSING']]);
  }
});

test('standard input, and files that were renamed, by --file-name', async (t) => {
  const input = readFileSync(join(signed, victim));
  assert.equal((await run(['package', '-', '--file-name', name, ...channelOf(signed)], { input })).status, 0);
  const file = join(emptyFolder(t), 'download');
  writeFileSync(file, input);
  assert.equal((await run(['package', file, '--file-name', name, ...channelOf(signed)])).status, 0);
  assert.equal((await run(['package', file, ...channelOf(signed)])).status, 1);
});

test('--sha256 beside it: both have to agree', async () => {
  const args = ['package', join(signed, victim), ...channelOf(signed), '--sha256'];
  assert.equal((await run([...args, '0'.repeat(64)])).status, 1);
});

test('channels and packages on a server', async (t) => {
  const asked = [];
  const url = await serve(t, {
    '/c/*': (_, response, path) => {
      asked.push(path.slice(3));
      send(response, path, readFileSync(join(signed, path.slice(3))));
    },
  });
  const remote = [`${url}/c/${victim}`, ...channelOf(`${url}/c`)];
  const { status, verdicts } = await runJson(['package', ...remote]);
  assert.deepEqual([status, verdicts[0].verdict], [0, 'verified']);
  assert.ok(asked.every((path) => !path.includes('linux-64')), asked.join());
  // The names of local folders stay here.
  asked.length = 0;
  const folder = join(emptyFolder(t), 'my-secret-project');
  mkdirSync(folder);
  copyFileSync(join(signed, victim), join(folder, name));
  assert.equal((await run(['package', join(folder, name), ...channelOf(`${url}/c`)])).status, 0);
  assert.ok(asked.length > 0 && !asked.some((path) => path.includes('secret')), asked.join());
});

test('--state is kept, and noticed', async (t) => {
  const copy = copyOf(t);
  const state = join(emptyFolder(t), 'state.json');
  const verify = () => run(['package', join(copy, victim), ...channelOf(copy), '--state', state]);
  assert.equal((await verify()).status, 0);
  strike(copy, 'key-mgr-rolled-back');
  const { status, stdout } = await verify();
  assert.equal(status, 1);
  assert.match(stdout, /ROLE_ROLLBACK/);
  rmSync(state);
  mkdirSync(state);
  assert.equal((await verify()).status, 4);
});

test('a policy may accept what nobody signed, and the package stays unverified', async (t) => {
  const place = attacked(t, 'record-unsigned');
  const args = ['package', join(place, victim), ...channelOf(place)];
  assert.equal((await run(args)).status, 1);
  const { status, verdicts } = await runJson([...args, '--policy', 'RECORD_UNSIGNED=warn']);
  assert.deepEqual([status, verdicts[0].verdict, verdicts[0].lowered], [3, 'unverified', ['RECORD_UNSIGNED']]);
});

test('a later root is as good; a channel that is none vouches for nothing', async (t) => {
  const verify = (place, root) => run(['package', join(signed, victim), '--channel', place, '--root', root, '--now', now]);
  assert.equal((await verify(signed, join(signed, '3.root.json'))).status, 0);
  const { status, stdout } = await verify(emptyFolder(t), pinned);
  assert.equal(status, 1);
  assert.match(stdout, /ROLE_MISSING/);
});
