// `conda-verifier channel`: what it reads, what it says, and what it ends with.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { codesOf, inspect } from './support/channel-command.mjs';
import { run } from './support/command-line.mjs';
import { pathOf, repodata } from './support/samples.mjs';
import { checkChannel } from './support/schema.mjs';
import { serveChannel } from './support/served-channel.mjs';
import { attacked, copyOf, emptyFolder, expires, honest, now, pinned, signed, strike, trusting, victim } from './support/signed.mjs';

test('an honest channel: everything is verified', async () => {
  const { status, stdout, stderr } = await run(['channel', signed, ...trusting]);
  assert.deepEqual([status, stderr], [0, '']);
  for (const words of [
    /^ {2}trusted +\S+root\.json, sha256:[0-9a-f]{64}$/m,
    /^ {2}root +version 3, expires at 2031-01-01T00:00:00Z; 3 of 3 signed, 2 needed$/m,
    /^ {2}key_mgr +version 2, .*; 2 of 3 signed, 2 needed$/m,
    /^ {2}pkg_mgr +version 2, .*; 2 of 3 signed, 2 needed$/m,
    /^✔ noarch {2}6 records: 6 trusted$/m,
    /^ {2}not checked +freshness: /m,
    /packages: records alone were looked at; --packages verifies the files/,
    /^ {2}repodata +noarch\/repodata\.json\.zst$/m,
    /^✔ verified {2}\S+ {2}1 subdir, 6 records, 6 trusted\n$/m,
  ]) {
    assert.match(stdout, words);
  }
  const { report } = await inspect(signed);
  assert.equal(report.verdict, 'verified');
  assert.deepEqual([report.trust.root.version, report.trust.keyMgr.version, report.trust.pkgMgr.version], [3, 2, 2]);
  const { roles } = report.trust;
  assert.deepEqual(roles.map(({ path }) => path), ['root.json', '2.root.json', '3.root.json', 'key_mgr.json', 'pkg_mgr.json']);
  assert.deepEqual(roles.map(({ signers }) => signers.map(({ role, version, signed }) => [role, version, signed])), [
    [['root', 1, 3]],
    [['root', 1, 3], ['root', 2, 3]],
    [['root', 2, 3], ['root', 3, 3]],
    [['root', 3, 2]],
    [['key_mgr', 2, 2]],
  ]);
  const [{ subdir, repodata, records, trusted, packages }] = report.subdirs;
  assert.deepEqual([subdir, repodata, records, trusted, packages], ['noarch', 'noarch/repodata.json.zst', 6, 6, undefined]);
  for (const check of ['freshness', 'completeness', 'removed', 'base_url', 'packages']) {
    assert.ok(report.notChecked.some((open) => open.check === check), check);
  }
});

test('roles that are refused are told with their facts', async (t) => {
  const facts = {
    'root-rolled-back': { role: 'root', file: '3.root.json', trustedVersion: 2, offeredVersion: 1 },
    'root-expired': { role: 'root', file: '3.root.json', expiration: '2029-12-31T23:59:59Z', now },
    'key-mgr-short': { role: 'key_mgr', file: 'key_mgr.json', needed: 2, found: 1 },
  };
  for (const [way, expected] of Object.entries(facts)) {
    const { report } = await inspect(attacked(t, way));
    const [{ details, hint }] = report.findings;
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, details[name]])), expected);
    assert.ok(hint.length > 0);
  }
  const { stdout } = await run(['channel', attacked(t, 'key-mgr-taken-over'), ...trusting]);
  assert.match(stdout, /^ {4}other keys +[0-9a-f]{64}$/m);
});

test('--now: roles expire at their time, and readers are told before', async () => {
  const at = (time) => run(['channel', signed, '--root', pinned, '--now', time]);
  assert.equal((await at(expires)).status, 1);
  const late = await at('2030-12-25T12:00:00Z');
  assert.equal(late.status, 0);
  assert.match(late.stdout, /^ {2}note +key_mgr expires within 7 days; /m);
  assert.doesNotMatch((await at(now)).stdout, /expires within/);
});

