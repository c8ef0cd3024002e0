// `conda-verifier channel` and `package` under a root of TUF.
import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { codesOf } from './support/channel-command.mjs';
import { run, runJson } from './support/command-line.mjs';
import { checkChannel, checkVerdict } from './support/schema.mjs';
import { serveChannel } from './support/served-channel.mjs';
import { emptyFolder } from './support/signed.mjs';
import { contentOf, honest, serveTuf, TufChannel } from './support/tuf.mjs';

const ZST = 'noarch/repodata.json.zst';
const PLAIN = 'noarch/repodata.json';
const [victim] = honest;

/** Runs `channel --json`; gives the document too, which the schema describes. */
async function inspect(place, root, ...options) {
  const result = await run(['channel', place, '--root', root, '--json', ...options]);
  assert.equal(result.lines.length, 1, result.stdout + result.stderr);
  const report = JSON.parse(result.stdout);
  checkChannel(report);
  return { ...result, report };
}

/** The verdicts of `package --json`, which the schema describes. */
async function examine(files, place, root, ...options) {
  const result = await runJson(['package', ...files, '--channel', place, '--root', root, ...options]);
  for (const verdict of result.verdicts) checkVerdict(verdict);
  return result;
}

const spoiled = (bytes) => {
  const other = Buffer.from(bytes);
  other[other.length >> 1] ^= 1;
  return other;
};

/** Spoils what a folder has of a path, by all names that it has. */
function spoil(channel, folder, path) {
  const names = [...channel.files().keys()].filter((name) => name === path || name.endsWith(`.${path.split('/').at(-1)}`));
  for (const name of names) writeFileSync(join(folder, name), spoiled(readFileSync(join(folder, name))));
  assert.ok(names.length > 0);
}

test('an honest channel: roles, the target, all records, in text and JSON', async (t) => {
  const channel = new TufChannel();
  const root = channel.pinned(t);
  const folder = channel.folder(t);
  const { status, stdout, stderr } = await run(['channel', folder, '--root', root]);
  assert.deepEqual([status, stderr], [0, '']);
  for (const words of [
    /^ {2}root +version 1, expires at /m,
    /^ {2}timestamp +version 2, expires at /m,
    /^ {2}snapshot +version 2, /m,
    /^ {2}targets +version 2, /m,
    /^✔ noarch {2}6 records: 6 trusted$/m,
    /^ {2}target +[\d.]+ kB, sha256:[0-9a-f]{64}\n {2}listed by +targets, until \S+Z$/m,
    /^✔ verified {2}\S+ {2}1 subdir, 6 records, 6 trusted\n$/m,
  ]) {
    assert.match(stdout, words);
  }
  assert.doesNotMatch(stdout, /key_mgr|freshness|completeness/);
  const { url } = await serveChannel(t, folder);
  for (const place of [folder, url]) {
    const { report } = await inspect(place, root);
    const { basis, timestamp, snapshot, targets, keyMgr } = report.trust;
    assert.deepEqual([report.verdict, basis, keyMgr], ['verified', 'tuf', null]);
    assert.deepEqual([timestamp.version, snapshot.version, targets.version], [2, 2, 2]);
    const [{ method, target, records, trusted }] = report.subdirs;
    assert.deepEqual([method, target.path, target.roles, records, trusted], ['target', ZST, ['targets'], 6, 6]);
    assert.equal(target.length, contentOf(ZST).length);
  }
});

test('repodata under the name of its hash alone, and without consistent snapshots', async (t) => {
  const hashed = new TufChannel();
  const folder = hashed.folder(t);
  rmSync(join(folder, ZST));
  const { url, asked } = await serveChannel(t, folder);
  for (const place of [folder, url]) {
    const { status, report } = await inspect(place, hashed.pinned(t));
    assert.deepEqual([status, report.subdirs.map(({ repodata }) => repodata)], [0, [ZST]]);
  }
  assert.ok(asked.some((path) => /^noarch\/[0-9a-f]{64}\.repodata\.json\.zst$/.test(path)));
  const plain = new TufChannel({ consistent: false });
  assert.equal((await inspect(plain.folder(t), plain.pinned(t), '--packages')).status, 0);
});

