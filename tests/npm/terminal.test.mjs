// What is drawn on a terminal, without one: the parts of the command line that draw.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { installed } from './support/places.mjs';

const part = (name) => import(pathToFileURL(join(installed, 'dist/cli', `${name}.js`)));
const { Terminal } = await part('terminal');
const { ProgressBar } = await part('progress-bar');
const { verdictBlock } = await part('verdict-block');
const { installedBlock } = await part('installed-block');
const { channelBlock, packagesBlock, subdirBlock, trustBlock } = await part('channel-block');
const { targetBlock, targetsLine } = await part('target-block');
const { bytes } = await part('quantity');
const { printable } = await part('../printable');

function fake(columns, environment = {}, platform = 'linux') {
  const written = [];
  const stream = { isTTY: columns !== undefined, columns, write: (text) => written.push(text) };
  return { terminal: new Terminal(stream, environment, platform), written };
}

const verdict = {
  file: 'a-1-0.conda',
  verdict: 'rejected',
  reasons: [],
  trust: { basis: 'none', anchor: null },
  format: 'conda',
  package: { name: 'a\x1b[2J', version: '1', build: '0', buildNumber: 0, subdir: null },
  digests: { size: 999_999, sha256: null, md5: null },
  checks: [{ check: 'entries', outcome: 'failed' }],
  notChecked: [{ check: 'signature', reason: 'one two three four five six seven eight nine ten eleven' }],
  findings: Array.from({ length: 30 }, (_, index) => ({
    code: 'PATH_UNSAFE',
    severity: 'error',
    message: `the path ${index} leads out of the package`,
    hint: 'Do not install it.',
    path: '../x',
  })),
  findingsOmitted: 5,
  lowered: [],
  files: 1,
  unpackedSize: 1,
  hashedBy: 'core',
};

