// conda-verifier installed: environments in real folders.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, renameSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { Verifier } from 'conda-verifier';

import { run, runJson } from './support/command-line.mjs';
import { answers, environment, unpacked } from './support/installed-folders.mjs';
import { archive, linked, names, prefix, unpack } from './support/installed.mjs';
import { install } from './support/places.mjs';
import { bytesOf, errorCodes, pathOf, sha256 } from './support/samples.mjs';
import { copyOf, emptyFolder, signed, trusting } from './support/signed.mjs';

const digest = sha256(bytesOf(archive));
const pkgs = pathOf('noarch');

test('without archives an environment is consistent: exit status 3', async (t) => {
  for (const client of names) {
    const folder = environment(t, client);
    const { status, verdicts, report } = await answers([folder, '--prefix', prefix]);
    assert.deepEqual([status, verdicts[0].verdict, verdicts[0].reasons], [3, 'unverified', ['consistent']]);
    assert.equal(verdicts[0].file, join(folder, 'conda-meta', 'hello-1.0-pyh0_0.json'));
    const { packages, unowned, ownedTwice } = report;
    assert.deepEqual([packages.unverified, unowned, ownedTwice], [1, [], []]);
    assert.equal((await run(['installed', folder, '--allow-unverified'])).status, 0);
    const { stdout } = await run(['installed', folder]);
    assert.match(stdout, /^● unverified {2}/);
    for (const part of ['linked, 8 files', 'consistent', 'every file is owned by a package', '1 package: 1 unverified']) {
      assert.ok(stdout.includes(part), `${part}\n${stdout}`);
    }
  }
});

test('with a channel that vouches for the archives it is verified: exit status 0', async (t) => {
  for (const client of names) {
    const folder = environment(t, client);
    for (const more of [[], ['--pkgs', pkgs]]) {
      const args = [folder, '--prefix', prefix, '--channel', signed, ...trusting, ...more];
      const { status, verdicts, stderr } = await answers(args);
      assert.deepEqual([status, stderr, verdicts[0].verdict, verdicts[0].findings], [0, '', 'verified', []]);
      assert.equal(verdicts[0].trust.basis, 'content-trust');
    }
  }
  const { stdout } = await run(['installed', environment(t), '--prefix', prefix, '--channel', signed, ...trusting]);
  assert.match(stdout, /in 2 files, as by conda, libmamba, rattler/);
});

test('archives that nobody vouches for are compared: exit status 3', async (t) => {
  const folder = environment(t);
  const { status, verdicts } = await answers([folder, '--prefix', prefix, '--pkgs', pkgs]);
  assert.deepEqual([status, verdicts[0].verdict, verdicts[0].reasons], [3, 'unverified', ['unsigned']]);
  assert.equal(verdicts[0].original.file, 'hello-1.0-pyh0_0.conda');
  // The archive is another one than conda-meta says.
  const other = emptyFolder(t);
  writeFileSync(join(other, 'hello-1.0-pyh0_0.conda'), bytesOf('noarch/empty-0.1-0.conda'));
  const changed = await answers([folder, '--prefix', prefix, '--pkgs', other]);
  assert.deepEqual([changed.status, errorCodes(changed.verdicts[0]).includes('ORIGINAL_REJECTED')], [1, true]);
});

test('a package that the channel has no record for stays unverified: exit status 3', async (t) => {
  const folder = environment(t);
  const channel = copyOf(t);
  const args = [folder, '--prefix', prefix, '--pkgs', pkgs, '--channel', channel, ...trusting];
  assert.equal((await answers(args)).status, 0);
  const file = join(channel, 'noarch/repodata.json');
  const repodata = JSON.parse(readFileSync(file, 'utf8'));
  for (const member of ['packages', 'packages.conda', 'signatures']) {
    for (const name of Object.keys(repodata[member])) if (name.startsWith('hello-')) delete repodata[member][name];
  }
  writeFileSync(file, JSON.stringify(repodata));
  for (const extension of ['bz2', 'zst']) unlinkSync(`${file}.${extension}`);
  const { status, verdicts } = await answers(args);
  assert.deepEqual([status, verdicts[0].verdict, verdicts[0].findings], [3, 'unverified', []]);
  assert.equal(verdicts[0].original.verdict, 'unverified');
  // Also where the record gives no digest of the archive.
  const record = join(folder, 'conda-meta/hello-1.0-pyh0_0.json');
  const members = JSON.parse(readFileSync(record, 'utf8'));
  writeFileSync(record, JSON.stringify({ ...members, sha256: null, md5: null }));
  const bare = await answers(args);
  assert.deepEqual([bare.status, bare.verdicts[0].verdict, bare.verdicts[0].findings], [3, 'unverified', []]);
});