test('the form that roles list is read, and others are named', async (t) => {
  const channel = new TufChannel({ listed: [PLAIN] });
  channel.others.set(ZST, contentOf(ZST));
  const formsOf = (report) => report.notChecked.filter(({ check }) => check === 'repodata').map(({ reason }) => reason);
  const { status, report } = await inspect(channel.folder(t), channel.pinned(t));
  assert.deepEqual([status, report.subdirs[0].repodata], [0, PLAIN]);
  assert.deepEqual(formsOf(report), [`${PLAIN} was read, and not repodata.json.zst beside it, which no role lists`]);
  const both = new TufChannel({ listed: [PLAIN, ZST] });
  assert.deepEqual(formsOf((await inspect(both.folder(t), both.pinned(t))).report), [`${ZST} was read, and not repodata.json, which roles list too`]);
  // A form that is listed and not there.
  const folder = both.folder(t);
  for (const [path] of both.files()) if (path.endsWith('repodata.json.zst')) rmSync(join(folder, path));
  assert.equal((await inspect(folder, both.pinned(t))).report.subdirs[0].repodata, PLAIN);
});

test('repodata that no role lists', async (t) => {
  const channel = new TufChannel({ listed: [victim] });
  channel.others.set(ZST, contentOf(ZST));
  const [folder, root] = [channel.folder(t), channel.pinned(t)];
  const refused = await inspect(folder, root);
  assert.deepEqual([refused.status, refused.report.verdict], [1, 'rejected']);
  const [subdir] = refused.report.subdirs;
  assert.deepEqual([subdir.target, subdir.trusted, subdir.unsignedCount], [null, 0, 6]);
  const { stdout } = await run(['channel', folder, '--root', root]);
  assert.match(stdout, /^ {2}target +none: no role lists it$/m);
  assert.match(stdout, /RECORD_UNSIGNED: nobody vouches for the records of /);
  const lowered = await inspect(folder, root, '--policy', 'RECORD_UNSIGNED=warn');
  assert.deepEqual([lowered.status, lowered.report.verdict, lowered.report.lowered], [3, 'unverified', ['RECORD_UNSIGNED']]);
  // What a role lists beside it says nothing about another name.
  const other = new TufChannel();
  other.others.set('noarch/current_repodata.json', contentOf(PLAIN));
  const named = await inspect(other.folder(t), other.pinned(t), '--repodata-fn', 'current_repodata.json');
  assert.deepEqual([named.status, named.report.subdirs[0].target, named.report.subdirs[0].unsignedCount], [1, null, 6]);
});

test('repodata that is not the target', async (t) => {
  const channel = new TufChannel();
  const [folder, root] = [channel.folder(t), channel.pinned(t)];
  spoil(channel, folder, ZST);
  const { url } = await serveChannel(t, folder);
  for (const place of [folder, url]) {
    const { status, report } = await inspect(place, root, '--policy', 'ignore');
    const [{ subdir, verdict, findings, trusted, target }] = report.subdirs;
    assert.deepEqual([status, subdir, verdict, trusted, target.path], [1, 'noarch', 'rejected', 0, ZST]);
    const [{ code, expected, actual }] = findings;
    assert.equal(code, 'TARGET_DIGEST_MISMATCH');
    assert.ok(expected !== actual && expected.includes(target.hashes.sha256));
  }
  const { verdicts, status } = await examine([join(folder, victim)], folder, root);
  assert.deepEqual([status, verdicts.length, verdicts[0].verdict], [1, 1, 'rejected']);
  assert.equal(verdicts[0].findings[0].code, 'TARGET_DIGEST_MISMATCH');
});