test('subdirs: all of the folder, or those that are named', async (t) => {
  const copy = copyOf(t);
  mkdirSync(join(copy, 'linux-64'));
  writeFileSync(join(copy, 'linux-64', 'repodata.json'), '{"info":{"subdir":"linux-64"},"packages":{},"packages.conda":{}}');
  mkdirSync(join(copy, 'notes'));
  const { status, report } = await inspect(copy);
  assert.equal(status, 0);
  assert.deepEqual(report.subdirs.map(({ subdir, records, verdict }) => [subdir, records, verdict]), [['linux-64', 0, 'unverified'], ['noarch', 6, 'verified']]);
  const empty = await inspect(copy, '--subdir', 'linux-64');
  assert.deepEqual([empty.status, empty.report.verdict], [3, 'unverified']);
  assert.equal((await inspect(copy, '--subdir', 'linux-64', '--allow-unverified')).status, 0);
  const twice = await inspect(copy, '--subdir', 'noarch', '--subdir', 'noarch');
  assert.deepEqual([twice.status, twice.report.subdirs.length], [0, 1]);
});

test('a subdir that is not there could not be read', async (t) => {
  const { url } = await serveChannel(t, signed);
  for (const place of [signed, url]) {
    const { status, stderr, report } = await inspect(place, '--subdir', 'linux-64', '--subdir', 'noarch');
    assert.deepEqual([status, report.verdict, report.subdirs.length], [4, 'unverified', 1]);
    assert.match(stderr, /^conda-verifier: there is none of repodata\.json\.zst, repodata\.json\.bz2, repodata\.json in ".*\/linux-64"\. .*\[FILE_UNREADABLE\]\n$/);
    assert.deepEqual(report.undecided.map(({ what, code }) => [what, code]), [['linux-64', 'FILE_UNREADABLE']]);
  }
});

test('packages without repodata are not passed over', async (t) => {
  const copy = copyOf(t);
  cpSync(join(copy, 'noarch'), join(copy, 'linux-64'), { recursive: true });
  for (const suffix of ['', '.zst', '.bz2']) rmSync(join(copy, 'linux-64', `repodata.json${suffix}`));
  const { status, stderr } = await inspect(copy);
  assert.equal(status, 4);
  assert.match(stderr, /linux-64/);
  assert.equal((await inspect(copy, '--subdir', 'noarch')).status, 0);
});

test('forms of repodata: .zst, .bz2, plain, and other names', async (t) => {
  const copy = copyOf(t);
  const read = async (...options) => (await inspect(copy, ...options)).report.subdirs[0]?.repodata;
  for (const suffix of ['.zst', '.bz2', '']) {
    assert.equal(await read(), `noarch/repodata.json${suffix}`);
    if (suffix !== '') rmSync(join(copy, 'noarch', `repodata.json${suffix}`));
  }
  renameSync(join(copy, 'noarch/repodata.json'), join(copy, 'noarch/current_repodata.json'));
  assert.equal(await read('--repodata-fn', 'current_repodata.json', '--subdir', 'noarch'), 'noarch/current_repodata.json');
  assert.equal((await inspect(copy)).status, 4);
});

test('sharded repodata is named, since nobody signs it', async (t) => {
  const copy = copyOf(t);
  writeFileSync(join(copy, 'noarch/repodata_shards.msgpack.zst'), '');
  const { url } = await serveChannel(t, copy);
  for (const place of [copy, url]) {
    const { report } = await inspect(place);
    const shards = report.notChecked.filter(({ check }) => check === 'shards');
    assert.deepEqual(shards, [{ check: 'shards', reason: 'nobody signs noarch/repodata_shards.msgpack.zst' }]);
  }
  assert.ok(!(await inspect(signed)).report.notChecked.some(({ check }) => check === 'shards'));
});

