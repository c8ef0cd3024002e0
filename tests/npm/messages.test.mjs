// What people are told: hints that name the option, and mistakes that explain themselves.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { Verifier, VerifierError } from 'conda-verifier';

import { run, runJson } from './support/command-line.mjs';
import { bytesOf, fixtures, pathOf, repodata, sha256, small } from './support/samples.mjs';
import { closedPort, serve } from './support/server.mjs';
import { CHANNEL, fetcherOf, now, pinned, subdir, trusting, victim } from './support/trust.mjs';

const verifier = await Verifier.create();
const digest = sha256(bytesOf(small));
const caseOf = (code) => fixtures.cases.find(({ finding, alone }) => alone && finding?.code === code) ??
  fixtures.cases.find(({ finding }) => finding?.code === code);
const failureOf = async (work) => {
  try {
    await work();
  } catch (error) {
    assert.ok(VerifierError.isVerifierError(error), String(error));
    return error;
  }
  throw new Error('it did not fail');
};

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'conda-verifier-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('a hint that says to lower a code names the option, which does it', async () => {
  for (const code of ['ZIP_DATA_DESCRIPTOR', 'CONDA_METADATA_MISSING', 'PATH_COLLISION', 'LINK_ABSOLUTE']) {
    const { file } = caseOf(code);
    const { findings } = await verifier.inspectPackage(bytesOf(file));
    const { hint } = findings.find((finding) => finding.code === code);
    const option = `policy: { codes: { ${code}: 'warn' } }`;
    assert.ok(hint.includes(`ower this code (\`${option}\`)`), hint);
    // As it stands there.
    const [, text] = /`policy: (\{.*\})`/.exec(hint);
    const policy = Function(`return (${text})`)();
    const lowered = await (await Verifier.create({ policy })).inspectPackage(bytesOf(file));
    assert.deepEqual(lowered.findings.find((finding) => finding.code === code).severity, 'warning');

    const { stdout } = await run(['package', pathOf(file)]);
    const [, argument] = new RegExp(`[Gg]ive --policy (${code}=warn) `).exec(stdout) ?? [];
    assert.ok(argument !== undefined, stdout);
    assert.doesNotMatch(stdout, /lower this code|policy: \{/i);
    const { verdicts } = await runJson(['package', pathOf(file)]);
    assert.match(verdicts[0].findings.find((finding) => finding.code === code).hint, new RegExp(`ive --policy ${code}=warn `));
    const again = await runJson(['package', pathOf(file), '--policy', argument]);
    assert.ok(again.verdicts[0].lowered.includes(code));
  }
});

test('a proof that no policy gives is not promised by one', async () => {
  const verifier = await trusting();
  const records = JSON.parse(Buffer.from(bytesOf(`${fixtures.signed.folder}/${subdir}/repodata.json`)).toString());
  records.signatures = {};
  await verifier.addRepodata(subdir, JSON.stringify(records));
  const { code, hint } = await failureOf(() => verifier.verifyRecord(subdir, victim));
  assert.equal(code, 'RECORD_UNSIGNED');
  assert.match(hint, /findRecord\(\)/);
  assert.doesNotMatch(hint, /lower/);
  const record = verifier.findRecord(subdir, victim);
  const verdict = await verifier.inspectPackage(bytesOf(small), { record });
  assert.match(verdict.findings.find(({ code }) => code === 'RECORD_UNSIGNED').hint, /codes: \{ RECORD_UNSIGNED: 'warn' \}/);
});

test('what the message says is not told twice', async () => {
  const { stdout } = await run(['package', pathOf(caseOf('MODE_UNSAFE').file)]);
  assert.match(stdout, /MODE_UNSAFE: ".*" has the mode \d{4}\n/);
  assert.doesNotMatch(stdout, /^ +found /m);
  // Digests are compared by eye.
  const wrong = await run(['package', pathOf(small), '--sha256', '0'.repeat(64)]);
  assert.match(wrong.stdout, new RegExp(`\n +expected +0{64}\n +found +${digest}\n`));
});

