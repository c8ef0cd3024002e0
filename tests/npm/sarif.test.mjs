// --sarif: what CI systems show.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { run, runJson } from './support/command-line.mjs';
import { installed } from './support/places.mjs';
import { bytesOf, fixtures, pathOf, repodata, sha256, small, tampered } from './support/samples.mjs';
import { both, checked, temporary, validate } from './support/sarif.mjs';
import { serve } from './support/server.mjs';
import { attacked, attacks, copyOf, signed, trusting } from './support/signed.mjs';

const { locationBelow, locationOf } = await import(pathToFileURL(join(installed, 'dist/cli/sarif-location.js')));
const { SarifRun } = await import(pathToFileURL(join(installed, 'dist/cli/sarif-run.js')));
const { ruleOf } = await import(pathToFileURL(join(installed, 'dist/cli/sarif-rules.js')));

test('the schema refuses what is no log', () => {
  assert.ok(!validate({ version: '2.1.0' }));
  assert.ok(!validate({ version: '2.1.0', runs: [{ tool: {} }] }));
  assert.ok(!validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ message: { text: 'x' }, level: 'fatal' }] }] }));
});

test('package: results, rules and files, with the same output and exit status as without', async (t) => {
  const cwd = temporary(t);
  mkdirSync(join(cwd, 'my packages'));
  copyFileSync(pathOf(small), join(cwd, 'my packages/hello-1.0-pyh0_0.conda'));
  copyFileSync(pathOf(tampered), join(cwd, 'changed.conda'));
  const { status, log, uris } = await both(t, ['package', 'my packages/hello-1.0-pyh0_0.conda', 'changed.conda', 'nowhere.conda'], { cwd });
  assert.equal(status, 1);
  const codes = (await runJson(['package', pathOf(tampered), '--file-name', 'changed.conda'])).verdicts[0].findings.map(({ code }) => code);
  assert.ok(codes.length > 0);
  assert.deepEqual(uris, [
    'warning UNVERIFIED my%20packages/hello-1.0-pyh0_0.conda',
    ...codes.map((code) => `error ${code} changed.conda`),
    'error FILE_UNREADABLE nowhere.conda',
  ]);
  for (const { locations } of log.results) assert.equal(locations[0].physicalLocation.artifactLocation.uriBaseId, '%SRCROOT%');
  // What the base is depends on who reads it; nothing of this machine is told.
  assert.ok(!JSON.stringify(log).includes(cwd));
  const [first, second] = log.artifacts;
  assert.deepEqual([first.properties.verdict, first.hashes['sha-256'], first.length], ['unverified', sha256(bytesOf(small)), bytesOf(small).length]);
  assert.ok(first.properties.notChecked.some(({ check }) => check === 'signature'));
  assert.equal(second.properties.verdict, 'rejected');
  const [{ executionSuccessful, toolExecutionNotifications, exitCodeDescription }] = log.invocations;
  assert.deepEqual([executionSuccessful, exitCodeDescription], [false, 'something rejected']);
  assert.match(toolExecutionNotifications[0].message.text, /^Cannot read "nowhere\.conda": no such file\. Check the path\.$/);
  assert.equal(log.tool.driver.version, JSON.parse(readFileSync(join(installed, 'package.json'))).version);
  assert.equal(log.automationDetails.id, 'conda-verifier/package/');
});

test('package: verified, and unverified where that is allowed', async (t) => {
  const verified = await both(t, ['package', pathOf(small), '--sha256', sha256(bytesOf(small))]);
  assert.deepEqual([verified.status, verified.uris, verified.log.artifacts[0].properties.verdict], [0, [], 'verified']);
  assert.equal(verified.log.artifacts[0].location.uri, pathToFileURL(pathOf(small)).href);
  const allowed = await both(t, ['package', pathOf(small), '--repodata', pathOf(repodata), '--allow-unverified']);
  assert.equal(allowed.status, 0);
  assert.equal(allowed.log.results[0].level, 'note');
  assert.match(allowed.log.results[0].message.text, /nothing vouches for it: it matches the repodata, which nobody signed\. Give a digest/);
});