test('--policy: records that nobody signed, or that an MD5 alone binds', async (t) => {
  const cases = [
    ['record-unsigned', 'RECORD_UNSIGNED', 'unsigned'],
    ['record-md5-only', 'WEAK_DIGEST', 'weak'],
  ];
  for (const [way, code, list] of cases) {
    const place = attacked(t, way);
    assert.equal((await inspect(place, '--policy', `${code}=throw`)).status, 1);
    for (const level of ['warn', 'ignore']) {
      const { status, report } = await inspect(place, '--policy', `${code}=${level}`);
      assert.deepEqual([status, report.verdict, report.lowered], [3, 'unverified', [code]]);
      assert.deepEqual(report.subdirs[0][list], ['hello-1.0-pyh0_0.conda']);
      const { stdout } = await run(['channel', place, ...trusting, '--policy', `${code}=${level}`]);
      assert.equal(stdout.includes(`warning       ${code}: `), level === 'warn', stdout);
      assert.match(stdout, new RegExp(`^ {2}lowered +${code}$`, 'm'));
    }
    const both = await inspect(place, '--policy', 'warn', '--packages');
    assert.deepEqual([both.status, both.report.subdirs[0].packages.unverified], [3, 1]);
  }
  assert.equal((await inspect(attacked(t, 'record-tampered'), '--policy', 'ignore')).status, 1);
  assert.deepEqual((await inspect(signed, '--policy', 'ignore')).report.lowered, []);
});

test('--packages: each failure is told once, and what to do once for each code', async (t) => {
  const copy = copyOf(t);
  strike(copy, 'record-tampered');
  const [first, second] = honest.filter((path) => path !== victim && path.endsWith('.conda'));
  for (const path of [first, second]) {
    const bytes = readFileSync(join(copy, path));
    bytes[100] ^= 1;
    writeFileSync(join(copy, path), bytes);
  }
  const { status, stdout } = await run(['channel', copy, ...trusting, '--packages']);
  assert.equal(status, 1);
  const times = (words) => stdout.split(words).length - 1;
  assert.deepEqual(['THRESHOLD_NOT_MET: the record', 'SHA256_MISMATCH: ', 'what to do', 'not checked', 'not reached'].map(times), [1, 2, 2, 1, 0], stdout);
  assert.match(stdout, new RegExp(`^✘ ${victim} {2}THRESHOLD_NOT_MET: see its record above$`, 'm'));
  assert.match(stdout, new RegExp(`^✘ ${first}\n {2}error +SHA256_MISMATCH: .*\n {4}expected +[0-9a-f]{64}\n {4}found +[0-9a-f]{64}\n`, 'm'));
  assert.match(stdout, /^✘ rejected {2}\S+ {2}1 subdir, 6 records, 5 trusted, 3 of 6 packages verified\n$/m);
  const { report } = await inspect(copy, '--packages');
  assert.ok(report.subdirs[0].packages.verdicts.every(({ notChecked }) => notChecked.length > 0));
});

test('which repodata was read, and which forms were not', async (t) => {
  const copy = copyOf(t);
  const { url } = await serveChannel(t, copy);
  const formsOf = (report) => report.notChecked.filter(({ check }) => check === 'repodata').map(({ reason }) => reason);
  for (const place of [copy, url]) {
    assert.deepEqual(formsOf((await inspect(place)).report), ['noarch/repodata.json.zst was read, and not repodata.json.bz2, repodata.json beside it']);
  }
  for (const suffix of ['', '.bz2']) rmSync(join(copy, `noarch/repodata.json${suffix}`));
  for (const place of [copy, url]) assert.deepEqual(formsOf((await inspect(place)).report), []);
  rmSync(join(copy, 'noarch/repodata.json.zst'));
  assert.deepEqual(formsOf((await inspect(copy)).report), []);
});

test('--packages in a folder: files without records, and records without files', async (t) => {
  const all = await inspect(signed, '--packages');
  assert.deepEqual([all.status, all.report.subdirs[0].packages.verified], [0, honest.length]);
  const copy = copyOf(t);
  renameSync(join(copy, victim), join(copy, 'noarch/other-1.0-0.conda'));
  const { status, report } = await inspect(copy, '--packages');
  const { packages } = report.subdirs[0];
  assert.deepEqual([status, packages.rejected, packages.absent, packages.verified], [1, 1, 1, honest.length - 1]);
  assert.deepEqual(packages.verdicts.map(({ file, findings }) => [file, findings[0].code]), [['noarch/other-1.0-0.conda', 'RECORD_MISSING']]);
  assert.ok(report.notChecked.some(({ reason }) => reason === 'noarch: the files of 1 record are not there'));
  rmSync(join(copy, 'noarch/other-1.0-0.conda'));
  assert.equal((await inspect(copy, '--packages')).status, 0);
  for (const path of honest) rmSync(join(copy, path), { force: true });
  const none = await inspect(copy, '--packages');
  assert.deepEqual([none.status, none.report.verdict], [3, 'unverified']);
});

