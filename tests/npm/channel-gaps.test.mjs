// `conda-verifier channel`: what can't be read, is not looked at, or is too much to list.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { inspect } from './support/channel-command.mjs';
import { run } from './support/command-line.mjs';
import { serveChannel } from './support/served-channel.mjs';
import { copyOf, honest, now, pinned, signed, trusting, victim } from './support/signed.mjs';

test('a subdir that tells of its packages in another form is named', async (t) => {
  const zst = readFileSync(join(signed, 'noarch/repodata.json.zst'));
  const cases = [
    ['repodata_shards.msgpack.zst', 'repodata.json'],
    ['current_repodata.json', 'repodata.json'],
    ['current_repodata.json.zst', 'repodata.json'],
    ['repodata.json.bz2', 'other.json'],
  ];
  for (const [file, name] of cases) {
    const copy = copyOf(t);
    mkdirSync(join(copy, 'linux-64'));
    writeFileSync(join(copy, 'linux-64', file), '');
    writeFileSync(join(copy, 'noarch/other.json.zst'), zst);
    const { url } = await serveChannel(t, copy);
    for (const place of [copy, url]) {
      const { status, report } = await inspect(place, '--repodata-fn', name);
      const reason = `linux-64 has no ${name}, and nothing was read of linux-64/${file}`;
      assert.ok(report.notChecked.some((open) => open.check === 'records' && open.reason === reason), JSON.stringify(report.notChecked));
      assert.deepEqual([status, report.subdirs.map(({ subdir }) => subdir)], [0, ['noarch']]);
      // Asked for by its name it is no matter of choice.
      assert.equal((await inspect(place, '--repodata-fn', name, '--subdir', 'linux-64')).status, 4);
    }
  }
  assert.ok(!(await inspect(signed)).report.notChecked.some(({ check }) => check === 'records'));
});

test('a channel without any repodata: nothing was verified', async (t) => {
  const copy = copyOf(t);
  rmSync(join(copy, 'noarch'), { recursive: true });
  const { url } = await serveChannel(t, copy);
  for (const place of [copy, url]) {
    const { status, report, stderr } = await inspect(place);
    assert.deepEqual([status, report.verdict, report.undecided, stderr], [3, 'unverified', [], '']);
    const [{ reason }] = report.notChecked.filter(({ check }) => check === 'records');
    assert.match(reason, /^there is none of repodata\.json\.zst, .* in ".*\/SUBDIR", so none was verified$/);
    assert.equal((await inspect(place, '--allow-unverified')).status, 0);
    assert.match((await run(['channel', place, ...trusting])).stdout, /records: there is none of [^]*^● unverified/m);
  }
});

test('what a server does not list is told', async (t) => {
  const { url } = await serveChannel(t, signed);
  const reasons = async (...args) => (await inspect(...args)).report.notChecked.map(({ check, reason }) => `${check}: ${reason}`);
  const folders = /^subdirs: a server lists no folders: the 20 that conda knows were looked for;/;
  const files = 'packages: a server lists no files: those without a record were not seen';
  const all = await reasons(url, '--packages');
  assert.ok(all.some((reason) => folders.test(reason)) && all.includes(files), all.join());
  const named = await reasons(url, '--packages', '--subdir', 'noarch');
  assert.ok(!named.some((reason) => folders.test(reason)) && named.includes(files), named.join());
  assert.ok(!(await reasons(url)).includes(files));
  const local = await reasons(signed, '--packages');
  assert.ok(!local.some((reason) => /server/.test(reason)), local.join());
});

test('--packages: what is no package by its name is named, however it is written', async (t) => {
  const copy = copyOf(t);
  writeFileSync(join(copy, 'noarch/repodata_from_packages.json'), '');
  writeFileSync(join(copy, 'noarch/current_repodata.json.gz'), '');
  assert.ok(!(await inspect(copy, '--packages')).report.notChecked.some(({ check }) => check === 'packages'));
  for (const name of ['a-1-py3-none-any.whl', 'b.txt', '.hidden\x1b', 'e']) writeFileSync(join(copy, 'noarch', name), '');
  mkdirSync(join(copy, 'noarch/c-1-0.conda'));
  const { status, report } = await inspect(copy, '--packages');
  const reason = 'noarch: beside the packages, no conda packages by name: ".hidden\\u{1b}", "a-1-py3-none-any.whl", "b.txt" and 2 more';
  assert.deepEqual([status, report.notChecked.filter(({ check }) => check === 'packages')], [0, [{ check: 'packages', reason }]]);
  cpSync(join(copy, victim), join(copy, 'noarch/x-1-0.CONDA'));
  const loud = await inspect(copy, '--packages');
  assert.equal(loud.status, 1);
  assert.deepEqual(loud.report.subdirs[0].packages.verdicts.map(({ file }) => file), ['noarch/x-1-0.CONDA']);
});