test('what nobody vouches for: its own digest, and what to do', async () => {
  const { stdout } = await run(['package', pathOf(small)]);
  assert.match(stdout, new RegExp(`\n  sha256 +${digest}\n  rests on +nothing: .*\n  what to do +Give a digest or a signed channel .*--sha256 HEX, or --channel with --root\.\n`));
  // Where it is what the verdict rests on, it is told there alone.
  const given = await run(['package', pathOf(small), '--sha256', digest]);
  assert.equal(given.stdout.split(digest).length, 2);
  assert.doesNotMatch(given.stdout, /what to do/);
  // What a package says of itself comes before what became of its bytes.
  const looked = await run(['inspect', pathOf(small)]);
  assert.match(looked.stdout, /\n  package .*\n  summary [^]*\n  archive [^]*\n  what to do +To verify it, give conda-verifier package a digest/);
});

test('repodata that is a package, a channel that is a file, a folder in place of packages', async () => {
  const cases = [
    [['package', pathOf(small), '--repodata', pathOf(small)], 1, /--repodata takes the repodata\.json of a channel, and ".*" is named as a package: .*\[JSON_INVALID\]\n$/],
    [['channel', pathOf('signed/root.json'), '--root', pathOf('signed/root.json')], 4, /is a file, and no folder\. Name the folder of a channel, or its URL\. \[FILE_UNREADABLE\]\n$/],
    [['package', pathOf('signed/noarch')], 4, /Name the package files in it, e\.g\. .*noarch\/\*\.conda \[FILE_UNREADABLE\]\n$/],
    [['package', '-v'], 2, /there is no option "-v"; did you mean --version\?/],
  ];
  for (const [args, status, words] of cases) {
    const told = await run(args);
    assert.equal(told.status, status, told.stderr);
    assert.match(told.stderr, words);
  }
  assert.equal((await run(['help', 'package'])).stdout, (await run(['package', '--help'])).stdout);
  assert.equal((await run(['help'])).stdout, (await run(['--help'])).stdout);
});

test('an error page shows that it is one', async (t) => {
  const file = join(folder(t), 'six-1.17.0-pyhe01879c_1.conda');
  writeFileSync(file, '<!DOCTYPE html><html></html>');
  const page = await run(['package', file]);
  assert.match(page.stdout, /NOT_AN_ARCHIVE: .* begins with "<!DOCTYP"\n/);
  writeFileSync(file, Uint8Array.of(0x3c, 0x1b, 0x5b, 0x32, 0x4a, 0, 0, 0));
  assert.match((await run(['package', file])).stdout, /begins with 3c1b5b324a000000\n/);
});

test('a value that was forgotten', async () => {
  const cases = [
    ['package', '--profile', '--profile takes install, lint, lenient, not'],
    ['inspect', '--profile', '--profile takes install, lint, lenient, not'],
    ['package', '--policy', '--policy takes throw, warn, ignore, or CODE= and one of them, not'],
    ['package', '--sha256', '--sha256 takes 64 hex digits, not'],
    ['package', '--size', '--size takes a number of bytes, not'],
    ['installed', '--level', '--level takes sizes or digests, not'],
  ];
  for (const [command, option, words] of cases) {
    const { status, stderr } = await run([command, option, 'x-1-0.tar.bz2']);
    const advice = `${words} "x-1-0.tar.bz2", which is named like a package: write the value before it`;
    assert.deepEqual([status, stderr], [2, `conda-verifier: ${advice} (see conda-verifier ${command} --help)\n`]);
  }
});

test('a code that no policy changes', async () => {
  const cases = { SHA256_MISMATCH: 'always rejects', DEPENDS_DIFFER: 'never rejects', ARGUMENT_INVALID: 'is about no package' };
  for (const [code, words] of Object.entries(cases)) {
    const reason = `no policy changes this code, which ${words}`;
    const error = await failureOf(() => Verifier.create({ policy: { codes: { [code]: 'warn' } } }));
    assert.deepEqual([error.code, error.message], ['ARGUMENT_INVALID', `the argument policy.codes.${code} is not valid: ${reason}`]);
    const { status, stderr } = await run(['package', pathOf(small), '--policy', `${code}=warn`]);
    assert.deepEqual([status, stderr], [2, `conda-verifier: --policy ${code}: ${reason} (see conda-verifier package --help)\n`]);
  }
});

