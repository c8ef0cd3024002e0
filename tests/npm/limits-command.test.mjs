// --limit: another bound than the default, for every command.
import assert from 'node:assert/strict';
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { run, runJson } from './support/command-line.mjs';
import { inspect } from './support/channel-command.mjs';
import { answers, environment, unpacked } from './support/installed-folders.mjs';
import { prefix } from './support/installed.mjs';
import { bytesOf, errorCodes, pathOf, sha256, small } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { serve } from './support/server.mjs';
import { copyOf, signed, trusting } from './support/signed.mjs';
import { TufChannel } from './support/tuf.mjs';

const digest = sha256(bytesOf(small));
const pkgs = pathOf('noarch');
const limits = (...values) => values.flatMap((value) => ['--limit', value]);

test('package: what reaches a limit is rejected, and the limit is named with its option', async () => {
  const args = ['package', pathOf(small), '--sha256', digest];
  const { length } = bytesOf(small);
  const { status, verdicts: [verdict] } = await runJson([...args, ...limits('archiveBytes=10')]);
  checkVerdict(verdict);
  const [{ code, details, hint }] = verdict.findings;
  assert.deepEqual([status, code, details], [1, 'LIMIT_EXCEEDED', { limit: 'archiveBytes', max: 10 }]);
  assert.match(hint, /raise the named limit \(--limit NAME=N\)/);
  const { stdout } = await run([...args, ...limits('archiveBytes=10')]);
  assert.match(stdout, /LIMIT_EXCEEDED: the limit archiveBytes of 10 was reached\n.*raise the named limit \(--limit NAME=N\)/);
  // They are inclusive, and may be as large as a number can be.
  assert.equal((await run([...args, ...limits(`archiveBytes=${length}`)])).status, 0);
  assert.equal((await run([...args, ...limits(`archiveBytes=${length - 1}`)])).status, 1);
  assert.equal((await run([...args, ...limits('unpackedBytes=9007199254740991', 'entries=0100', 'ratio=0')])).status, 0);
  const several = await runJson([...args, ...limits('archiveBytes=100000', 'entries=3', 'entries=3')]);
  assert.deepEqual([several.status, several.verdicts[0].findings[0].details.limit], [1, 'entries']);
});

test('package: of repodata, and of a channel', async () => {
  const file = [pathOf(small), '--file-name', 'hello-1.0-pyh0_0.conda'];
  const repodata = await run(['package', ...file, '--repodata', join(signed, 'noarch/repodata.json'), ...limits('repodataBytes=100')]);
  assert.deepEqual([repodata.status, repodata.stdout], [1, '']);
  assert.match(repodata.stderr, /the limit repodataBytes of 100 .*\(--limit NAME=N\).* \[LIMIT_EXCEEDED\]\n$/);
  const channel = ['package', join(signed, 'noarch/hello-1.0-pyh0_0.conda'), '--channel', signed, ...trusting];
  assert.equal((await run(channel)).status, 0);
  for (const [limit, code] of [['archiveBytes', 'LIMIT_EXCEEDED'], ['roleBytes', 'LIMIT_EXCEEDED'], ['rootRounds', 'LIMIT_EXCEEDED']]) {
    const { status, verdicts: [verdict] } = await runJson([...channel, ...limits(`${limit}=0`)]);
    assert.deepEqual([status, verdict.findings[0].code], [1, code], limit);
  }
});

test('inspect: of what is here, and of what is on a server', async (t) => {
  const url = await serve(t);
  for (const place of [pathOf(small), `${url}/${small}`]) {
    const { status, verdicts: [{ verdict }] } = await runJson(['inspect', place, ...limits('archiveBytes=10')]);
    assert.deepEqual([status, verdict.findings[0].code], [1, 'LIMIT_EXCEEDED'], place);
    assert.equal((await run(['inspect', place, ...limits('archiveBytes=100000')])).status, 3, place);
  }
});