test('--packages of a server: each record\'s file', async (t) => {
  const copy = copyOf(t);
  const { url, asked } = await serveChannel(t, copy);
  const good = await inspect(url, '--packages');
  assert.deepEqual([good.status, good.report.subdirs[0].packages.verified], [0, honest.length]);
  assert.deepEqual(asked.filter((path) => honest.includes(path)).sort(), [...honest].sort());
  rmSync(join(copy, victim));
  const { status, report, stderr } = await inspect(url, '--packages');
  assert.deepEqual([status, report.subdirs[0].packages.undecided], [4, 1]);
  assert.deepEqual(report.undecided.map(({ what }) => what), [victim]);
  assert.match(stderr, /^conda-verifier: "noarch\/hello-1\.0-pyh0_0\.conda": /);
});

test('a channel on a server', async (t) => {
  const { url, asked } = await serveChannel(t, signed);
  for (const place of [url, `${url}/`]) {
    const { status, report, stderr } = await inspect(place);
    assert.deepEqual([status, stderr, report.subdirs.map(({ subdir }) => subdir)], [0, '', ['noarch']]);
  }
  // Known subdirs are looked for; those that are not there are none of it.
  for (const path of ['4.root.json', 'emscripten-wasm32/repodata.json', 'win-64/repodata.json.zst']) {
    assert.ok(asked.includes(path), path);
  }
  const attacker = await serveChannel(t, attacked(t, 'root-rolled-back'));
  assert.equal((await inspect(attacker.url)).status, 1);
});

test('a server that fails decides nothing', async (t) => {
  const broken = (status) => ({ '/channel/key_mgr.json': (_, response) => response.writeHead(status).end() });
  const { url } = await serveChannel(t, signed, broken(503));
  const { status, report } = await inspect(url);
  assert.deepEqual([status, report.verdict, codesOf(report.undecided)], [4, 'unverified', ['ROLE_UNAVAILABLE']]);
  const half = await serveChannel(t, signed, { '/channel/linux-64/repodata.json.zst': (_, response) => response.writeHead(500).end() });
  const other = await inspect(half.url);
  assert.deepEqual([other.status, other.report.subdirs.length, codesOf(other.report.undecided)], [4, 1, ['HTTP_STATUS']]);
  for (const absent of [403, 410]) {
    const gone = await serveChannel(t, signed, { '/channel/linux-64/*': (_, response) => response.writeHead(absent).end() });
    assert.equal((await inspect(gone.url)).status, 0);
  }
});

test('what can\'t be read at all', async (t) => {
  const folder = emptyFolder(t);
  mkdirSync(join(folder, 'key_mgr.json'));
  const cases = [
    [['channel', join(folder, 'nowhere'), ...trusting], 'FILE_UNREADABLE', 'no such file'],
    [['channel', pinned, ...trusting], 'FILE_UNREADABLE', 'is a file, and no folder'],
    [['channel', signed, '--root', join(folder, 'root.json')], 'FILE_UNREADABLE', 'root.json'],
    [['channel', signed, '--root', folder], 'FILE_UNREADABLE', 'it is a directory'],
    [['channel', folder, ...trusting], 'FILE_UNREADABLE', 'key_mgr.json'],
  ];
  for (const [args, code, words] of cases) {
    const { status, stderr } = await run(args);
    assert.equal(status, 4, stderr);
    assert.ok(stderr.endsWith(`[${code}]\n`) && stderr.includes(words), stderr);
  }
});