test('a digest as verdicts write it', async () => {
  const verdict = await verifier.verifyPackage(bytesOf(small), { sha256: `sha256:${digest}` });
  assert.equal(verdict.verdict, 'verified');
  assert.deepEqual(await verifier.verifyPackage(bytesOf(small), { sha256: verdict.trust.anchor }), verdict);
  assert.equal((await run(['package', pathOf(small), '--sha256', verdict.trust.anchor])).status, 0);
  const wrong = await verifier.inspectPackage(bytesOf(small), { sha256: `sha256:${'0'.repeat(64)}` });
  assert.equal(wrong.findings[0].code, 'SHA256_MISMATCH');
  for (const sha256 of ['sha256:', `sha512:${digest}`, `sha256:sha256:${digest}`, `sha256-${digest}`]) {
    assert.equal((await failureOf(() => verifier.verifyPackage(bytesOf(small), { sha256 }))).code, 'ARGUMENT_INVALID', sha256);
    assert.equal((await run(['package', pathOf(small), '--sha256', sha256])).status, 2, sha256);
  }
});

test('a promise in the place of what it gives', async () => {
  const response = Promise.resolve(new Response(bytesOf(small)));
  for (const work of [
    () => verifier.verifyPackage(response),
    () => verifier.addRepodata('noarch', response),
    () => verifier.verifyInstalled([], '{}', { original: response }),
  ]) {
    const { code, message } = await failureOf(work);
    assert.deepEqual([code, /it is a promise; await it first/.test(message)], ['ARGUMENT_INVALID', true], message);
  }
});

test('a list of files that is none', async () => {
  let asked = 0;
  const original = { get size() { asked += 1; return 1; }, readAt: () => undefined };
  for (const files of [undefined, null, 1, 'files', {}, { length: 1, 0: {} }, Promise.resolve([])]) {
    const { code, message } = await failureOf(() => verifier.verifyInstalled(files, '{}', { original }));
    assert.equal(code, 'ARGUMENT_INVALID');
    assert.match(message, files instanceof Promise ? /files .* it is a promise/ : /files .* no iterable/);
  }
  assert.equal(asked, 0, 'the archive was not read before');
});

test('a network that fails says why, and keeps its cause', async (t) => {
  const closed = await closedPort();
  const broken = await serve(t, {
    '/cut.conda': (_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('PK', () => response.destroy());
    },
  });
  const refresh = await pinned({ channel: closed });
  const cases = [
    [() => refresh.refresh(fetch), /fetch failed: .*ECONNREFUSED/],
    [() => refresh.refresh(fetch, { mirrors: [closed, `${closed}/b`] }), /fetch failed: .*ECONNREFUSED/],
    [() => verifier.inspectRemote(`${closed}/a-1-0.conda`), /fetch failed: .*ECONNREFUSED/],
    [async () => verifier.verifyPackage(await fetch(`${broken}/cut.conda`)), /the connection to .* broke: terminated: other side closed/],
  ];
  for (const [work, words] of cases) {
    const error = await failureOf(work);
    assert.equal(error.code, 'NETWORK_FAILED');
    assert.match(error.message, words);
    // Of several mirrors there is one more between.
    const cause = VerifierError.isVerifierError(error.cause) ? error.cause.cause : error.cause;
    assert.ok(cause instanceof TypeError && cause.cause instanceof Error, String(cause));
  }
  const plain = await failureOf(() => refresh.refresh(() => Promise.reject('no')));
  assert.deepEqual([plain.code, plain.cause, /: no$/.test(plain.message)], ['NETWORK_FAILED', 'no', true]);
});