test('a folder of archives that is none, or lacks one', async (t) => {
  const folder = environment(t);
  const nowhere = await run(['installed', folder, '--pkgs', 'nope']);
  assert.deepEqual([nowhere.status, nowhere.stdout], [4, '']);
  assert.match(nowhere.stderr, /cannot read "nope": no such folder/);
  const file = join(folder, 'bin/hello');
  const named = await run(['installed', folder, '--pkgs', file]);
  assert.deepEqual([named.status, named.stdout], [2, '']);
  assert.match(named.stderr, /names a file/);
  const empty = emptyFolder(t);
  const { status, verdicts } = await answers([folder, '--prefix', prefix, '--pkgs', empty]);
  const { reason } = verdicts[0].notChecked.find(({ check }) => check === 'original');
  assert.equal(status, 3);
  assert.match(reason, /^no hello-1\.0-pyh0_0\.conda( or hello-1\.0-pyh0_0\.tar\.bz2)? in /);
  assert.ok(reason.endsWith(` in ${empty}`), reason);
});

test('of two archives it is the one with the expected digest', async (t) => {
  const folder = join(emptyFolder(t), 'hello-1.0-pyh0_0');
  await unpack(await Verifier.create(), folder, bytesOf(archive));
  const both = emptyFolder(t);
  writeFileSync(join(both, 'hello-1.0-pyh0_0.conda'), bytesOf('noarch/empty-0.1-0.conda'));
  const old = bytesOf('noarch/hello-1.0-pyh0_0.tar.bz2');
  writeFileSync(join(both, 'hello-1.0-pyh0_0.tar.bz2'), old);
  const { status, verdicts } = await answers([folder, '--pkgs', both, '--sha256', sha256(old)]);
  assert.equal(verdicts[0].original.file, 'hello-1.0-pyh0_0.tar.bz2');
  assert.deepEqual([status, verdicts[0].verdict], [0, 'verified']);
});

test('why an archive is rejected is told', async (t) => {
  const other = emptyFolder(t);
  writeFileSync(join(other, 'hello-1.0-pyh0_0.conda'), bytesOf('noarch/empty-0.1-0.conda'));
  const { verdicts: [verdict] } = await answers([environment(t), '--prefix', prefix, '--pkgs', other]);
  const finding = verdict.findings.find(({ code }) => code === 'ORIGINAL_REJECTED');
  assert.match(finding.message, /"hello-1\.0-pyh0_0\.conda" .* \[SIZE_MISMATCH\]$/);
  assert.equal(finding.actual, String(bytesOf('noarch/empty-0.1-0.conda').length));
  assert.match(finding.hint, /fetch it again/);
  assert.ok(!verdict.notChecked.some(({ reason }) => reason.includes('no archive')));
});

test('what was changed is rejected: exit status 1', async (t) => {
  const trust = ['--channel', signed, ...trusting];
  const folder = environment(t);
  const program = join(folder, 'bin/hello');
  const text = readFileSync(program, 'utf8');
  writeFileSync(program, text.replace('world', 'mars!'));
  const alone = await answers([folder, '--prefix', prefix]);
  assert.deepEqual([alone.status, errorCodes(alone.verdicts[0])], [1, ['FILE_SHA256_MISMATCH']]);
  // Also where the record goes along with it.
  const record = join(folder, 'conda-meta/hello-1.0-pyh0_0.json');
  const members = JSON.parse(readFileSync(record, 'utf8'));
  members.paths_data.paths.find(({ _path }) => _path === 'bin/hello').sha256_in_prefix = sha256(readFileSync(program));
  writeFileSync(record, JSON.stringify(members));
  assert.equal((await answers([folder, '--prefix', prefix])).status, 3);
  const vouched = await answers([folder, '--prefix', prefix, ...trust]);
  assert.deepEqual([vouched.status, errorCodes(vouched.verdicts[0])], [1, ['PREFIX_REPLACEMENT_MISMATCH']]);
  // The path of another environment.
  const elsewhere = await answers([environment(t), ...trust]);
  assert.deepEqual([elsewhere.status, errorCodes(elsewhere.verdicts[0])], [1, ['PREFIX_REPLACEMENT_MISMATCH']]);
});