test('a folder that can\'t be looked at leaves itself undecided, and nothing else', async (t) => {
  const copy = copyOf(t);
  symlinkSync('loop', join(copy, 'loop'));
  symlinkSync('.circle', join(copy, '.circle'));
  symlinkSync('nowhere', join(copy, 'dangling'));
  const { status, report, stderr } = await inspect(copy);
  assert.deepEqual([status, report.verdict, report.subdirs.map(({ subdir }) => subdir)], [4, 'unverified', ['noarch']]);
  assert.deepEqual(report.undecided.map(({ what, code }) => [what, code]), [['loop', 'FILE_UNREADABLE']]);
  assert.match(stderr, /loop[^\n]*its symbolic links lead in a circle/);
  assert.equal((await inspect(copy, '--subdir', 'noarch')).status, 0);
});

test('pipes in a folder are not waited for', { skip: process.platform === 'win32' }, async (t) => {
  const copy = copyOf(t);
  const pipe = (path) => execFileSync('mkfifo', [join(copy, path)]);
  pipe('noarch/x-1-0.conda');
  const { status, report } = await inspect(copy, '--packages');
  assert.deepEqual([status, report.subdirs[0].packages.verified, report.subdirs[0].packages.undecided], [4, honest.length, 1]);
  assert.match(report.undecided[0].message, /noarch\/x-1-0\.conda": it is no regular file/);
  rmSync(join(copy, 'noarch/repodata.json.zst'));
  pipe('noarch/repodata.json.zst');
  assert.equal((await inspect(copy)).status, 4);
  rmSync(join(copy, 'key_mgr.json'));
  pipe('key_mgr.json');
  assert.equal((await inspect(copy)).status, 4);
  // As an argument a pipe is as good as a file.
  const root = join(copy, 'pipe.json');
  pipe('pipe.json');
  const writer = spawn('cp', [pinned, root]);
  t.after(() => writer.kill());
  assert.equal((await run(['channel', signed, '--root', root, '--now', now])).status, 0);
});

/** A copy of the channel with so many records that nobody signed, or that are signed badly. */
function withRecords(t, number, isSigned) {
  const copy = copyOf(t);
  for (const suffix of ['.zst', '.bz2']) rmSync(join(copy, `noarch/repodata.json${suffix}`));
  const names = Array.from({ length: number }, (_, index) => `n${index}-1-0.conda`);
  const record = (name) => ({ name: name.split('-')[0], version: '1', build: '0', build_number: 0, subdir: 'noarch', depends: [], md5: '0'.repeat(32) });
  const entry = { ['ab'.repeat(32)]: { signature: 'cd'.repeat(64) } };
  const section = Object.fromEntries(names.map((name) => [name, record(name)]));
  const signatures = isSigned ? Object.fromEntries(names.map((name) => [name, entry])) : {};
  writeFileSync(join(copy, 'noarch/repodata.json'), JSON.stringify({ info: { subdir: 'noarch' }, packages: {}, 'packages.conda': section, signatures }));
  return copy;
}

test('many failures: the first ones are shown, --json lists more', async (t) => {
  for (const isSigned of [false, true]) {
    for (const [number, words] of [[133, 'and 113 more; --json lists all'], [1333, 'and 1,313 more; --json lists the first 1,000']]) {
      const copy = withRecords(t, number, isSigned);
      const { stdout } = await run(['channel', copy, ...trusting]);
      assert.ok(stdout.includes(`  ${words}\n`), stdout);
      assert.ok(stdout.includes(`0 trusted, ${number.toLocaleString('en')} ${isSigned ? 'bad' : 'unsigned'}\n`), stdout);
      assert.equal(stdout.match(/what to do/g).length, 1);
      const { status, report } = await inspect(copy);
      const [{ unsigned, bad, unsignedCount, badCount, weakCount }] = report.subdirs;
      const listed = Math.min(number, 1000);
      assert.deepEqual([status, weakCount], [1, 0]);
      assert.deepEqual([unsignedCount, unsigned.length, badCount, bad.length], isSigned ? [0, 0, number, listed] : [number, listed, 0, 0]);
    }
    const copy = withRecords(t, 1333, isSigned);
    const { report: { subdirs: [{ unsigned, bad }] } } = await inspect(copy, '--limit', 'findings=1400');
    assert.equal(unsigned.length + bad.length, 1333);
    const { stdout } = await run(['channel', copy, ...trusting, '--limit', 'findings=30']);
    assert.match(stdout, /\n +and 1,313 more; --json lists the first 30\n/);
  }
});

test('many packages that are refused, or not there: lists are bounded, and counts stay true', async (t) => {
  const copy = withRecords(t, 1100, true);
  for (let index = 0; index < 1100; index++) writeFileSync(join(copy, `noarch/n${index}-1-0.conda`), '');
  for (const path of honest) rmSync(join(copy, path));
  const { status, report } = await inspect(copy, '--packages');
  const { rejected, verdicts, refused } = report.subdirs[0].packages;
  assert.deepEqual([status, rejected, verdicts.length + refused.length], [1, 1100, 1000]);
  const { stdout } = await run(['channel', copy, ...trusting, '--packages']);
  assert.match(stdout, /and 1,080 more; --json lists the first 1,000\n[^]*1100 rejected/);
  const { url } = await serveChannel(t, copy, { '/channel/noarch/n*': (_, response) => response.writeHead(404).end() });
  const gone = await inspect(url, '--packages');
  assert.deepEqual([gone.status, gone.report.subdirs[0].packages.undecided, gone.report.undecided.length], [1, 1100, 1000]);
});