test('a root that is none, or not this channel\'s', async (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, 'root.json');
  const cases = [['', 'JSON_INVALID'], ['<!DOCTYPE html>', 'JSON_INVALID'], ['{}', 'ROLE_MALFORMED'], [' '.repeat(600_000), 'LIMIT_EXCEEDED']];
  for (const [text, code] of cases) {
    writeFileSync(file, text);
    const { status, stdout } = await run(['channel', signed, '--root', file, '--json']);
    const report = JSON.parse(stdout);
    checkChannel(report);
    assert.deepEqual([status, report.trust.anchor, codesOf(report.findings)], [1, null, [code]]);
  }
  // Role files as roots: named as they were given.
  const [keyMgr, html] = [join(signed, 'key_mgr.json'), join(folder, 'page.html')];
  writeFileSync(html, '<!DOCTYPE html>');
  for (const [given, code, words] of [[keyMgr, 'ROLE_TYPE_MISMATCH', 'it says that it is of the type "key_mgr"'], [html, 'JSON_INVALID', 'it is not strict JSON']]) {
    const { status, stdout } = await run(['channel', signed, '--root', given]);
    assert.equal(status, 1);
    assert.ok(stdout.includes(`${code}: --root ${given}: ${words}`), stdout);
    assert.match(stdout, /what to do +Pin the channel's root\.json, /);
    const packages = await run(['package', join(signed, victim), '--channel', signed, '--root', given, '--json']);
    assert.equal(packages.status, 1);
    assert.ok(packages.stderr.includes(`--root ${given}: ${words}`), packages.stderr);
  }
});

test('a subdir instead of the channel, and a channel that nobody signed', async (t) => {
  const copy = copyOf(t);
  const { url } = await serveChannel(t, copy);
  const cases = [
    [join(copy, 'noarch'), `Name the folder above: ${copy}`],
    [`${join(copy, 'noarch')}/`, `Name the folder above: ${copy}`],
    [`${url}/noarch`, `Name the URL above: ${url}/`],
    [`${url}/noarch/`, `Name the URL above: ${url}/`],
  ];
  for (const [place, hint] of cases) {
    const { status, report } = await inspect(place);
    const [{ code, message, hint: advice }] = report.findings;
    assert.deepEqual([status, code, advice], [1, 'ROLE_MISSING', hint]);
    assert.match(message, /^this is a subdir, and no channel: there is repodata\.json\.zst right in it/);
  }
  for (const name of ['key_mgr.json', '2.root.json', '3.root.json']) rmSync(join(copy, name));
  for (const place of [copy, url]) {
    const { status, report } = await inspect(place);
    assert.equal(status, 1);
    assert.match(report.findings[0].message, /^this does not look like a signed channel: the key_mgr role "key_mgr\.json" is not there(: "http:.*\/key_mgr\.json" was asked for, and the answer was 404)?$/);
  }
  // Of a channel that has roles, one is withheld.
  assert.match((await inspect(attacked(t, 'key-mgr-withheld'))).report.findings[0].message, /^the key_mgr role/);
});

test('nothing outside of the folder is read', async (t) => {
  const copy = copyOf(t);
  const outside = join(copy, '..', 'outside');
  renameSync(join(copy, 'noarch'), outside);
  assert.equal((await run(['channel', copy, ...trusting, '--subdir', '../outside'])).status, 2);
  // A link is its owner's word that this is part of the channel.
  symlinkSync(outside, join(copy, 'noarch'));
  assert.equal((await inspect(copy)).status, 0);
  const name = '../../../x-1-0.conda';
  const record = { name: '../../../x', version: '1', build: '0', build_number: 0, subdir: 'noarch', depends: [], md5: '0'.repeat(32) };
  for (const suffix of ['.zst', '.bz2']) rmSync(join(outside, `repodata.json${suffix}`));
  writeFileSync(join(outside, 'repodata.json'), JSON.stringify({ info: { subdir: 'noarch' }, packages: {}, 'packages.conda': { [name]: record } }));
  const { url, asked } = await serveChannel(t, copy);
  const { status, report } = await inspect(url, '--packages');
  assert.equal(status, 1);
  assert.deepEqual(codesOf(report.subdirs[0].packages.refused), ['FILE_NAME_INVALID']);
  assert.ok(!asked.some((path) => path.includes('x-1-0')), asked.join());
});

