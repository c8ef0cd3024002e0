// --sarif of `installed` and `manifest --check`.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { run } from './support/command-line.mjs';
import { answers, environment, unpacked } from './support/installed-folders.mjs';
import { archive, prefix } from './support/installed.mjs';
import { bytesOf, pathOf, sha256 } from './support/samples.mjs';
import { both } from './support/sarif.mjs';
import { attacked, emptyFolder, signed, trusting } from './support/signed.mjs';

const pkgs = pathOf('noarch');
const RECORD = 'conda-meta/hello-1.0-pyh0_0.json';
const vouched = ['--prefix', prefix, '--channel', signed, ...trusting];
const notes = (log) => log.invocations[0].toolExecutionNotifications.map(({ level, message }) => `${level} ${message.text}`);

test('installed: what is verified has no results', async (t) => {
  const { status, uris, log } = await both(t, ['installed', '.', ...vouched], { cwd: environment(t) });
  assert.deepEqual([status, uris], [0, []]);
  assert.equal(log.automationDetails.id, 'conda-verifier/installed/');
  assert.deepEqual(log.artifacts.map(({ location: { uri }, properties: { verdict } }) => [uri, verdict]), [[RECORD, 'verified'], ['./', undefined]]);
  const [record, whole] = log.artifacts;
  assert.deepEqual([record.properties.package.name, record.properties.kind, whole.properties.packages.verified], ['hello', 'linked', 1]);
});

test('installed: what nobody vouches for is a warning, and a note where that is allowed', async (t) => {
  const cwd = environment(t);
  const first = await both(t, ['installed', '.', '--prefix', prefix], { cwd });
  assert.deepEqual([first.status, first.uris], [3, [`warning UNVERIFIED ${RECORD}`]]);
  assert.match(first.log.results[0].message.text, /nothing vouches for it: it is consistent with its own list of files, which is as easy to change\. /);
  assert.deepEqual(first.log.results[0].properties.reasons, ['consistent']);
  const allowed = await both(t, ['installed', '.', '--prefix', prefix, '--allow-unverified', '--json'], { cwd });
  assert.deepEqual([allowed.status, allowed.uris], [0, [`note UNVERIFIED ${RECORD}`]]);
});

test('installed: findings stand at the record, and files that nobody owns at their own place', async (t) => {
  const cwd = environment(t);
  const { findings: [], ...honest } = (await answers([cwd, ...vouched])).verdicts[0];
  assert.equal(honest.verdict, 'verified');
  const { files } = JSON.parse(readFileSync(join(cwd, RECORD), 'utf8'));
  const changed = files.find((path) => path.endsWith('.py'));
  writeFileSync(join(cwd, changed), 'import os\n');
  rmSync(join(cwd, files.find((path) => path !== changed && path.endsWith('.py')) ?? files.at(-1)), { force: true });
  mkdirSync(join(cwd, 'lib/more'), { recursive: true });
  writeFileSync(join(cwd, 'lib/more/own %.py'), '');
  const { status, uris, log } = await both(t, ['installed', '.', ...vouched], { cwd });
  assert.equal(status, 1);
  const { verdicts, report } = await answers([cwd, ...vouched]);
  const codes = verdicts[0].findings.map(({ code }) => code);
  assert.ok(codes.length > 0 && report.unowned.length === 1);
  assert.deepEqual(uris, [...codes.map((code) => `error ${code} ${RECORD}`), 'warning UNOWNED lib/more/own%20%25.py']);
  const about = log.results.find(({ properties }) => properties.path === changed);
  assert.deepEqual(about.locations[0].logicalLocations.map(({ kind, name }) => [kind, name]), [['member', changed]]);
  assert.ok(log.tool.driver.rules.some(({ id, help }) => id === 'UNOWNED' && help.text.length > 0));
});

test('installed: lists as long as the limit, and what several packages own', async (t) => {
  const cwd = environment(t);
  for (const name of ['a', 'b', 'c']) writeFileSync(join(cwd, name), '');
  writeFileSync(join(cwd, 'conda-meta/twin-1.0-0.json'), readFileSync(join(cwd, RECORD)));
  const { uris, log } = await both(t, ['installed', '.', '--prefix', prefix, '--limit', 'findings=1'], { cwd });
  assert.equal(uris.filter((line) => line.includes('UNOWNED')).length, 1);
  const told = notes(log);
  for (const words of [/^warning 2 more files that no package owns were left out; a larger --limit findings=N/, / is owned by several packages: /, /more files that several packages own were left out/]) {
    assert.ok(told.some((line) => words.test(line)), `${words}\n${told.join('\n')}`);
  }
  const empty = emptyFolder(t);
  mkdirSync(join(empty, 'conda-meta'));
  const none = await both(t, ['installed', '.'], { cwd: empty });
  assert.deepEqual([none.status, none.uris], [3, []]);
  assert.deepEqual(notes(none.log), ['warning conda-meta has no records, so nothing was verified']);
});