test('a verdict fits the width of the terminal', () => {
  for (const columns of [40, 60, 80, 200]) {
    const { terminal } = fake(columns, { LANG: 'C.UTF-8', NO_COLOR: '1' });
    const lines = verdictBlock(verdict, 'a-1-0.conda', terminal).split('\n');
    for (const line of lines) assert.ok(line.length <= columns, line);
  }
  const { terminal } = fake(undefined);
  const block = verdictBlock(verdict, 'a-1-0.conda', terminal);
  assert.match(block, /signature: one two three four five six seven eight nine ten eleven\n/);
  assert.match(block, /^x rejected/);
  assert.match(block, /and 30 more findings; --json lists the first 30\n$/);
  assert.match(block, /1\.0 MB, 1 file, 1 byte unpacked/);
  assert.match(block, /a\\u\{1b\}\[2J 1 0/);
});

test('of one code some findings are shown, and none of another is lost behind them', () => {
  const finding = (code, severity, index) => ({ code, severity, message: `${code} ${index}`, hint: `mend ${code}` });
  const many = (code, severity, number) => Array.from({ length: number }, (_, index) => finding(code, severity, index));
  const findings = [...many('FILE_MISSING', 'error', 7), ...many('MODE_UNSAFE', 'warning', 40), finding('LINK_SCRIPT', 'warning', 0)];
  const { terminal } = fake(undefined);
  const block = verdictBlock({ ...verdict, findings, findingsOmitted: 0 }, 'a-1-0.conda', terminal);
  const shown = (code) => block.match(new RegExp(`${code}: ${code}`, 'g'))?.length;
  assert.deepEqual(['FILE_MISSING', 'MODE_UNSAFE', 'LINK_SCRIPT'].map(shown), [5, 5, 1]);
  assert.match(block, /and 37 more findings, of FILE_MISSING, MODE_UNSAFE; --json lists all\n$/);
  assert.equal(block.match(/mend MODE_UNSAFE/g).length, 1);
});

test('the first line says how many codes were lowered, unless it was in vain', () => {
  const { terminal } = fake(undefined, { LANG: 'C.UTF-8' });
  const installed = { kind: 'linked', level: 'digests', original: null, size: 1, replaced: { files: 0, conda: 0, libmamba: 0, rattler: 0 } };
  const blocks = {
    package: (given) => verdictBlock({ ...verdict, ...given }, 'x', terminal),
    installed: (given) => installedBlock({ ...verdict, ...installed, ...given }, 'x', undefined, terminal),
  };
  for (const [name, block] of Object.entries(blocks)) {
    const first = (status, ...lowered) => block({ verdict: status, lowered }).split('\n')[0];
    assert.equal(first('verified'), '✔ verified  x', name);
    assert.equal(first('verified', 'FILE_UNLISTED'), '✔ verified, with 1 code lowered  x', name);
    assert.equal(first('unverified', 'FILE_UNLISTED', 'LINK_ABSOLUTE'), '● unverified, with 2 codes lowered  x', name);
    assert.equal(first('rejected', 'FILE_UNLISTED'), '✘ rejected  x', name);
  }
});

const role = { version: 3, expires: '2030-01-15T00:00:00Z' };
const trust = { format: 'content-trust', anchor: `sha256:${'ab'.repeat(32)}`, channel: null, root: role, keyMgr: role, pkgMgr: null, notChecked: [] };
const options = { channel: 'a\x1b[2J/channel', root: 'my root.json', now: '2030-01-01T00:00:00Z' };
const bad = (code, index) => ({ fileName: `f${index}`, code, severity: 'error', message: `the record \u202e of file ${index} is not what somebody signed`, hint: `do what ${code} asks for` });
const subdir = {
  subdir: 'noarch',
  repodata: 'noarch/repodata.json',
  target: null,
  verdict: 'rejected',
  method: 'batch',
  records: 1234567,
  trusted: 1234000,
  weakCount: 1,
  unsignedCount: 133,
  badCount: 12,
  weak: ['w-1-0.conda'],
  unsigned: Array.from({ length: 133 }, (_, index) => `u${index}-\x07-0.conda`),
  // Of two codes, mixed.
  bad: Array.from({ length: 12 }, (_, index) => bad(index % 2 === 0 ? 'THRESHOLD_NOT_MET' : 'RECORD_NAME_MISMATCH', index)),
  findings: [],
};
const packages = { verified: 3, unverified: 0, rejected: 25, undecided: 1, absent: 7, verdicts: Array(25).fill(verdict), refused: [] };
const report = {
  channel: options.channel,
  verdict: 'rejected',
  subdirs: [subdir, subdir],
  notChecked: [{ check: 'removed', reason: 'nobody signs it' }, { check: 'base_url', reason: 'nobody signs it' }],
  mirrors: [],
  lowered: ['WEAK_DIGEST'],
};
const levels = (unsigned, weak) => ({ RECORD_UNSIGNED: unsigned, WEAK_DIGEST: weak });
const channelBlocks = (terminal, unsigned = 'throw', weak = 'throw') =>
  [
    trustBlock(options, trust, terminal),
    subdirBlock(subdir, levels(unsigned, weak), terminal),
    packagesBlock('noarch', packages, terminal),
    channelBlock(report, terminal),
  ].join('');

test('a channel fits the width of the terminal', () => {
  for (const columns of [40, 60, 80, 200]) {
    const { terminal } = fake(columns, { LANG: 'C.UTF-8', NO_COLOR: '1' });
    for (const line of channelBlocks(terminal).split('\n')) {
      // A digest is not broken: it is there to be copied.
      assert.ok(line.length <= columns || /^ +sha256:\w+$/.test(line), line);
    }
  }
});

test('the last line of a channel says how many codes were lowered, unless it was in vain', () => {
  const { terminal } = fake(undefined, { LANG: 'C.UTF-8' });
  const last = (given) => channelBlock({ ...report, subdirs: [], ...given }, terminal).trimEnd().split('\n').at(-1);
  const name = 'a\\u{1b}[2J/channel';
  assert.equal(last({ verdict: 'verified', lowered: [] }), `✔ verified  ${name}`);
  assert.equal(last({ verdict: 'verified', lowered: ['MODE_UNSAFE'] }), `✔ verified, with 1 code lowered  ${name}`);
  assert.equal(last({ verdict: 'unverified', lowered: ['MODE_UNSAFE', 'WEAK_DIGEST'] }), `● unverified, with 2 codes lowered  ${name}`);
  assert.equal(last({ verdict: 'rejected', lowered: ['WEAK_DIGEST'] }), `✘ rejected  ${name}`);
  const unsaved = { what: 'x', code: 'FILE_UNWRITABLE', message: 'x', hint: 'x' };
  assert.equal(last({ verdict: 'unverified', lowered: ['WEAK_DIGEST'], unsaved }), `● unverified, with 1 code lowered, but what was seen was not kept  ${name}`);
});

test('a channel for people', () => {
  const { terminal } = fake(undefined, { LANG: 'C.UTF-8' });
  const text = channelBlocks(terminal);
  assert.doesNotMatch(text, /[\x1b\x07\u202e]/);
  for (const words of [
    /^a\\u\{1b\}\[2J\/channel$/m,
    /^ {2}trusted +my root\.json, sha256:/m,
    /^ {2}pkg_mgr +no pkg_mgr\.json, as in channels that conda signs$/m,
    /^ {2}note +root expires within 14 days; /m,
    /^✘ noarch {2}1,234,567 records: 1,234,000 trusted, 133 unsigned, 1 weak, 12 bad$/m,
    /^ {2}error +RECORD_UNSIGNED: .* u0-\\u\{7\}-0\.conda, .* u19-/m,
    /^ +and 113 more; --json lists all$/m,
    /^ {2}packages +✔ 3 verified, ✘ 25 rejected, 1 not decided, 7 not there$/m,
    /^ +and 5 more; --json lists all$/m,
    /^ {2}not checked +removed, base_url: nobody signs it$/m,
    /^ {2}lowered +WEAK_DIGEST$/m,
    /^✘ rejected {2}a\S+channel {2}2 subdirs, 2,469,134 records, 2,468,000 trusted$/m,
  ]) {
    assert.match(text, words);
  }
  // What to do is told once for each code.
  assert.equal(text.match(/what to do/g).length, 4);
  const later = trustBlock({ ...options, now: '2029-12-31T00:00:00Z' }, trust, terminal);
  assert.doesNotMatch(later, /expires within/);
  assert.match(trustBlock(options, { ...trust, keyMgr: null }, terminal), /pkg_mgr +not trusted yet/);
  assert.equal(trustBlock(options, null, terminal).split('\n').length, 2);
});

const listed = { path: 'x', length: 1500, hashes: { sha256: 'ab'.repeat(32) }, roles: ['targets', 'a\x1b[2J'], expires: role.expires };
const mirrors = Array.from({ length: 25 }, (_, index) => ({ mirror: `https://m${index}.example/`, path: 'x\u202e', code: 'NETWORK_FAILED', message: 'no \x07 answer' }));

test('a channel of TUF, and a target, for people', () => {
  const tuf = { ...trust, format: 'tuf', keyMgr: null, timestamp: role, snapshot: role, targets: role };
  const blocks = (terminal) =>
    [
      trustBlock(options, tuf, terminal),
      subdirBlock({ ...subdir, method: 'target', target: listed }, levels('throw', 'throw'), terminal),
      channelBlock({ ...report, mirrors }, terminal),
      targetBlock({ path: 'p\x1b', verdict: 'rejected', target: listed, written: 'w\x07', mirrors, findings: [bad('TARGET_DIGEST_MISMATCH', 1)] }, terminal),
      targetsLine({ verified: 1, rejected: 2, undecided: 1 }, false, terminal),
    ].join('');
  for (const columns of [40, 80]) {
    const { terminal } = fake(columns, { LANG: 'C.UTF-8', NO_COLOR: '1' });
    // What is there to be copied is not broken.
    for (const line of blocks(terminal).split('\n')) assert.ok(line.length <= columns || /^ +(sha256:)?\w+$/.test(line) || /sha256 +\w+$/.test(line), line);
  }
  const text = blocks(fake(undefined, { LANG: 'C.UTF-8' }).terminal);
  assert.doesNotMatch(text, /[\x1b\x07\u202e]/);
  for (const words of [
    /^ {2}timestamp +version 3, expires at /m,
    // Timestamps live for days.
    /^ {2}note +targets expires within 14 days; /m,
    /^ {2}target +1\.5 kB, sha256:(ab){32}$/m,
    /^ {2}listed by +targets > a\\u\{1b\}\[2J, until 2030-01-15T00:00:00Z$/m,
    /^ {2}passed over +https:\/\/m0\.example\/ for x\\u\{202e\}: NETWORK_FAILED: no \\u\{7\} answer$/m,
    /^ +and 5 more failures of mirrors; --json lists all$/m,
    /^4 files: 1 verified, 2 rejected, 1 not decided, but what was seen was not kept$/m,
  ]) {
    assert.match(text, words);
  }
  assert.doesNotMatch(text, /(timestamp|snapshot) expires within|key_mgr/);
});

test('what the policy lowered is shown as what it is', () => {
  const { terminal } = fake(undefined, { LANG: 'C' });
  const text = channelBlocks(terminal, 'warn', 'ignore');
  assert.match(text, /^ {2}warning +RECORD_UNSIGNED: /m);
  assert.doesNotMatch(text, /WEAK_DIGEST: /);
  assert.match(text, /^x noarch {2}/m);
});

test('colours', () => {
  const hasColour = (columns, environment) =>
    verdictBlock(verdict, 'x', fake(columns, environment).terminal).includes('\x1b[');
  assert.ok(hasColour(80, {}));
  assert.ok(hasColour(80, { NO_COLOR: '' }));
  assert.ok(!hasColour(80, { NO_COLOR: '1' }));
  assert.ok(!hasColour(80, { TERM: 'dumb' }));
  assert.ok(!hasColour(80, { FORCE_COLOR: '0' }));
  assert.ok(!hasColour(undefined, {}));
  assert.ok(hasColour(undefined, { FORCE_COLOR: '1', NO_COLOR: '1' }));
});

test('a progress bar appears after a second and leaves nothing behind', (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const { terminal, written } = fake(60, { LANG: 'C.UTF-8' });
  const bar = new ProgressBar(terminal);
  bar.begin('a/rather/long/path/that/does/not/fit/into/the/line/at/all/big-1-0.conda');
  bar.update({ phase: 'reading', done: 10, total: 100 });
  bar.end();
  assert.deepEqual(written, []);
  now = 1200;
  bar.update({ phase: 'authenticating', done: 50, total: 100 });
  now = 1250;
  bar.update({ phase: 'authenticating', done: 51, total: 100 });
  assert.equal(written.length, 1);
  assert.match(written[0], /^\r\x1b\[2Khashing {3}█{12}░{12} {2}50 % .*big-1-0\.conda$/);
  assert.ok(written[0].length <= 60 + '\r\x1b[2K'.length);
  now = 2000;
  bar.update({ phase: 'reading', done: 1500, total: null });
  assert.match(written[1], /1\.5 kB/);
  bar.end();
  bar.end();
  assert.deepEqual(written.slice(2), ['\r\x1b[2K']);

  const nobody = fake(undefined);
  const silent = new ProgressBar(nobody.terminal);
  silent.begin('x');
  now = 9000;
  silent.update({ phase: 'reading', done: 1, total: 2 });
  silent.end();
  assert.deepEqual(nobody.written, []);
});

test('quantities', () => {
  const cases = [[0, '0 bytes'], [1, '1 byte'], [999, '999 bytes'], [1000, '1.0 kB'], [999_949, '999.9 kB'], [999_950, '1.0 MB'], [2 ** 31, '2.1 GB']];
  for (const [count, text] of cases) assert.equal(bytes(count), text);
});

test('untrusted text is escaped and cut', () => {
  assert.equal(printable('a\u202eb\u{e0041}\ud800'), 'a\\u{202e}b\\u{e0041}\\u{d800}');
  assert.equal(printable('日本語 🐍'), '日本語 🐍');
  assert.equal(printable('x'.repeat(5000)), `${'x'.repeat(300)}… (5000 characters)`);
});