test('channel: roles, repodata, records, packages', async () => {
  const codes = ({ report }) => [...report.findings, ...report.subdirs.flatMap(({ findings }) => findings)].map(({ code }) => code);
  assert.equal((await inspect(signed, ...limits('roleBytes=1000000', 'records=100'))).status, 0);
  for (const limit of ['roleBytes=100', 'rootRounds=0', 'repodataBytes=100', 'records=1']) {
    const refused = await inspect(signed, ...limits(limit));
    assert.deepEqual([refused.status, [...new Set(codes(refused))]], [1, ['LIMIT_EXCEEDED']], limit);
  }
  const { status, report } = await inspect(signed, '--packages', ...limits('archiveBytes=10'));
  assert.equal(status, 1);
  const found = report.subdirs.flatMap(({ packages }) => packages.verdicts.flatMap(({ findings }) => findings));
  assert.ok(found.some(({ code, details }) => code === 'LIMIT_EXCEEDED' && details.limit === 'archiveBytes'));
});

test('a root that is longer than the default is read where the limit is raised', async (t) => {
  const channel = copyOf(t);
  const root = join(channel, 'root.json');
  writeFileSync(root, Buffer.concat([Buffer.alloc(600_000, ' '), readFileSync(root)]));
  const at = ['--now', trusting[trusting.indexOf('--now') + 1]];
  const args = ['channel', signed, '--root', root, ...at];
  const refused = await run(args);
  assert.deepEqual([refused.status, /LIMIT_EXCEEDED: .*roleBytes of 512000/.test(refused.stdout)], [1, true], refused.stdout);
  for (const limit of ['roleBytes=1000000', 'roleBytes=9007199254740991']) {
    assert.doesNotMatch((await run([...args, ...limits(limit)])).stdout, /LIMIT_EXCEEDED/);
  }
});

test('target', async (t) => {
  const channel = new TufChannel({ listed: [] });
  channel.list('targets', 'notes.txt', 'notes');
  channel.repository.release('targets');
  const args = ['target', 'notes.txt', '--channel', channel.folder(t), '--root', channel.pinned(t)];
  assert.equal((await run([...args, ...limits('archiveBytes=5')])).status, 0);
  for (const limit of ['archiveBytes=4', 'targets=0', 'timestampBytes=10']) {
    const { status, verdicts: [{ findings: [{ code, hint }] }] } = await runJson([...args, ...limits(limit)]);
    assert.deepEqual([status, code], [1, 'LIMIT_EXCEEDED'], limit);
    assert.match(hint, /\(--limit NAME=N\)/);
  }
});

test('installed: what is recomputed, and what is read', async (t) => {
  const folder = environment(t);
  const args = [folder, '--prefix', prefix, '--channel', signed, ...trusting];
  assert.equal((await answers(args)).status, 0);
  const small = await answers([...args, ...limits('replacedFileBytes=0')]);
  const [verdict] = small.verdicts;
  assert.deepEqual([small.status, verdict.verdict, verdict.reasons], [3, 'unverified', ['not recomputable']]);
  assert.deepEqual([...new Set(verdict.findings.map(({ code }) => code))], ['PREFIX_REPLACEMENT_UNKNOWN']);
  assert.match(verdict.findings[0].message, /the limit replacedFileBytes/);
  // Of the archive, which is examined by the same limits; with a channel and without.
  for (const more of [args, [folder, '--prefix', prefix, '--pkgs', pkgs]]) {
    const { status, verdicts: [verdict] } = await answers([...more, ...limits('archiveBytes=10')]);
    assert.deepEqual([status, errorCodes(verdict).includes('ORIGINAL_REJECTED')], [1, true]);
  }
  // Of what the command reads by itself.
  const manifest = await answers([folder, '--prefix', prefix, ...limits('infoBytes=10')]);
  assert.deepEqual([manifest.status, manifest.verdicts], [4, []]);
  assert.match(manifest.stderr, /it has more than 10 bytes, the limit infoBytes\. /);
  const alone = await run(['installed', await unpacked(t), ...limits('infoBytes=10')]);
  assert.deepEqual([alone.status, alone.stdout], [4, '']);
});