test('what no package owns is told', async (t) => {
  const folder = environment(t);
  writeFileSync(join(folder, 'bin/mine'), '');
  mkdirSync(join(folder, 'share/hello/__pycache__'), { recursive: true });
  writeFileSync(join(folder, 'CACHEDIR.TAG'), '');
  writeFileSync(join(folder, 'lib/python3.13/site-packages/hello/__pycache__/__init__.cpython-314.pyc'), '');
  const args = [folder, '--prefix', prefix, '--channel', signed, ...trusting];
  const { status, verdicts, report } = await answers(args);
  assert.deepEqual([status, verdicts[0].verdict, report.unowned, report.bytecode], [3, 'verified', ['bin/mine'], 1]);
  writeFileSync(join(folder, 'a'), '');
  writeFileSync(join(folder, 'bin/another'), '');
  assert.deepEqual((await answers(args)).report.unowned, ['a', 'bin/another', 'bin/mine']);
  for (const name of ['a', 'bin/another']) unlinkSync(join(folder, name));
  const { stdout } = await run(['installed', ...args]);
  assert.match(stdout, /unowned +1 file that no package owns/);
  assert.equal((await run(['installed', ...args, '--allow-unverified'])).status, 0);
  // A second record that claims the same files.
  cpSync(join(folder, 'conda-meta/hello-1.0-pyh0_0.json'), join(folder, 'conda-meta/other.json'));
  const twice = await answers([folder]);
  assert.equal(twice.report.ownedTwice.length, 8);
});

test('links are not followed, and what is no file is not opened', async (t) => {
  const outside = emptyFolder(t);
  writeFileSync(join(outside, 'hello'), readFileSync(join(environment(t), 'bin/hello')));
  const folder = environment(t);
  // The folder of a program becomes a link that leads out.
  rmSync(join(folder, 'bin'), { recursive: true });
  symlinkSync(outside, join(folder, 'bin'));
  const { status, verdicts, report } = await answers([folder, '--prefix', prefix]);
  assert.deepEqual([status, errorCodes(verdicts[0])], [1, ['FILE_MISSING']]);
  assert.deepEqual(report.unowned, ['bin']);
  const pipes = environment(t);
  const greetings = join(pipes, 'share/hello/greetings.txt');
  unlinkSync(greetings);
  execFileSync('mkfifo', [greetings]);
  const { verdicts: [piped] } = await answers([pipes, '--prefix', prefix]);
  assert.deepEqual(errorCodes(piped), ['FILE_TYPE_MISMATCH']);
});

