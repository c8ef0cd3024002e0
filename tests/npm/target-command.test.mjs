// `conda-verifier target`: what it finds, fetches, says, writes, and what it ends with.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { run } from './support/command-line.mjs';
import { checkTarget } from './support/schema.mjs';
import { serveChannel } from './support/served-channel.mjs';
import { emptyFolder, pinned, signed } from './support/signed.mjs';
import { serveTuf, TufChannel } from './support/tuf.mjs';

/** Runs `target --json`; gives the answers too, which the schema describes. */
async function fetched(paths, place, root, ...options) {
  const result = await run(['target', ...paths, '--channel', place, '--root', root, '--json', ...options]);
  const reports = result.lines.map((line) => JSON.parse(line));
  for (const report of reports) checkTarget(report);
  return { ...result, reports };
}

const FILES = { 'installers/setup.sh': 'echo hello', 'noarch/notes.txt': 'notes' };

/** A channel that lists files of any kind. */
function channelOf(files = FILES, options = {}) {
  const channel = new TufChannel({ listed: [], ...options });
  for (const [path, content] of Object.entries(files)) channel.list('targets', path, content);
  channel.repository.release('targets');
  return channel;
}

test('a file of any kind: length, hashes, roles, verdict', async (t) => {
  const channel = channelOf();
  const [folder, root] = [channel.folder(t), channel.pinned(t)];
  const { url } = await serveChannel(t, folder);
  for (const place of [folder, url]) {
    const { status, stderr, reports } = await fetched(Object.keys(FILES), place, root);
    assert.deepEqual([status, stderr], [0, '']);
    assert.deepEqual(reports.map(({ path, verdict, trust, target, written }) => [path, verdict, trust.basis, target.length, target.roles, written]), [
      ['installers/setup.sh', 'verified', 'tuf', 10, ['targets'], null],
      ['noarch/notes.txt', 'verified', 'tuf', 5, ['targets'], null],
    ]);
  }
  const { stdout } = await run(['target', ...Object.keys(FILES), '--channel', folder, '--root', root]);
  for (const words of [
    /^ {2}timestamp +version \d, /m,
    /^✔ verified {2}installers\/setup\.sh\n {2}length +10 bytes\n {2}sha256 +[0-9a-f]{64}\n {2}listed by +targets\n {2}expires +\S+Z$/m,
    /\n\n2 files: 2 verified\n$/,
  ]) {
    assert.match(stdout, words);
  }
});

test('--output: whole, by its plain name, nowhere else', async (t) => {
  const channel = channelOf();
  const [folder, root, into] = [channel.folder(t), channel.pinned(t), emptyFolder(t)];
  const { reports, status } = await fetched(Object.keys(FILES), folder, root, '--output', into);
  assert.equal(status, 0);
  assert.deepEqual(reports.map(({ written }) => written), [join(into, 'setup.sh'), join(into, 'notes.txt')]);
  assert.deepEqual(readdirSync(into).sort(), ['notes.txt', 'setup.sh']);
  assert.equal(readFileSync(join(into, 'setup.sh'), 'utf8'), 'echo hello');
  // A link in its place is replaced, and what it leads to stays as it is.
  const outside = join(emptyFolder(t), 'outside');
  writeFileSync(outside, 'mine');
  rmSync(join(into, 'setup.sh'));
  symlinkSync(outside, join(into, 'setup.sh'));
  writeFileSync(join(into, 'setup.sh.part'), 'mine too');
  const { stdout } = await run(['target', 'installers/setup.sh', '--channel', folder, '--root', root, '--output', into]);
  assert.match(stdout, /^ {2}written to +\S+setup\.sh$/m);
  assert.deepEqual([readFileSync(outside, 'utf8'), lstatSync(join(into, 'setup.sh')).isFile()], ['mine', true]);
  assert.equal(readFileSync(join(into, 'setup.sh.part'), 'utf8'), 'mine too');
});

test('--output: what is refused is not written, and what was there stays', async (t) => {
  const channel = channelOf();
  const [folder, root, into] = [channel.folder(t), channel.pinned(t), emptyFolder(t)];
  for (const [path] of channel.files()) if (path.includes('setup.sh')) writeFileSync(join(folder, path), 'echo hullo');
  writeFileSync(join(into, 'setup.sh'), 'before');
  const { status, reports } = await fetched(['installers/setup.sh', 'noarch/notes.txt', 'noarch/none'], folder, root, '--output', into);
  assert.equal(status, 1);
  assert.deepEqual(reports.map(({ verdict, findings }) => [verdict, findings[0]?.code]), [['rejected', 'TARGET_DIGEST_MISMATCH'], ['verified', undefined], ['rejected', 'TARGET_MISSING']]);
  assert.deepEqual([reports[0].target.length, reports[2].target], [10, null]);
  assert.deepEqual(readdirSync(into).sort(), ['notes.txt', 'setup.sh']);
  assert.equal(readFileSync(join(into, 'setup.sh'), 'utf8'), 'before');
});