test('every sample that is made to be refused has its codes as results', async (t) => {
  const files = [...new Set(fixtures.cases.map(({ file }) => file))];
  const args = ['package', ...files.map(pathOf), '--profile', 'lint'];
  const { verdicts } = await runJson(args);
  const { log } = await both(t, args);
  const levels = { error: 'error', warning: 'warning', info: 'note' };
  const expected = verdicts.flatMap(({ verdict, findings, file }) => [
    ...findings.map(({ code, severity }) => `${levels[severity]} ${code} ${pathToFileURL(file).href}`),
    ...(verdict === 'unverified' ? [`warning UNVERIFIED ${pathToFileURL(file).href}`] : []),
  ]);
  const found = log.results.map(({ ruleId, level, locations: [{ physicalLocation: { artifactLocation: { uri } } }] }) => `${level} ${ruleId} ${uri}`);
  assert.deepEqual(found, expected);
  assert.ok(new Set(log.results.map(({ ruleId }) => ruleId)).size > 20);
  const inside = log.results.find(({ ruleId }) => ruleId === 'FILE_UNLISTED');
  const [{ logicalLocations: [logical] }] = inside.locations;
  assert.deepEqual([logical.kind, logical.name], ['member', inside.properties.path]);
});

test('fingerprints stay where words, levels and other findings change', async (t) => {
  const { file } = fixtures.cases.find(({ finding }) => finding?.code === 'FILE_UNLISTED');
  const prints = async (...more) => {
    const { log } = await both(t, ['package', pathOf(file), ...more]);
    return log.results.filter(({ ruleId }) => ruleId === 'FILE_UNLISTED').map(({ partialFingerprints }) => partialFingerprints['condaVerifier/v1']);
  };
  const first = await prints();
  assert.ok(first.length > 0);
  assert.deepEqual(await prints('--policy', 'FILE_UNLISTED=warn'), first);
});

test('package: repodata or roles that are refused are told of each file', async (t) => {
  const folder = temporary(t);
  writeFileSync(join(folder, 'repodata.json'), '{');
  const { status, uris } = await both(t, ['package', 'a.conda', 'b.conda', '--repodata', 'repodata.json'], { cwd: folder });
  assert.deepEqual([status, uris.map((line) => line.replace(/ \w+ /, ' ')).sort()], [1, ['error a.conda', 'error b.conda']]);
  const channel = attacked(t, 'key-mgr-short');
  for (const json of [[], ['--json']]) {
    const { status, uris } = await both(t, ['package', 'hello-1.0-pyh0_0.conda', '--channel', channel, ...trusting, ...json], { cwd: join(channel, 'noarch') });
    assert.deepEqual([status, uris], [1, ['error THRESHOLD_NOT_MET hello-1.0-pyh0_0.conda']]);
  }
});

test('package: of a server, and of standard input', async (t) => {
  const url = await serve(t);
  const { uris } = await both(t, ['package', `${url}/${small}`]);
  assert.deepEqual(uris, [`warning UNVERIFIED ${url}/${small}`]);
  const file = join(temporary(t), 'log.sarif');
  for (const [more, name] of [[[], 'stdin'], [['--file-name', 'hello-1.0-pyh0_0.conda'], 'hello-1.0-pyh0_0.conda']]) {
    await run(['package', '-', ...more, '--sarif', file], { input: bytesOf(small) });
    assert.equal(checked(readFileSync(file, 'utf8')).artifacts[0].location.uri, name);
  }
});

test('channel: what is verified has no results, and what was not checked is told', async (t) => {
  const { status, uris, log } = await both(t, ['channel', signed, ...trusting, '--packages']);
  assert.deepEqual([status, uris], [0, []]);
  assert.equal(log.automationDetails.id, 'conda-verifier/channel/');
  assert.deepEqual(log.artifacts.map(({ properties: { verdict } }) => verdict), ['verified']);
  const notes = log.invocations[0].toolExecutionNotifications.map(({ level, message }) => `${level} ${message.text}`);
  assert.ok(notes.some((note) => note.startsWith('note not checked: freshness: ')), notes.join('\n'));
});