test('roles: expired, rolled back, tampered with, withheld, frozen', async (t) => {
  const channel = new TufChannel();
  const root = channel.pinned(t);
  const old = channel.folder(t);
  channel.repository.release('targets');
  const good = channel.folder(t);
  // One channel, whichever folder has its files.
  const kept = ['--state', join(emptyFolder(t), 'state.json'), '--mirror-of', 'https://example.org/channel'];
  assert.equal((await inspect(good, root, ...kept)).status, 0);
  const before = readFileSync(kept[1], 'utf8');
  const rolled = await inspect(old, root, ...kept);
  assert.deepEqual([rolled.status, codesOf(rolled.report.findings)], [1, ['ROLE_ROLLBACK']]);
  assert.equal(readFileSync(kept[1], 'utf8'), before);
  assert.equal((await inspect(old, root)).status, 0);
  const late = new Date(Date.now() + 31 * 86_400_000).toISOString();
  const frozen = await inspect(good, root, '--now', late);
  assert.deepEqual([frozen.status, codesOf(frozen.report.findings)], [1, ['EXPIRED']]);
  const cases = { '3.targets.json': 'THRESHOLD_NOT_MET', 'timestamp.json': 'THRESHOLD_NOT_MET' };
  for (const [name, code] of Object.entries(cases)) {
    const folder = channel.folder(t);
    writeFileSync(join(folder, name), readFileSync(join(folder, name), 'utf8').replace('"version": 3', '"version": 4'));
    const { status, report } = await inspect(folder, root);
    assert.deepEqual([status, codesOf(report.findings), report.subdirs], [1, [code], []], name);
  }
  const withheld = channel.folder(t);
  rmSync(join(withheld, 'timestamp.json'));
  const missing = await inspect(withheld, root);
  assert.equal(missing.status, 1);
  assert.match(missing.report.findings[0].message, /^this does not look like a signed channel: .*"timestamp\.json" is not there$/);
  const subdir = await inspect(join(good, 'noarch'), root);
  assert.match(subdir.report.findings[0].message, /^this is a subdir, and no channel: there is repodata\.json\.zst right in it, and no timestamp\.json$/);
  // After a refused run an honest one succeeds.
  assert.equal((await inspect(good, root, ...kept)).status, 0);
});

test('--state keeps roles that others delegate to', async (t) => {
  const channel = new TufChannel({ listed: [] });
  channel.repository.delegate('targets', 'packages/noarch', { paths: ['noarch/*'] });
  channel.list('packages/noarch', ZST);
  channel.repository.release('targets', 'packages/noarch');
  const [folder, root] = [channel.folder(t), channel.pinned(t)];
  const state = join(emptyFolder(t), 'state.json');
  const { status, report } = await inspect(folder, root, '--state', state);
  assert.deepEqual([status, report.subdirs[0].target.roles], [0, ['targets', 'packages/noarch']]);
  const keys = () => JSON.parse(readFileSync(state, 'utf8')).entries.map(({ key }) => key);
  assert.ok(keys().some((key) => key.includes('packages%2Fnoarch')), keys().join());
  // The next run has it, and does not fetch it again.
  const { url, asked } = await serveTuf(t, channel);
  const again = await inspect(url, root, '--state', state, '--mirror-of', JSON.parse(readFileSync(state, 'utf8')).channel);
  assert.equal(again.status, 0, again.stdout);
  assert.deepEqual(asked.filter((path) => path.includes('packages')), []);
});

test('--packages: record and package target, both have to agree', async (t) => {
  const channel = new TufChannel({ listed: [ZST, victim] });
  const [folder, root] = [channel.folder(t), channel.pinned(t)];
  const { url } = await serveChannel(t, folder);
  for (const place of [folder, url]) {
    const { status, report } = await inspect(place, root, '--packages');
    assert.equal(status, 0);
    // In the folder there is a copy of one, under the name with its hash.
    assert.equal(report.subdirs[0].packages.verified, honest.length + Number(place === folder));
  }
  spoil(channel, folder, victim);
  for (const place of [folder, url]) {
    const { status, report } = await inspect(place, root, '--packages');
    const codes = report.subdirs[0].packages.verdicts.flatMap(({ findings }) => findings.map(({ code }) => code));
    assert.deepEqual([status, [...new Set(codes)]], [1, ['TARGET_DIGEST_MISMATCH']]);
  }
  const torn = new TufChannel();
  torn.repository.addArtifact('targets', victim, contentOf(honest[1]));
  torn.repository.release('targets');
  const { status, report } = await inspect(torn.folder(t), torn.pinned(t), '--packages');
  assert.equal(status, 1);
  const conflicts = report.subdirs[0].packages.verdicts.filter(({ findings }) => findings[0].code === 'TRUST_CONFLICT');
  assert.ok(conflicts.some(({ file }) => file === victim), report.subdirs[0].packages.verdicts.map(({ file }) => file).join());
});