test('installed: an unpacked package, what can\'t be read, and a channel that is refused', async (t) => {
  const folder = await unpacked(t);
  const good = await both(t, ['installed', folder, '--pkgs', pkgs, '--sha256', sha256(bytesOf(archive))]);
  assert.deepEqual([good.status, good.uris, good.log.artifacts[0].properties.kind], [0, [], 'unpacked']);
  writeFileSync(join(folder, 'extra'), '');
  const bad = await both(t, ['installed', folder, '--pkgs', pkgs]);
  assert.equal(bad.status, 1);
  assert.ok(bad.uris.some((line) => line.startsWith('error FILE_UNLISTED file:///')), bad.uris.join('\n'));

  const broken = environment(t);
  rmSync(join(broken, RECORD));
  symlinkSync('/dev/null', join(broken, RECORD));
  const unread = await both(t, ['installed', '.'], { cwd: broken });
  assert.equal(unread.status, 4);
  assert.ok(unread.uris.includes(`error FILE_UNREADABLE ${RECORD}`), unread.uris.join('\n'));
  assert.equal(unread.log.invocations[0].executionSuccessful, false);

  const channel = attacked(t, 'key-mgr-short');
  for (const json of [[], ['--json']]) {
    const { status, uris } = await both(t, ['installed', environment(t), '--channel', '.', ...trusting, ...json], { cwd: channel });
    assert.deepEqual([status, uris], [1, ['error THRESHOLD_NOT_MET ./']]);
  }
});

/** A folder with a site, and its manifest beside it. */
async function site(t) {
  const cwd = emptyFolder(t);
  mkdirSync(join(cwd, 'site/static'), { recursive: true });
  for (const name of ['index.html', 'static/a b.js', 'gone.txt']) writeFileSync(join(cwd, 'site', name), name);
  assert.equal((await run(['manifest', 'site', '--output', 'list.json'], { cwd })).status, 0);
  return cwd;
}

const compare = ['manifest', 'site', '--check', 'list.json'];

test('manifest: each file that is not as it is listed has a result at its own place', async (t) => {
  const cwd = await site(t);
  const good = await both(t, compare, { cwd });
  assert.deepEqual([good.status, good.uris, good.log.automationDetails.id], [0, [], 'conda-verifier/manifest/']);
  const [list] = good.log.artifacts;
  assert.deepEqual([list.location.uri, list.properties.verdict, list.properties.matched], ['list.json', 'verified', 3]);
  assert.equal(list.hashes['sha-256'], sha256(readFileSync(join(cwd, 'list.json'))));
  assert.ok(notes(good.log).some((line) => line.startsWith('note not checked: modes, times, empty folders: ')));

  rmSync(join(cwd, 'site/gone.txt'));
  writeFileSync(join(cwd, 'site/static/a b.js'), 'static/a c.js');
  writeFileSync(join(cwd, 'site/new'), '');
  for (const json of [[], ['--json']]) {
    const bad = await both(t, [...compare, ...json], { cwd });
    assert.equal(bad.status, 1);
    assert.deepEqual([...bad.uris].sort(), [
      'error FILE_MISSING site/gone.txt',
      'error FILE_SHA256_MISMATCH site/static/a%20b.js',
      'error FILE_UNLISTED site/new',
    ]);
  }
  const few = await both(t, [...compare, '--limit', 'findings=1'], { cwd });
  assert.equal(few.uris.length, 1);
  assert.ok(notes(few.log).some((line) => /^warning 2 more findings about site were left out/.test(line)), notes(few.log).join('\n'));
});

test('manifest: one that is none, that lists nothing, and a folder that can\'t be read', async (t) => {
  const cwd = await site(t);
  writeFileSync(join(cwd, 'list.json'), '{"version":1,"files":{"../x":{"size":0,"sha256":""}}}');
  const none = await both(t, compare, { cwd });
  assert.deepEqual([none.status, none.uris], [1, ['error MANIFEST_INVALID list.json']]);
  writeFileSync(join(cwd, 'list.json'), '{"version":1,"files":{}}');
  rmSync(join(cwd, 'site'), { recursive: true });
  mkdirSync(join(cwd, 'site'));
  const empty = await both(t, compare, { cwd });
  assert.deepEqual([empty.status, empty.uris], [3, []]);
  assert.ok(notes(empty.log).includes('warning the manifest lists no file, so nothing was compared'));
  const gone = await both(t, ['manifest', 'nowhere', '--check', 'list.json'], { cwd });
  assert.deepEqual([gone.status, gone.log.invocations[0].executionSuccessful], [4, false]);
  assert.match(notes(gone.log)[0], /^error Cannot read "nowhere": /);
});

test('manifest: without --check there is nothing to tell', async (t) => {
  const cwd = await site(t);
  for (const more of [[], ['--output', 'other.json']]) {
    const { status, stdout, stderr } = await run(['manifest', 'site', '--sarif', 'log.sarif', ...more], { cwd });
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /--sarif tells what a comparison found; give --check FILE too/);
  }
});