test('findings: lists are shorter, counts and the exit status stay', async (t) => {
  const folder = environment(t);
  for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, name), '');
  const args = [folder, '--prefix', prefix, '--channel', signed, ...trusting];
  for (const [limit, listed] of [[3, 3], [2, 2], [0, 0]]) {
    const { status, report } = await answers([...args, ...limits(`findings=${limit}`)]);
    assert.deepEqual([status, report.unowned.length, report.unownedOmitted], [3, listed, 3 - listed]);
  }
  const { stdout } = await run(['installed', ...args, ...limits('findings=2')]);
  assert.match(stdout, /unowned +3 files .*(\n +[abc]){2}\n +and 1 more file; a larger --limit findings=N lists them\n/);
  assert.match((await run(['installed', ...args, ...limits('findings=0')])).stdout, /unowned +3 files .*\n +and 3 more files; /);

  const channel = copyOf(t);
  const file = join(channel, 'noarch/repodata.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), signatures: {} }));
  for (const extension of ['bz2', 'zst']) unlinkSync(`${file}.${extension}`);
  const { report: { subdirs: before } } = await inspect(channel, '--subdir', 'noarch');
  assert.ok(before[0].unsignedCount > 1 && before[0].unsigned.length === before[0].unsignedCount, JSON.stringify(before));
  const { unsignedCount } = before[0];
  for (const limit of [1, 0]) {
    const { status, report: { subdirs: [subdir] } } = await inspect(channel, '--subdir', 'noarch', ...limits(`findings=${limit}`));
    assert.deepEqual([status, subdir.verdict, subdir.unsignedCount, subdir.unsigned.length], [1, 'rejected', unsignedCount, limit]);
  }
  const shown = async (limit) => (await run(['channel', channel, ...trusting, '--subdir', 'noarch', ...limits(`findings=${limit}`)])).stdout;
  assert.match(await shown(1), new RegExp(`RECORD_UNSIGNED: .* \\S+\\n +and ${unsignedCount - 1} more; a larger --limit findings=N lists them\n`));
  assert.match(await shown(0), new RegExp(`RECORD_UNSIGNED: nobody vouches for the records of ${unsignedCount} files\n`));
});

test('usage errors', async () => {
  const takes = '--limit takes NAME=N, the name of a limit and a whole number from 0 to 2^53 - 1, not';
  const cases = [
    [['1000'], `${takes} "1000"`],
    [['archiveBytes'], `${takes} "archiveBytes"`],
    [['archiveBytes='], `${takes} "archiveBytes="`],
    [['archiveBytes=1e3'], `${takes} "archiveBytes=1e3"`],
    [['archiveBytes=-1'], `${takes} "archiveBytes=-1"`],
    [['archiveBytes=1_000'], `${takes} "archiveBytes=1_000"`],
    [['archiveBytes=9007199254740992'], `${takes} "archiveBytes=9007199254740992"`],
    [['=1'], `${takes} "=1"`],
    [['archiveBytes=1=2'], `${takes} "archiveBytes=1=2"`],
    [['a-1-0.conda'], `${takes} "a-1-0.conda", which is named like a package: write the value before it`],
    [['archivebytes=1'], '--limit: there is no limit "archivebytes"; did you mean archiveBytes?'],
    [['zzzzzz=1'], '--limit: there is no limit "zzzzzz"; there are archiveBytes, unpackedBytes, ratio, '],
    [['__proto__=1'], '--limit: there is no limit "__proto__"; there are archiveBytes, '],
    [['entries=1', 'entries=2'], '--limit is given as entries=1 and as entries=2; give one of them'],
  ];
  const commands = {
    package: [pathOf(small)],
    inspect: [pathOf(small)],
    channel: [signed, ...trusting],
    target: ['notes.txt', '--channel', signed, ...trusting],
    installed: ['nowhere'],
  };
  for (const [values, words] of cases) {
    const { status, stdout, stderr } = await run(['package', ...commands.package, ...limits(...values)]);
    assert.deepEqual([status, stdout, stderr.split('\n').length], [2, '', 2], stderr);
    assert.ok(stderr.startsWith(`conda-verifier: ${words}`), stderr);
  }
  for (const [command, args] of Object.entries(commands)) {
    const { status, stdout, stderr } = await run([command, ...args, ...limits('entires=1')]);
    const line = `conda-verifier: --limit: there is no limit "entires"; did you mean entries? (see conda-verifier ${command} --help)\n`;
    assert.deepEqual([status, stdout, stderr], [2, '', line]);
    const { stdout: help } = await run([command, '--help']);
    assert.match(help, /--limit NAME=N/);
    for (const text of help.split('\n')) assert.ok(text.length <= 80 || text.includes('https://'), text);
  }
  assert.match((await run(['package', pathOf(small), '--limit'])).stderr, /--limit needs a value behind it/);
});