test('--output that can\'t be written', async (t) => {
  const channel = channelOf();
  const [folder, root, into] = [channel.folder(t), channel.pinned(t), emptyFolder(t)];
  for (const output of [join(into, 'nowhere'), root]) {
    const { status, stderr, lines } = await fetched(['noarch/notes.txt'], folder, root, '--output', output);
    assert.deepEqual([status, lines.length], [4, 0]);
    assert.match(stderr, /\[FILE_UNWRITABLE\]\n$/);
  }
  mkdirSync(join(into, 'notes.txt'));
  const { status, reports, stderr } = await fetched(['noarch/notes.txt'], folder, root, '--output', into);
  assert.deepEqual([status, reports[0].verdict, reports[0].written], [4, 'verified', null]);
  assert.match(stderr, /^conda-verifier: cannot write .*\[FILE_UNWRITABLE\]\n$/);
  assert.deepEqual(readdirSync(into), ['notes.txt']);
  if (process.getuid?.() === 0) return;
  chmodSync(into, 0o500);
  assert.equal((await fetched(['installers/setup.sh'], folder, root, '--output', into)).status, 4);
});

test('delegated roles are fetched, and kept in --state', async (t) => {
  const channel = channelOf({});
  const { repository } = channel;
  repository.delegate('targets', 'a/b', { paths: ['deep/*'] });
  channel.list('a/b', 'deep/file.bin', 'deep');
  const bins = repository.delegateToBins('a/b', 4, 'bin');
  channel.list(bins.nameFor('deep/other.bin'), 'deep/other.bin', 'other');
  repository.release('targets', 'a/b', ...bins.names);
  const [folder, root] = [channel.folder(t), channel.pinned(t)];
  const state = join(emptyFolder(t), 'state');
  const { url, asked } = await serveTuf(t, channel);
  const first = await fetched(['deep/file.bin', 'deep/other.bin'], url, root, '--state', state);
  assert.equal(first.status, 0, first.stdout);
  assert.deepEqual(first.reports.map(({ target }) => target.roles), [['targets', 'a/b'], ['targets', 'a/b', bins.nameFor('deep/other.bin')]]);
  const rolesAsked = () => asked.splice(0).filter((path) => /a%2Fb|bin-/.test(path));
  assert.equal(rolesAsked().length, 2);
  assert.equal((await fetched(['deep/file.bin', 'deep/other.bin'], url, root, '--state', state)).status, 0);
  assert.deepEqual(rolesAsked(), []);
  const local = await fetched(['deep/other.bin'], folder, root);
  assert.equal(local.status, 0, local.stdout + local.stderr);
});

test('odd paths: they are escaped, and lead nowhere else', async (t) => {
  const files = { 'a b/c#d?e%2F.txt': 'odd', '__proto__/constructor': 'proto', 'é/ü.txt': 'ü' };
  const channel = channelOf(files);
  const [folder, root, into] = [channel.folder(t), channel.pinned(t), emptyFolder(t)];
  const { url } = await serveChannel(t, folder);
  for (const place of [folder, url]) {
    const { status, reports } = await fetched(Object.keys(files), place, root, '--output', into);
    assert.equal(status, 0, JSON.stringify(reports));
  }
  assert.deepEqual(readdirSync(into).sort(), ['c#d?e%2F.txt', 'constructor', 'ü.txt'].sort());
});

test('roles that are refused reject every file, in text once', async (t) => {
  const channel = channelOf();
  const [folder, root] = [channel.folder(t), channel.pinned(t)];
  const late = ['--now', new Date(Date.now() + 40 * 86_400_000).toISOString()];
  const { status, reports } = await fetched(Object.keys(FILES), folder, root, ...late);
  assert.deepEqual([status, reports.map(({ verdict, findings, target }) => [verdict, findings[0].code, target])], [1, [['rejected', 'EXPIRED', null], ['rejected', 'EXPIRED', null]]]);
  const { stdout } = await run(['target', ...Object.keys(FILES), '--channel', folder, '--root', root, ...late]);
  assert.equal(stdout.split('EXPIRED:').length, 2);
  assert.match(stdout, /^✘ rejected {2}all 2 files$/m);
});