test('a root of the one kind, and a channel of the other', async () => {
  const [signed, tuf] = ['signed', 'tuf'].map((name) => pathOf(name));
  const at = ['--now', now];
  const cases = [
    [signed, tuf, 'ROLE_SPEC_UNSUPPORTED', 'TUF', 'content trust (key_mgr.json)'],
    [tuf, signed, 'THRESHOLD_NOT_MET', 'content trust', 'TUF (timestamp.json)'],
  ];
  for (const [channel, other, code, own, others] of cases) {
    const { status, lines } = await run(['channel', channel, '--root', join(other, 'root.json'), ...at, '--json']);
    const [finding] = JSON.parse(lines[0]).findings;
    assert.deepEqual([status, finding.code], [1, code]);
    assert.ok(finding.message.startsWith(`--root is a root of ${own}, and this channel has roles of ${others}: `), finding.message);
    assert.match(finding.hint, /^Give --root the root that the channel begins with/);
  }
  // One that is of the same kind, and not this channel's, is no such mistake.
  const { lines } = await run(['channel', pathOf('signed'), '--root', pathOf(join(fixtures.signed.folder, 'root.json')), ...at, '--json']);
  assert.deepEqual(JSON.parse(lines[0]).findings, []);

  const trusts = await trusting();
  const fetcher = fetcherOf(() => undefined);
  for (const ask of [
    () => trusts.findTarget('noarch/repodata.json'),
    () => trusts.loadTarget('noarch/repodata.json', fetcher),
    () => trusts.fetchTarget('noarch/repodata.json', fetcher),
    () => trusts.verifyTarget('noarch/repodata.json', bytesOf(repodata)),
    () => trusts.verifyPackage(bytesOf(small), { target: small }),
  ]) {
    const { code, message, hint } = await failureOf(ask);
    assert.equal(code, 'ROLES_NOT_LOADED');
    assert.match(message, /root is one of content trust/);
    assert.match(hint, /verifyRecord\(\).*`trustedRoot`/);
  }
  // Before a refresh nobody knows what follows.
  const fresh = await pinned({ channel: CHANNEL });
  assert.match((await failureOf(() => fresh.findTarget('a'))).hint, /^Refresh first/);
});

test('colours and width as the environment says', async () => {
  const args = ['package', pathOf(small)];
  const plain = await run(args);
  assert.doesNotMatch(plain.stdout, /\x1b/);
  assert.match((await run(args, { env: { FORCE_COLOR: '1' } })).stdout, /\x1b\[/);
  assert.doesNotMatch((await run(args, { env: { FORCE_COLOR: '0' } })).stdout, /\x1b/);
  assert.ok(plain.lines.some((line) => line.length > 100));
  for (const [COLUMNS, width] of [['60', 60], ['80', 80], ['10', 40]]) {
    const { lines } = await run(args, { env: { COLUMNS } });
    // The path on the first line is there to be copied, and so is the digest.
    for (const line of lines.slice(1)) assert.ok(line.length <= width || line.endsWith(` ${digest}`), line);
    assert.ok(lines.length > plain.lines.length);
  }
  for (const COLUMNS of ['', '0', '-1', 'x', '1e9', '100000']) {
    assert.equal((await run(args, { env: { COLUMNS } })).stdout, plain.stdout, COLUMNS);
  }
  const { stdout } = await run(['--help']);
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'COLUMNS']) assert.ok(stdout.includes(name), name);
});

test('a code that was lowered already is not advised to be lowered, and the first line tells of it', async () => {
  for (const code of ['PATH_COLLISION', 'LINK_ABSOLUTE', 'CONDA_METADATA_MISSING']) {
    const { file } = caseOf(code);
    const bytes = bytesOf(file);
    const lowering = await Verifier.create({ policy: { codes: { [code]: 'warn' } } });
    const verdict = await lowering.inspectPackage(bytes, { sha256: sha256(bytes) });
    assert.deepEqual([verdict.verdict, verdict.lowered], ['verified', [code]]);
    const { hint } = verdict.findings.find((finding) => finding.code === code);
    assert.match(hint, /[Kk]eep this code lowered (where|if)/);
    assert.doesNotMatch(hint, /policy:/);
    const args = ['package', pathOf(file), '--sha256', sha256(bytes)];
    const { stdout, status } = await run([...args, '--policy', `${code}=warn`]);
    assert.equal(status, 0, stdout);
    assert.match(stdout.split('\n')[0], /verified, with 1 code lowered /);
    assert.doesNotMatch(stdout, /--policy/);
    assert.doesNotMatch((await run(args)).stdout, /codes? lowered/);
  }
});