test('records that are none, and folders that are neither', async (t) => {
  const folder = environment(t);
  writeFileSync(join(folder, 'conda-meta/broken.json'), '{"name":');
  const { status, verdicts } = await answers([folder, '--prefix', prefix]);
  assert.deepEqual([status, errorCodes(verdicts[0])], [1, ['JSON_INVALID']]);
  assert.equal(verdicts[1].verdict, 'unverified');
  const empty = await run(['installed', emptyFolder(t)]);
  assert.equal(empty.status, 4);
  assert.match(empty.stderr, /^conda-verifier: "\S+" is neither an environment, .*\[FILE_UNREADABLE\]\n$/);
  const bare = emptyFolder(t);
  mkdirSync(join(bare, 'conda-meta'));
  // Nothing was verified.
  assert.equal((await run(['installed', bare])).status, 3);
  assert.equal((await run(['installed', bare, '--allow-unverified'])).status, 0);
  const nowhere = await run(['installed', join(bare, 'nowhere')]);
  assert.equal(nowhere.status, 4);
  assert.match(nowhere.stderr, /nowhere": no such folder/);
  const packed = await run(['installed', pathOf(archive)]);
  assert.deepEqual([packed.status, packed.stdout], [2, '']);
  assert.match(packed.stderr, /is an archive: conda-verifier package verifies it/);
});

test('what is the matter with a prefix is told', async (t) => {
  const folder = environment(t);
  const { verdicts: [verdict] } = await answers([folder, '--pkgs', pkgs]);
  const { hint, expected } = verdict.findings.find(({ code }) => code === 'PREFIX_REPLACEMENT_MISMATCH');
  assert.match(hint, /a copy, or was reached through a link, .*--prefix PATH, option `prefix`/);
  assert.match(hint, /package cache/);
  assert.match(expected, /^[0-9a-f]{64} by conda, libmamba and rattler$/);
  const { stdout } = await run(['installed', folder, '--pkgs', pkgs], { env: { COLUMNS: '400' } });
  assert.match(stdout, /^ {2}prefix +2 files have a placeholder; no client's result matches$/m);
});

test('wrong usage: exit status 2', async (t) => {
  const folder = environment(t);
  for (const args of [
    [],
    [folder, folder],
    ['-'],
    [folder, '--level', 'all'],
    [folder, '--sha256', '00'],
    [folder, '--sha256', digest],
    [pathOf('noarch'), '--sha256', digest],
    [folder, '--root', 'root.json'],
    [folder, '--packages'],
    [folder, '--prefix', ''],
    [folder, '--prefix', 'envs/one'],
    [folder, '--platform', 'noarch'],
    [folder, '--platform', 'amiga-500'],
  ]) {
    const { status, stdout } = await run(['installed', ...args]);
    assert.deepEqual([status, stdout], [2, ''], args.join(' '));
  }
  assert.match((await run(['installed', '--help'])).stdout, /^conda-verifier installed DIR/);
});

test('records are read as everything else is: no link is followed', async (t) => {
  const folder = environment(t);
  const record = join(folder, 'conda-meta/hello-1.0-pyh0_0.json');
  const elsewhere = join(emptyFolder(t), 'record.json');
  renameSync(record, elsewhere);
  symlinkSync(elsewhere, record);
  const { status, stdout, stderr } = await run(['installed', folder]);
  assert.equal(status, 4);
  assert.match(stderr, /hello-1\.0-pyh0_0\.json": it is a symbolic link, and none is followed\. .*\[FILE_UNREADABLE\]\n$/);
  assert.match(stdout, /1 package: 1 not decided/);
  // The folder of the records.
  unlinkSync(record);
  renameSync(elsewhere, record);
  const records = join(emptyFolder(t), 'records');
  renameSync(join(folder, 'conda-meta'), records);
  symlinkSync(records, join(folder, 'conda-meta'));
  const linkedFolder = await run(['installed', folder]);
  assert.deepEqual([linkedFolder.status, linkedFolder.stdout], [4, '']);
  assert.match(linkedFolder.stderr, /conda-meta": it is a symbolic link/);
  // A pipe, and a folder.
  const other = environment(t);
  execFileSync('mkfifo', [join(other, 'conda-meta/pipe.json')]);
  mkdirSync(join(other, 'conda-meta/folder.json'));
  const odd = await run(['installed', other]);
  assert.equal(odd.status, 4);
  assert.match(odd.stderr, /folder\.json": it is a directory/);
  assert.match(odd.stderr, /pipe\.json": it is no regular file/);
  // The list of an unpacked package.
  const unpacked = join(emptyFolder(t), 'hello-1.0-pyh0_0');
  await unpack(await Verifier.create(), unpacked, bytesOf(archive));
  const list = join(unpacked, 'info/paths.json');
  renameSync(list, `${unpacked}.json`);
  symlinkSync(`${unpacked}.json`, list);
  unlinkSync(join(unpacked, 'info/files'));
  assert.equal((await run(['installed', unpacked])).status, 4);
});

test('the platform is that of the option, else what the records agree on', async (t) => {
  const folder = environment(t);
  const record = JSON.parse(readFileSync(join(folder, 'conda-meta/hello-1.0-pyh0_0.json'), 'utf8'));
  const other = (name, subdir) => {
    const text = JSON.stringify({ ...record, name, subdir, files: [], paths_data: { paths: [], paths_version: 1 } });
    writeFileSync(join(folder, `conda-meta/${name}-1.0-pyh0_0.json`), text);
  };
  const args = [folder, '--prefix', prefix, '--channel', signed, ...trusting];
  const told = async (...more) => {
    const { verdicts, report } = await answers([...args, ...more]);
    const verdict = verdicts.find(({ file }) => file.endsWith('hello-1.0-pyh0_0.json'));
    return [report.platform, report.platformBy, verdict.verdict];
  };
  // Nothing but packages for all.
  const machine = await told();
  assert.deepEqual([machine[1], /^(linux|osx|win)-/.test(machine[0])], ['machine', true]);
  assert.deepEqual(await told('--platform', 'linux-aarch64'), ['linux-aarch64', 'option', 'verified']);
  other('one', 'linux-64');
  assert.deepEqual(await told(), ['linux-64', 'records', 'verified']);
  const { stdout } = await run(['installed', ...args]);
  assert.match(stdout, /^ {2}platform +linux-64, as the records of its packages say$/m);
  const foreign = await run(['installed', ...args, '--platform', 'osx-64']);
  assert.match(foreign.stderr, /--platform says osx-64, and the records of the packages say linux-64/);
  // One record is not believed where another contradicts it.
  other('two', 'osx-64');
  assert.deepEqual(await told(), [null, 'nobody', 'unverified']);
  assert.match((await run(['installed', ...args])).stdout, /platform +not known: the records name several/);
  assert.deepEqual(await told('--platform', 'linux-64'), ['linux-64', 'option', 'verified']);
  const unpacked = join(emptyFolder(t), 'hello-1.0-pyh0_0');
  await unpack(await Verifier.create(), unpacked, bytesOf(archive));
  assert.equal((await run(['installed', unpacked, '--platform', 'linux-64'])).status, 2);
});

test('modes that harm are told', { skip: process.platform === 'win32' }, async (t) => {
  const folder = environment(t);
  chmodSync(join(folder, 'bin/hello'), 0o757);
  const { status, verdicts: [verdict] } = await answers([folder, '--prefix', prefix, '--channel', signed, ...trusting]);
  assert.deepEqual([status, verdict.verdict], [0, 'verified']);
  const [{ code, path, actual, hint }] = verdict.findings;
  assert.deepEqual([code, path, actual], ['MODE_UNSAFE', 'bin/hello', '0757']);
  assert.match(hint, /chmod/);
  assert.match(verdict.notChecked.find(({ check }) => check === 'permissions').reason, /not compared/);
  chmodSync(join(folder, 'bin/hello'), 0o755);
  chmodSync(join(folder, 'share/hello'), 0o777);
  const { verdicts: [open] } = await answers([folder, '--prefix', prefix]);
  assert.deepEqual(open.findings.map(({ code, path, actual }) => [code, path, actual]), [['MODE_UNSAFE', 'share/hello', '0777']]);
});

test('what it rests on is told as it is', async (t) => {
  const folder = environment(t);
  const restsOn = async (...args) => {
    const { stdout } = await run(['installed', ...args], { env: { COLUMNS: '400' } });
    return /^ {2}rests on +(.*)$/m.exec(stdout)[1];
  };
  const noted = await restsOn(folder, '--prefix', prefix, '--pkgs', pkgs);
  assert.match(noted, /^nothing: nobody vouches for the archive; it is the one that the client noted/);
  assert.doesNotMatch(noted, /repodata/);
  assert.match(await restsOn(folder, '--prefix', prefix), /^nothing: it is consistent with its own list/);
  assert.match(await restsOn(folder, '--prefix', prefix, '--level', 'sizes'), /^nothing: by its own list of files; no content was/);
  const trust = ['--channel', signed, ...trusting];
  assert.match(await restsOn(folder, '--prefix', prefix, ...trust, '--level', 'sizes'), /sha256:[0-9a-f]{64}; but no content was/);
  // Which package a folder holds, nothing vouches for; it is told all the same.
  const unpacked = join(emptyFolder(t), 'somewhere');
  await unpack(await Verifier.create(), unpacked, bytesOf(archive));
  const { stdout } = await run(['installed', unpacked]);
  assert.match(stdout, /^ {2}package +hello 1\.0 pyh0_0, as it says itself$/m);
});

test('a record of very deep paths that are not there costs no more than its text', async (t) => {
  const folder = environment(t);
  const record = join(folder, 'conda-meta/hello-1.0-pyh0_0.json');
  const members = JSON.parse(readFileSync(record, 'utf8'));
  const deep = 'a/'.repeat(2_000);
  members.files.push(...Array.from({ length: 5_000 }, (_, number) => `n${number}/${deep}x`));
  writeFileSync(record, JSON.stringify(members));
  const start = performance.now();
  const { status, stdout } = await run(['installed', folder, '--prefix', prefix, '--json'], { env: { NODE_OPTIONS: '--max-old-space-size=512' } });
  assert.equal(status, 1);
  assert.ok(stdout.includes('FILE_MISSING'));
  assert.ok(performance.now() - start < 60_000);
});

test('the example of the guide runs', async (t) => {
  const folder = environment(t);
  const guide = readFileSync(join(install, 'node_modules/conda-verifier/installed.md'), 'utf8');
  const [, example] = /```js\n(.*?)```/s.exec(guide);
  const replaced = [
    ["const prefix = '/home/me/envs/science'", `const prefix = ${JSON.stringify(folder)}`],
    ['\n  prefix,\n', `\n  prefix: ${JSON.stringify(prefix)},\n`],
    ["'HEX'", `'${digest}'`],
    ["'hello-1.0-pyh0_0.conda'", JSON.stringify(pathOf(archive))],
  ].reduce((text, [from, to]) => {
    assert.ok(text.includes(from), from);
    return text.replace(from, to);
  }, example);
  const file = join(install, 'guide-installed.mjs');
  writeFileSync(file, replaced);
  assert.equal(execFileSync(process.execPath, [file], { encoding: 'utf8' }), 'verified\n');
});

test('a defect that one package hits leaves the others their verdicts', async (t) => {
  const folder = environment(t);
  const record = JSON.parse(readFileSync(join(folder, 'conda-meta/hello-1.0-pyh0_0.json'), 'utf8'));
  const none = { files: [], paths_data: { paths: [], paths_version: 1 } };
  // In the order of their names this one comes first.
  writeFileSync(join(folder, 'conda-meta/aaa-1.0-pyh0_0.json'), JSON.stringify({ ...record, name: 'aaa', fn: 'aaa-1.0-pyh0_0.conda', url: undefined, ...none }));
  const archives = emptyFolder(t);
  for (const name of ['aaa', 'hello']) cpSync(pathOf('noarch/hello-1.0-pyh0_0.conda'), join(archives, `${name}-1.0-pyh0_0.conda`));
  // What is read lands in the memory of the WebAssembly code: overwriting all of it, once, stands
  // for a defect in that code.
  const vandal = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { readSync } = fs;
    let isDone = false;
    fs.readSync = (descriptor, into, ...rest) => {
      if (isDone || into.buffer.byteLength < 1 << 20) return readSync(descriptor, into, ...rest);
      isDone = true;
      return new Uint8Array(into.buffer).fill(0xff) && into.length;
    };
    syncBuiltinESMExports();`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(vandal)}` };
  for (const channel of [[], ['--channel', signed, ...trusting]]) {
    const args = ['installed', folder, '--prefix', prefix, '--pkgs', archives, ...channel];
    const { status, verdicts, stderr } = await runJson(args, { env });
    assert.equal(status, 4, stderr);
    assert.match(stderr, /aaa-1\.0-pyh0_0\.json[^]*INSTANCE_POISONED/);
    const hello = verdicts.find((it) => it.package?.name === 'hello');
    assert.equal(hello?.verdict, channel.length > 0 ? 'verified' : 'unverified');
    const report = verdicts.find((it) => 'environment' in it);
    assert.equal(report.packages.undecided, 1);
  }
});