test('what can\'t be read has no verdict', async (t) => {
  const channel = channelOf();
  const [folder, root] = [channel.folder(t), channel.pinned(t)];
  for (const [path] of channel.files()) if (path.includes('setup.sh')) rmSync(join(folder, path));
  const { status, stderr, reports } = await fetched(Object.keys(FILES), folder, root);
  assert.deepEqual([status, reports.map(({ path }) => path)], [4, ['noarch/notes.txt']]);
  assert.match(stderr, /^conda-verifier: "installers\/setup\.sh" was asked for, and the answer was 404\. .*\[HTTP_STATUS\]\n$/);
  const dead = await fetched(['noarch/notes.txt'], 'http://127.0.0.1:1/channel', root);
  assert.deepEqual([dead.status, dead.lines.length], [4, 0]);
  assert.match(dead.stderr, /\[NETWORK_FAILED\]\n$/);
});

test('--mirror and --metadata', async (t) => {
  const channel = channelOf();
  const root = channel.pinned(t);
  const [good, bad] = [channel.folder(t), channel.folder(t)];
  for (const [path] of channel.files()) if (path.includes('setup.sh')) writeFileSync(join(bad, path), 'echo hullo');
  const { status, reports } = await fetched(['installers/setup.sh', 'noarch/notes.txt'], bad, root, '--mirror', good);
  assert.equal(status, 0);
  assert.deepEqual(reports.map(({ mirrors }) => mirrors.map(({ code }) => code)), [['TARGET_DIGEST_MISMATCH'], []]);
  const { stdout } = await run(['target', 'installers/setup.sh', '--channel', bad, '--root', root, '--mirror', good]);
  assert.match(stdout, /^ {2}passed over +file:\S+ for installers\/[0-9a-f]{64}\.setup\.sh: TARGET_DIGEST_MISMATCH: /m);
  const all = await run(['target', 'installers/setup.sh', '--channel', bad, '--root', root, '--mirror', `${bad}/../${bad.split('/').at(-1)}`]);
  assert.equal(all.status, 1);
  const { metadata, targets } = channel.split(t);
  assert.equal((await fetched(['installers/setup.sh'], targets, root, '--metadata', metadata)).status, 0);
  const server = await serveChannel(t, metadata);
  assert.equal((await fetched(['installers/setup.sh'], targets, root, '--metadata', server.url, '--mirror', good)).status, 0);
});

test('a root of content trust vouches for no targets', async () => {
  const now = ['--now', '2030-01-01T00:00:00Z'];
  const { status, stderr } = await run(['target', 'noarch/repodata.json', '--channel', signed, '--root', pinned, ...now]);
  assert.equal(status, 2, stderr);
  assert.match(stderr, /this root is one of content trust/);
});

test('usage errors', async (t) => {
  const channel = channelOf();
  const [folder, root] = [channel.folder(t), channel.pinned(t)];
  const trusting = ['--channel', folder, '--root', root];
  const cases = [
    [['target', ...trusting], 'name at least one file'],
    [['target', 'a', '--root', root], 'give --channel too'],
    [['target', 'a', '--channel', folder], 'give --root ROOT.json too'],
    [['target', '/a', ...trusting], 'no path below a channel'],
    [['target', 'a/../b', ...trusting], 'no path below a channel'],
    [['target', 'a/', ...trusting], 'no path below a channel'],
    [['target', 'https://example.org/a', ...trusting], 'is a URL'],
    [['target', 'a/x', 'b/X', ...trusting, '--output', folder], 'written to one file'],
    [['target', 'a\\b', ...trusting, '--output', folder], 'ends in no name'],
    [['target', 'a', ...trusting, '--output', 'https://example.org/'], '--output takes a folder'],
    [['target', 'a', ...trusting, '--mirror', 'ftp://example.org/'], 'no http or https URL'],
    [['target', 'a', ...trusting, '--mirror', ''], '--mirror takes a folder or a URL'],
    [['target', 'a', ...trusting, '--metadata', 'https://me:secret@example.org/'], 'would end up in logs'],
    [['target', 'a', ...trusting, '--policy', 'warn'], 'target takes no --policy'],
    [['target', 'a', ...trusting, '--outptu', '.'], 'did you mean --output?'],
    [['channel', folder, '--root', root, '--output', '.'], 'channel takes no --output; it is an option of target'],
    [['package', 'a.conda', '--mirror', folder], '--mirror is about a channel'],
  ];
  for (const [args, words] of cases) {
    const { status, stdout, stderr } = await run(args);
    assert.deepEqual([status, stdout, stderr.split('\n').length], [2, '', 2], `${args}\n${stderr}`);
    assert.ok(stderr.includes(words) && !stderr.includes('secret'), `${args}\n${stderr}`);
  }
  const { status, stdout } = await run(['target', '--help']);
  assert.equal(status, 0);
  assert.match(stdout, /^conda-verifier target PATH/);
  assert.ok(!existsSync(join(folder, 'a')));
});