test('channel: what every attack is refused with is a result', async (t) => {
  let seen = 0;
  for (const way of ['key-mgr-short', 'record-tampered', 'record-unsigned', 'record-md5-only', 'package-tampered', 'root-huge', 'timestamp-missing', 'repodata-unsigned']) {
    assert.ok(attacks.some((attack) => attack.way === way), way);
    const channel = attacked(t, way);
    const args = ['channel', '.', ...trusting, '--packages'];
    const { status, log } = await both(t, args, { cwd: channel });
    const report = JSON.parse((await run([...args, '--json'], { cwd: channel })).stdout);
    const expected = [
      ...report.findings.map(({ code }) => code),
      ...report.undecided.map(({ code }) => code),
      ...report.subdirs.flatMap(({ findings, bad, unsigned, weak, packages }) => [
        ...findings.map(({ code }) => code),
        ...bad.map(({ code }) => code),
        ...unsigned.map(() => 'RECORD_UNSIGNED'),
        ...weak.map(() => 'WEAK_DIGEST'),
        ...(packages?.verdicts ?? []).flatMap(({ findings, verdict }) => [...findings.map(({ code }) => code), ...(verdict === 'unverified' ? ['UNVERIFIED'] : [])]),
        ...(packages?.refused ?? []).map(({ code }) => code),
      ]),
    ];
    assert.deepEqual(log.results.map(({ ruleId }) => ruleId), expected, way);
    assert.equal(status, report.verdict === 'rejected' ? 1 : 0, way);
    if (status === 1) assert.ok(expected.length > 0, way);
    seen += expected.length;
    for (const { locations } of log.results) assert.doesNotMatch(locations[0].physicalLocation.artifactLocation.uri, /\.\.|^\//);
  }
  assert.ok(seen > 5);
});

test('channel: records by their level, limits, and what could not be read', async (t) => {
  const unsigned = attacked(t, 'repodata-unsigned');
  const warned = await both(t, ['channel', '.', ...trusting, '--policy', 'RECORD_UNSIGNED=warn'], { cwd: unsigned });
  assert.ok(warned.uris.length > 1 && warned.uris.every((line) => /^warning RECORD_UNSIGNED noarch\/repodata\.json/.test(line)), warned.uris.join('\n'));
  const [{ locations: [{ logicalLocations: [record] }] }] = warned.log.results;
  assert.equal(record.kind, 'record');
  const ignored = await both(t, ['channel', '.', ...trusting, '--policy', 'RECORD_UNSIGNED=ignore'], { cwd: unsigned });
  assert.deepEqual(ignored.uris, []);
  const few = await both(t, ['channel', '.', ...trusting, '--limit', 'findings=1'], { cwd: unsigned });
  assert.equal(few.uris.length, 1);
  assert.ok(few.log.invocations[0].toolExecutionNotifications.some(({ message }) => /more unsigned records? of noarch\/repodata\.json\S* were left out/.test(message.text)));
  const none = await both(t, ['channel', copyOf(t), ...trusting, '--subdir', 'linux-64']);
  assert.deepEqual([none.status, none.log.invocations[0].executionSuccessful, none.log.results.length], [4, false, 1]);
});

test('the file: whole or not at all, and a failure to write it counts', async (t) => {
  const folder = temporary(t);
  const file = join(folder, 'no/log.sarif');
  const good = ['package', pathOf(small), '--sha256', sha256(bytesOf(small))];
  const unwritable = await run([...good, '--sarif', file]);
  assert.equal(unwritable.status, 4);
  assert.match(unwritable.stderr, /\[FILE_UNWRITABLE\]\n$/);
  assert.equal((await run(['package', pathOf(tampered), '--sarif', file])).status, 1);
  for (const bad of ['', '-', 'https://example.org/x']) {
    const { status, stderr } = await run([...good, '--sarif', bad]);
    assert.equal(status, 2);
    assert.match(stderr, /--sarif takes a file, not/);
  }
  const { status, stderr } = await run(['inspect', pathOf(small), '--sarif', join(folder, 'x')]);
  assert.equal(status, 2);
  assert.match(stderr, /inspect takes no --sarif; it is an option of package, channel, installed, manifest /);
  await run([...good, '--sarif', join(folder, 'log.sarif')]);
  assert.deepEqual([readdirSync(folder), existsSync(join(folder, 'x'))], [['log.sarif'], false]);
});

test('places are URIs that lead nowhere else', () => {
  const here = join(tmpdir(), 'here');
  const base = { uriBaseId: '%SRCROOT%' };
  assert.deepEqual(locationOf('a b/c%.conda', here), { uri: 'a%20b/c%25.conda', ...base });
  assert.deepEqual(locationOf('./a:b', here), { uri: 'a%3Ab', ...base });
  assert.deepEqual(locationOf('.', here), { uri: './', ...base });
  assert.deepEqual(locationOf('../there', here), { uri: pathToFileURL(join(here, '../there')).href });
  assert.deepEqual(locationOf('..hidden', here), { uri: '..hidden', ...base });
  assert.deepEqual(locationOf('https://example.org/a b', here), { uri: 'https://example.org/a%20b' });
  assert.deepEqual(locationBelow({ uri: './', ...base }, 'noarch/x'), { uri: 'noarch/x', ...base });
  assert.deepEqual(locationBelow({ uri: 'https://example.org/channel/' }, '../../x\ud800?#'), { uri: 'https://example.org/channel/_/_/x%EF%BF%BD%3F%23' });
  assert.deepEqual(locationBelow({ uri: './', ...base }, '/etc/x'), { uri: 'etc/x', ...base });
  assert.deepEqual(locationBelow({ uri: './', ...base }, '//evil.example/x'), { uri: 'evil.example/x', ...base });
});

test('untrusted text, and codes that are not known', () => {
  const run = new SarifRun('package', '1.2.3', false);
  const finding = { code: 'NEW_CODE', severity: 'info', message: `x\x1b[2J\u202e${'y'.repeat(5000)}`, hint: 'Do it.', path: '../\x07' };
  run.finding(finding, { uri: 'x' });
  run.finding(finding, { uri: 'x' });
  run.note('\x1b[2J [here](https://example.org)');
  run.finding({ ...finding, message: '[here](https://example.org/) is "](1)"', expected: '](2)' }, { uri: 'y' });
  const log = run.log(0);
  assert.ok(validate(log), JSON.stringify(validate.errors));
  const text = JSON.stringify(log);
  assert.doesNotMatch(JSON.parse(text).runs[0].results[0].message.text + JSON.parse(text).runs[0].results[0].properties.path, /[\x07\x1b\u202e]/);
  // Nor is there a link in it (3.11.6).
  assert.doesNotMatch(JSON.parse(text).runs[0].results[2].message.text + log.runs[0].invocations[0].toolExecutionNotifications[0].message.text, /\]\(/);
  // Nor a place for an argument: outside of those braces are doubled (3.11.5), in rules too.
  run.finding({ ...finding, message: 'the file "{0}" and }', hint: 'Not {1}.' }, { uri: 'z' });
  run.note('{0}');
  run.failure(Object.assign(new Error('{0}'), { code: 'NEW{CODE}', hint: '{2}' }), '{3}');
  const texts = [];
  const collect = (value, key) => {
    if (key === 'text') texts.push(value);
    else if (typeof value === 'object' && value !== null) for (const [name, one] of Object.entries(value)) collect(one, name);
  };
  const braced = run.log(0);
  collect(braced);
  for (const one of texts) assert.doesNotMatch(one.replaceAll('{{', '').replaceAll('}}', ''), /[{}]/, one);
  assert.ok(texts.some((one) => one.includes('"{{0}}" and }}')) && texts.includes('{{0}}'), texts.join('\n'));
  // What is no message stays as it is.
  assert.equal(braced.runs[0].results[0].properties.path, '../\\u{7}');
  assert.ok(text.length < 9000, `${text.length}`);
  assert.equal(log.runs[0].results[0].level, 'note');
  assert.equal(ruleOf('constructor').properties.class, 'unknown');
  const [one, two] = log.runs[0].results.slice(0, 2).map(({ partialFingerprints }) => partialFingerprints['condaVerifier/v1']);
  assert.deepEqual([one.replace(/:1$/, ':2'), /^[0-9a-f]{64}:1$/.test(one)], [two, true]);
});