test('--packages: copies of earlier releases are named, and not judged', async (t) => {
  const channel = new TufChannel({ listed: [ZST, victim] });
  const folder = channel.folder(t);
  const earlier = `${'0'.repeat(64)}.${victim.split('/')[1]}`;
  writeFileSync(join(folder, 'noarch', earlier), 'an earlier build');
  const { status, report } = await inspect(folder, channel.pinned(t), '--packages');
  assert.equal(status, 0);
  assert.ok(report.notChecked.some(({ reason }) => reason.includes(earlier) && reason.includes('under hashes that no role lists')));
});

test('package: by record, and by its own target alone', async (t) => {
  const channel = new TufChannel({ listed: [ZST, victim] });
  const [folder, root] = [channel.folder(t), channel.pinned(t)];
  const both = await examine([join(folder, victim), join(folder, honest[1])], folder, root);
  assert.equal(both.status, 0, both.stderr);
  for (const { verdict, trust } of both.verdicts) assert.deepEqual([verdict, trust.basis], ['verified', 'tuf']);
  const checked = ({ checks }) => checks.some(({ check }) => check === 'package-target');
  assert.deepEqual(both.verdicts.map(checked), [true, false]);
  const { stdout } = await run(['package', join(folder, victim), '--channel', folder, '--root', root]);
  assert.match(stdout, /^ {2}rests on +the channel's roles, which go back to the root, sha256:[0-9a-f]{64}$/m);

  const alone = new TufChannel({ listed: [victim] });
  const place = alone.folder(t);
  for (const options of [[], ['--subdir', 'noarch']]) {
    const { status, verdicts, stderr } = await examine([join(place, victim)], place, alone.pinned(t), ...options);
    assert.equal(status, 0, stderr);
    const [{ verdict, trust, notChecked }] = verdicts;
    assert.deepEqual([verdict, trust.basis], ['verified', 'tuf']);
    assert.ok(notChecked.some(({ check }) => check === 'record'));
  }
  // Of neither is anything known.
  assert.equal((await examine([join(place, honest[1])], place, alone.pinned(t))).status, 4);
});

test('package: where its folder says nothing, the subdir that has it', async (t) => {
  const channel = new TufChannel({ listed: [victim] });
  const elsewhere = join(emptyFolder(t), victim.split('/')[1]);
  writeFileSync(elsewhere, contentOf(victim));
  const { status, verdicts, stderr } = await examine([elsewhere], channel.folder(t), channel.pinned(t));
  assert.deepEqual([status, verdicts[0]?.trust.basis], [0, 'tuf'], stderr);
});

test('--mirror: what one has wrong comes from the next, and is told', async (t) => {
  const channel = new TufChannel({ listed: [ZST, victim] });
  const root = channel.pinned(t);
  const good = channel.folder(t);
  const bad = channel.folder(t);
  spoil(channel, bad, ZST);
  spoil(channel, bad, victim);
  rmSync(join(bad, 'timestamp.json'));
  const server = await serveChannel(t, bad);
  for (const place of [bad, server.url]) {
    const { status, report } = await inspect(place, root, '--mirror', good, '--packages');
    assert.equal(status, 0, JSON.stringify(report.mirrors));
    const failed = report.mirrors.map(({ path, code }) => `${path} ${code}`);
    assert.ok(failed.includes('timestamp.json ROLE_MISSING') || failed.some((line) => line.startsWith('timestamp.json')), failed.join());
    assert.ok(report.mirrors.every(({ mirror }) => mirror.endsWith('/')));
  }
  const { stdout } = await run(['channel', bad, '--root', root, '--mirror', good]);
  assert.match(stdout, /^ {2}passed over +file:\S+ for timestamp\.json: [A-Z_]+: /m);
  // Behind a good one nothing is asked of a bad one.
  const fine = await inspect(good, root, '--mirror', bad, '--packages');
  assert.equal(fine.status, 0);
  const all = await inspect(bad, root, '--mirror', bad);
  assert.equal(all.status, 1);
  const packages = await examine([join(good, victim)], bad, root, '--mirror', good);
  assert.equal(packages.status, 0);
  assert.match(packages.stderr, /was passed over for timestamp\.json: .* \[[A-Z_]+\]\n/);
});

test('--mirror: where all of them fail, each is told', async (t) => {
  const root = new TufChannel().pinned(t);
  const places = ['http://127.0.0.1:1/a', 'http://127.0.0.1:1/b'];
  const { status, report, stderr } = await inspect(places[0], root, '--mirror', places[1]);
  assert.deepEqual([status, codesOf(report.undecided)], [4, ['NETWORK_FAILED']]);
  const lines = places.map((place) => `${place}/ 2.root.json: NETWORK_FAILED`);
  assert.deepEqual(report.undecided[0].mirrors, lines);
  for (const line of lines) assert.ok(stderr.includes(`conda-verifier: a mirror failed: ${line}\n`), stderr);
});

test('--mirror: repodata and packages alone are wrong at the first', async (t) => {
  const channel = new TufChannel({ listed: [ZST, victim] });
  const [root, good, bad] = [channel.pinned(t), channel.folder(t), channel.folder(t)];
  spoil(channel, bad, ZST);
  spoil(channel, bad, victim);
  const server = await serveChannel(t, bad);
  const { status, report } = await inspect(server.url, root, '--mirror', good, '--packages');
  assert.equal(status, 0, JSON.stringify(report.mirrors));
  assert.deepEqual(codesOf(report.mirrors), ['TARGET_DIGEST_MISMATCH']);
  // That one is asked last from then on, so that its package is not even looked at.
  assert.equal(report.subdirs[0].packages.verified, honest.length);
});

test('--metadata: the files of roles at a place of their own', async (t) => {
  const channel = new TufChannel({ listed: [ZST, victim] });
  const { metadata, targets } = channel.split(t);
  const root = channel.pinned(t);
  const server = await serveChannel(t, metadata);
  for (const place of [metadata, server.url]) {
    const { status, report } = await inspect(targets, root, '--metadata', place, '--packages');
    assert.deepEqual([status, report.verdict], [0, 'verified']);
    assert.equal((await examine([join(targets, victim)], targets, root, '--metadata', place)).status, 0);
  }
  assert.equal((await inspect(targets, root)).status, 1);
});

test('shards: whether roles list them', async (t) => {
  const path = 'noarch/repodata_shards.msgpack.zst';
  const shardsOf = async (channel) =>
    (await inspect(channel.folder(t), channel.pinned(t))).report.notChecked.filter(({ check }) => check === 'shards').map(({ reason }) => reason);
  const unlisted = new TufChannel();
  unlisted.others.set(path, Buffer.from('shards'));
  assert.deepEqual(await shardsOf(unlisted), [`no role lists ${path}`]);
  const listed = new TufChannel();
  listed.list('targets', path, 'shards');
  listed.repository.release('targets');
  assert.deepEqual(await shardsOf(listed), [`${path} was not read, though a role lists it`]);
});

test('a delegated role that is missing or forged', async (t) => {
  const channel = new TufChannel({ listed: [] });
  channel.repository.delegate('targets', 'noarch', { paths: ['noarch/*'] });
  channel.list('noarch', ZST);
  channel.repository.release('targets', 'noarch');
  const root = channel.pinned(t);
  const missing = channel.folder(t);
  renameSync(join(missing, '1.noarch.json'), join(missing, 'elsewhere.json'));
  const forged = channel.folder(t);
  writeFileSync(join(forged, '1.noarch.json'), readFileSync(join(forged, '1.noarch.json'), 'utf8').replace('"length": ', '"length": 1'));
  for (const [folder, code] of [[missing, 'ROLE_MISSING'], [forged, 'THRESHOLD_NOT_MET']]) {
    const { status, report } = await inspect(folder, root);
    assert.deepEqual([status, report.verdict, codesOf(report.findings)], [1, 'rejected', [code]]);
  }
});