test('repodata that nobody signed', async (t) => {
  const copy = copyOf(t);
  for (const suffix of ['.zst', '.bz2']) rmSync(join(copy, `noarch/repodata.json${suffix}`));
  cpSync(pathOf(repodata), join(copy, 'noarch/repodata.json'));
  const { status, report } = await inspect(copy);
  assert.equal(status, 1);
  assert.equal(report.subdirs[0].unsigned.length, report.subdirs[0].records);
});

test('folders with odd names', async (t) => {
  const folder = join(emptyFolder(t), 'a b%2F#é?\\');
  cpSync(signed, folder, { recursive: true });
  const state = join(folder, '..', 'state.json');
  for (const place of [folder, `${folder}/`]) {
    assert.equal((await inspect(place, '--packages', '--state', state)).status, 0);
  }
});

test('an address is named by what it is', async (t) => {
  const copy = copyOf(t);
  const state = join(emptyFolder(t), 'state.json');
  await run(['channel', copy, ...trusting, '--state', state]);
  const { channel } = JSON.parse(readFileSync(state, 'utf8'));
  assert.equal(channel, `${pathToFileURL(copy).href}/`);
});

test('usage errors', async () => {
  const cases = [
    [['channel'], 'name a channel'],
    [['channel', signed], 'give --root ROOT.json too'],
    [['channel', signed, signed, '--root', 'x'], 'name one channel, not 2'],
    [['channel', signed, '--root', 'https://example.org/root.json'], 'vouches for nothing'],
    [['channel', signed, '--root', '-'], '--root takes a file'],
    [['channel', signed, '--root', 'x', '--root', 'y'], 'given twice'],
    [['channel', signed, '--root', 'x', '--subdir', '..'], '--subdir takes'],
    [['channel', signed, '--root', 'x', '--subdir', 'a/b'], '--subdir takes'],
    [['channel', signed, '--root', 'x', '--now', 'tomorrow'], '--now takes a time like'],
    [['channel', signed, '--root', 'x', '--now', '2030-01-01'], '--now takes a time like'],
    [['channel', signed, '--root', 'x', '--state', 'https://example.org/x'], '--state takes a file'],
    [['channel', signed, '--root', 'x', '--repodata-fn', '../repodata.json'], '--repodata-fn takes a name'],
    [['channel', signed, '--root', 'x', '--sha256', 'ab'], 'channel takes no --sha256; it is an option of package'],
    [['channel', signed, '--root', 'x', '--pacakges'], 'did you mean --packages?'],
    [['channel', signed, '--root', 'x', '--policy', 'EXPIRED=warn'], 'no policy changes this code'],
    [['channel', 'https://me:secret@example.org/c', '--root', 'x'], 'would end up in logs'],
    [['channel', 'https://example.org/c?x=1', '--root', 'x'], 'without ? and #'],
    [['channel', signed, '--root', 'x', '--mirror-of', 'mirror'], '--mirror-of takes the channel\'s URL'],
    [['channel', signed, '--root', 'x', '--mirror-of', 'https://example.org/c#'], 'without ? and #'],
    [['channel', signed, '--root', 'x', '--mirror-of', 'https://me:secret@example.org/c'], 'would end up in logs'],
    [['channel', signed, '--root', 'x', '--mirror-of', 'ftp://example.org/c'], 'no http or https URL'],
    [['channel', 'ftp://example.org/c', '--root', 'x'], 'no http or https URL'],
    [['channel', '-', '--root', 'x'], 'a folder or a URL'],
    [['chanel', signed], 'did you mean channel?'],
  ];
  for (const [args, words] of cases) {
    const { status, stdout, stderr } = await run(args.map((argument) => (argument === 'x' ? pinned : argument)));
    assert.deepEqual([status, stdout, stderr.split('\n').length], [2, '', 2], `${args}\n${stderr}`);
    assert.ok(stderr.includes(words) && !stderr.includes('secret'), `${args}\n${stderr}`);
    if (args[0] === 'channel') assert.match(stderr, /\(see conda-verifier channel --help\)\n$/);
  }
});