test('a page in place of a package is told as one', async () => {
  const pages = { '<html>\r\n<head></head></html>': '<html>', '\ufeff<!DOCTYPE html><p>': '<!DOC', '<p>\r\nno such file': '<p>\\\\u\\{d\\}\\\\u\\{a\\}no' };
  for (const [page, beginning] of Object.entries(pages)) {
    const { findings: [finding] } = await verifier.inspectPackage(new TextEncoder().encode(page));
    assert.equal(finding.code, 'NOT_AN_ARCHIVE');
    assert.match(finding.message, new RegExp(`begins with "${beginning}`));
  }
  const page = new TextEncoder().encode('\ufeff\r\n<html>\r\n<title>log in</title>');
  for (const expected of [{ sha256: digest }, { size: 7 }, { sha256: digest, size: page.length }]) {
    const source = { size: page.length, readAt: (offset, into) => void into.set(page.subarray(offset, offset + into.length)) };
    for (const given of [page, new Blob([page]), source]) {
      const { verdict, findings: [finding] } = await verifier.inspectPackage(given, expected);
      assert.equal(verdict, 'rejected');
      assert.match(finding.code, /^(SIZE|SHA256)_MISMATCH$/);
      assert.match(finding.message, /; it is no package, but begins like a page or a document: "<ht(ml>)?"$/);
    }
  }
  // Another package, and bytes that are nothing to be read.
  for (const other of [bytesOf(small), new Uint8Array([60, 0, 255]), new Uint8Array()]) {
    const { findings: [finding] } = await verifier.inspectPackage(other, { sha256: '0'.repeat(64) });
    assert.doesNotMatch(finding.message, /begins/);
  }
});

test('profiles, codes of no package and what is said twice are told apart from policies', async () => {
  const told = async (...args) => {
    const { status, stderr } = await run(['package', pathOf(small), ...args]);
    assert.equal(status, 2, stderr);
    return stderr;
  };
  assert.match(await told('--policy', 'lint'), /which is a profile: give --profile lint/);
  assert.match(await told('--policy', 'NETWORK_FAILED=warn'), /no policy changes NETWORK_FAILED/);
  assert.match(await told('--policy', 'FILE_MISSING=warn', '--policy', 'FILE_MISSING=ignore'), /FILE_MISSING=warn and as FILE_MISSING=ignore/);
  assert.match(await told('--policy', 'warn', '--policy', 'throw'), /as warn and as throw/);
  const { status } = await run(['package', pathOf(small), '--sha256', digest, '--policy', 'FILE_MISSING=warn', '--policy', 'FILE_MISSING=warn', '--policy', 'warn']);
  assert.equal(status, 0);
  const lint = await failureOf(() => Verifier.create({ policy: 'lint' }));
  assert.match(lint.message, /lint is a profile; pass \{ profile: 'lint' \}/);
  const host = await failureOf(() => Verifier.create({ policy: { codes: { NETWORK_FAILED: 'warn' } } }));
  assert.match(host.message, /no policy changes this code/);
});

test('arguments that the core refuses are named in the details too', async () => {
  const wrong = {
    'expected.sha256': () => verifier.verifyPackage(bytesOf(small), { sha256: 'xyz' }),
    'policy.codes.PATH_UNSAFE': () => Verifier.create({ policy: { codes: { PATH_UNSAFE: 'warn' } } }),
    'source.readAt': () => verifier.verifyPackage({ size: 9, readAt: async () => { throw new Error('late'); } }),
    url: () => verifier.inspectRemote('file:///tmp/x-1-0.conda'),
  };
  for (const [argument, work] of Object.entries(wrong)) {
    const error = await failureOf(work);
    assert.deepEqual([error.code, error.details.argument], ['ARGUMENT_INVALID', argument], error.message);
  }
  assert.match((await failureOf(wrong.url)).message, /a file.*inspectPackage/);
  assert.match((await failureOf(wrong['source.readAt'])).message, /promise/);
});
