// The command line: what it prints, and what it ends with.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { BIN, run, runJson, start } from './support/command-line.mjs';
import { channel, installed } from './support/places.mjs';
import { big, bytesOf, fixtures, pathOf, repodata, sha256, small, tampered } from './support/samples.mjs';
import { checkVerdict } from './support/schema.mjs';
import { closedPort, serve } from './support/server.mjs';

const digest = sha256(bytesOf(small));
const CSI = /\x1b\[/;

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'conda-verifier-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('exit status 0: everything is verified', async () => {
  const { status, stdout, stderr } = await run(['package', pathOf(small), '--sha256', digest.toUpperCase()]);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^✔ verified {2}\S+hello-1\.0-pyh0_0\.conda\n/);
  for (const part of ['hello 1.0 pyh0_0 (noarch)', 'conda, 7.1 kB, 7 files', `sha256:${digest}`, 'file-sha256', 'signature: no signed record']) {
    assert.ok(stdout.includes(part), `${part}\n${stdout}`);
  }
});

test('exit status 1: something was rejected', async () => {
  const args = ['package', pathOf(tampered), '--repodata', pathOf(repodata)];
  const { status, stdout } = await run(args);
  assert.equal(status, 1);
  assert.match(stdout, /^✘ rejected/);
  for (const part of ['SHA256_MISMATCH: ', 'expected', 'found', 'what to do', 'not reached: SHA256_MISMATCH']) {
    assert.ok(stdout.includes(part), `${part}\n${stdout}`);
  }
});

test('exit status 2: wrong usage', async () => {
  const { status, stdout, stderr } = await run(['package', '--jsn', 'x']);
  assert.deepEqual([status, stdout], [2, '']);
  assert.equal(stderr, 'conda-verifier: there is no option "--jsn"; did you mean --json? (see conda-verifier package --help)\n');
});

test('exit status 3: nothing was rejected, something is unverified', async () => {
  for (const more of [[], ['--repodata', pathOf(repodata)]]) {
    const args = ['package', pathOf(small), ...more];
    const { status, stdout } = await run(args);
    assert.equal(status, 3);
    assert.match(stdout, /^● unverified/);
    assert.equal((await run([...args, '--allow-unverified'])).status, 0);
  }
});

test('exit status 4: something could not be read', async () => {
  const { status, stdout, stderr } = await run(['package', 'nowhere.conda']);
  assert.deepEqual([status, stdout], [4, '']);
  assert.equal(stderr, 'conda-verifier: cannot read "nowhere.conda": no such file. Check the path. [FILE_UNREADABLE]\n');
});

test('where several apply: 1, 4, 3', async () => {
  const [good, bad, gone] = [pathOf(small), pathOf(tampered), 'nowhere.conda'];
  const options = ['--repodata', pathOf(repodata)];
  assert.equal((await run(['package', gone, good, bad, ...options])).status, 1);
  assert.equal((await run(['package', good, gone, ...options])).status, 4);
  assert.equal((await run(['package', gone, good, '--allow-unverified'])).status, 4);
});

test('several files: each gets its verdict, and a line counts them', async () => {
  const files = [pathOf(small), 'nowhere.conda', pathOf(tampered), pathOf(big)];
  const { stdout, stderr } = await run(['package', ...files, '--repodata', pathOf(repodata)]);
  assert.equal(stdout.match(/^[●✘] /gm).length, 3);
  assert.match(stdout, /\n4 packages: 2 unverified, 1 rejected, 1 not decided\n$/);
  assert.equal(stderr.trim().split('\n').length, 1);
});

test('--json: a line for each verdict, as the schema describes it', async () => {
  const files = [...fixtures.honest, ...fixtures.tampered].map(pathOf);
  const { status, stderr, verdicts, stdout } = await runJson(['package', ...files, 'nowhere.conda', '--repodata', pathOf(repodata)]);
  assert.equal(status, 1);
  assert.ok(stdout.endsWith('\n'));
  assert.deepEqual(verdicts.map(({ file }) => file), files);
  verdicts.forEach(checkVerdict);
  assert.deepEqual(verdicts.map(({ verdict }) => verdict), [...fixtures.honest.map(() => 'unverified'), 'rejected']);
  assert.match(stderr, /^conda-verifier: .*\[FILE_UNREADABLE\]\n$/);
  const verified = await runJson(['package', pathOf(small), '--sha256', digest]);
  checkVerdict(verified.verdicts[0]);
  assert.equal(verified.verdicts[0].verdict, 'verified');
});

test('a file without a record is rejected', async (t) => {
  const file = join(folder(t), 'nobody-1.0-0.conda');
  copyFileSync(pathOf(small), file);
  const { status, verdicts } = await runJson(['package', file, '--repodata', pathOf(repodata), '--sha256', digest]);
  assert.equal(status, 1);
  checkVerdict(verdicts[0]);
  assert.deepEqual(verdicts[0].findings.map(({ code }) => code), ['RECORD_MISSING']);
});

test('a record that binds nothing, or is malformed', async (t) => {
  const records = JSON.parse(readFileSync(pathOf(repodata), 'utf8'));
  const name = 'hello-1.0-pyh0_0.conda';
  const file = join(folder(t), 'repodata.json');
  const withRecord = (change) => {
    const record = { ...records['packages.conda'][name], ...change };
    writeFileSync(file, JSON.stringify({ packages: {}, 'packages.conda': { [name]: record } }));
    return runJson(['package', pathOf(small), '--repodata', file]);
  };
  const bare = await withRecord({ sha256: undefined, md5: undefined });
  assert.deepEqual([bare.status, bare.verdicts[0].findings[0].code], [1, 'DIGEST_MISSING']);
  const weak = await withRecord({ sha256: undefined });
  assert.deepEqual([weak.status, weak.verdicts[0].findings[0].code], [1, 'WEAK_DIGEST']);
  const malformed = await withRecord({ sha256: 'abc' });
  assert.deepEqual([malformed.status, malformed.verdicts[0].findings[0].code], [1, 'RECORD_INVALID']);
  for (const record of ['null', '[]', '1']) {
    writeFileSync(file, `{"packages.conda":{"${name}":${record}}}`);
    const { status, verdicts } = await runJson(['package', pathOf(small), '--repodata', file]);
    assert.deepEqual([status, verdicts[0].findings[0].code], [1, 'RECORD_INVALID'], record);
  }
});

test('--policy', async () => {
  const file = pathOf('spoiled/unlisted-file/hello-1.0-pyh0_0.conda');
  const statusOf = async (...policy) => {
    const options = policy.flatMap((value) => ['--policy', value]);
    return (await run(['package', file, ...options])).status;
  };
  assert.equal(await statusOf(), 1);
  assert.equal(await statusOf('warn'), 3);
  assert.equal(await statusOf('FILE_UNLISTED=ignore'), 3);
  assert.equal(await statusOf('ignore', 'FILE_UNLISTED=throw'), 1);
  assert.equal(await statusOf('FILE_MISSING=ignore'), 1);
  const { stdout } = await run(['package', file, '--policy', 'warn']);
  assert.match(stdout, /warned +files-listed/);
  assert.match(stdout, /lowered +FILE_UNLISTED/);
  assert.match(stdout, /warning +FILE_UNLISTED: /);
});

test('--size', async () => {
  const { length } = bytesOf(small);
  assert.equal((await run(['package', pathOf(small), '--sha256', digest, '--size', `${length}`])).status, 0);
  const { status, verdicts } = await runJson(['package', pathOf(small), '--size', `${length + 1}`]);
  assert.equal(status, 1);
  assert.equal(verdicts[0].findings[0].code, 'SIZE_MISMATCH');
});

test('--json: repodata that is refused rejects each package, in a line of its own', async (t) => {
  const file = join(folder(t), 'repodata.json');
  writeFileSync(file, '<!DOCTYPE html>');
  const files = [pathOf(small), 'nowhere.conda'];
  const { status, stderr, verdicts } = await runJson(['package', ...files, '--repodata', file]);
  verdicts.forEach(checkVerdict);
  const [, code] = /\[([A-Z_]+)\]\n$/.exec(stderr);
  assert.deepEqual([status, verdicts.map((verdict) => [verdict.file, verdict.verdict, verdict.findings[0].code])], [1, files.map((name) => [name, 'rejected', code])]);
  // What could not be read decides nothing.
  const unread = await run(['package', ...files, '--repodata', `${file}.gone`, '--json']);
  assert.deepEqual([unread.status, unread.stdout], [4, '']);
});

test('URLs, of packages and of repodata', async (t) => {
  const paths = [];
  const url = await serve(t, {
    '/moved/*': (request, response, path) => {
      paths.push(path);
      response.writeHead(302, { location: `/${small}` }).end();
    },
  });
  const args = [`${url}/${small}`, `${url}/moved/hello-1.0-pyh0_0.conda?token=1`, `${url}/${tampered}`];
  const { status, verdicts, stderr } = await runJson(['package', ...args, '--repodata', `${url}/${repodata}`]);
  assert.deepEqual([status, stderr], [1, '']);
  assert.deepEqual(verdicts.map(({ verdict }) => verdict), ['unverified', 'unverified', 'rejected']);
  assert.deepEqual(verdicts.map(({ file }) => file), args);
});

test('a body that does not end is cut', async (t) => {
  const url = await serve(t, {
    '/endless-1-0.conda': (_, response) => {
      const chunk = Buffer.alloc(1 << 16);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more).writeHead(200);
      more();
    },
  });
  const { status, verdicts } = await runJson(['package', `${url}/endless-1-0.conda`, '--size', '100000']);
  assert.equal(status, 1);
  assert.equal(verdicts[0].findings[0].code, 'SIZE_MISMATCH');
});

test('standard input and pipes', async () => {
  const input = bytesOf(small);
  const { status, verdicts } = await runJson(['package', '-', '--sha256', digest], { input });
  assert.equal(status, 0);
  assert.deepEqual([verdicts[0].file, verdicts[0].verdict], ['-', 'verified']);
  assert.equal((await run(['package', '/dev/stdin', '--sha256', digest], { input })).status, 0);
  assert.equal((await run(['package', '-', '--size', '10'], { input })).status, 1);
  const piped = ['-c', 'cat "$1" | "$2" "$3" package /dev/fd/0 --sha256 "$4"', 'sh', pathOf(small), process.execPath, BIN, digest];
  assert.equal(spawnSync('sh', piped).status, 0);
  const named = ['package', '-', '--file-name', 'hello-1.0-pyh0_0.conda', '--repodata', pathOf(repodata)];
  const shown = await run(named, { input });
  assert.equal(shown.status, 3);
  assert.match(shown.stdout.split('\n')[0], /unverified +hello-1\.0-pyh0_0\.conda$/);
  const renamed = await runJson(['package', pathOf(small), '--file-name', 'other-1.0-0.conda', '--sha256', digest]);
  assert.deepEqual([renamed.status, renamed.verdicts[0].findings[0].code], [1, 'NAME_MISMATCH']);
  const fromPipe = await run(['package', pathOf(small), '--repodata', '-'], { input: bytesOf(repodata) });
  assert.equal(fromPipe.status, 3);
});

test('colours only where somebody looks, or asks for them', async () => {
  const args = ['package', pathOf(small)];
  assert.doesNotMatch((await run(args)).stdout, CSI);
  assert.match((await run(args, { env: { FORCE_COLOR: '1' } })).stdout, CSI);
  assert.doesNotMatch((await run(args, { env: { FORCE_COLOR: '0' } })).stdout, CSI);
  assert.doesNotMatch((await run(args, { env: { NO_COLOR: '1' } })).stdout, CSI);
});

test('signs beyond ASCII only where the terminal knows them', async (t) => {
  const file = join(folder(t), 'hällo-1.0-pyh0_0.conda');
  copyFileSync(pathOf(small), file);
  const { stdout } = await run(['package', file], { env: { LANG: 'C' } });
  assert.match(stdout, /^x rejected {2}\S*h\\u\{e4\}llo/);
  assert.doesNotMatch(stdout, /[^\x00-\x7f]/);
  // JSON is data, not something to look at.
  const { verdicts } = await runJson(['package', file], { env: { LANG: 'C' } });
  assert.equal(verdicts[0].file, file);
});

test('names can\'t disturb a terminal', async (t) => {
  const name = 'a\x1b[31m\u202e\n-1-0.conda';
  const file = join(folder(t), name);
  copyFileSync(pathOf(small), file);
  for (const args of [[file], [`${file}.gone`], [file, '--json'], ['--sha256', '\x1b[31m', file]]) {
    const { stdout, stderr } = await run(['package', ...args]);
    assert.doesNotMatch(stdout + stderr, /[\x1b\u202e]/);
  }
  const { verdicts } = await runJson(['package', file]);
  assert.equal(verdicts[0].file, file);
});

test('--help and --version', async () => {
  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  assert.deepEqual((await run(['--version'])).stdout, `${version}\n`);
  for (const args of [['--help'], ['-h'], ['package', '--help'], ['channel', '--help'], ['target', '--help'], ['--help', 'package', 'x.conda']]) {
    const { status, stdout, stderr } = await run(args);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /Exit status: 0 everything verified/);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  }
});

test('a reader who has seen enough is no error message', async () => {
  const child = start(['package', ...Array(300).fill(pathOf(small))]);
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  child.stdout.once('data', () => child.stdout.destroy());
  const status = await new Promise((resolve) => child.once('close', resolve));
  assert.deepEqual([stderr, status], ['', 4]);
});

test('SIGINT ends it as a shell expects', async (t) => {
  let asked;
  const url = await serve(t, { '/slow-1-0.conda': (_, response) => asked(response.writeHead(200).write('PK')) });
  const child = start(['package', `${url}/slow-1-0.conda`]);
  await new Promise((resolve) => (asked = resolve));
  const closed = new Promise((resolve) => child.once('close', (...result) => resolve(result)));
  child.kill('SIGINT');
  assert.deepEqual(await closed, [null, 'SIGINT']);
});

test('usage errors are one line that says how to mend it', async () => {
  const cases = [
    [[], 'name a command'],
    [['pakcage'], 'did you mean package?'],
    [['frobnicate'], 'there is package, channel'],
    [['a-1-0.conda'], 'put a command before the files: package'],
    [['package'], 'name at least one package'],
    [['package', 'x', '--sha256'], '--sha256 needs a value'],
    [['package', 'x', '--sha256', '--json'], '--sha256 needs a value'],
    [['package', 'x', '--sha256', 'abc'], '64 hex digits'],
    [['package', 'x', '--sha256', digest, '--sha256', digest], 'given twice'],
    [['package', '-', '--repodata', 'x'], 'no file name'],
    [['package', 'x', '--size', '1e3'], 'a number of bytes'],
    [['package', 'x', '--json=yes'], 'takes no value'],
    [['package', 'x', 'y', '--sha256', digest], 'about one package'],
    [['package', 'x', 'y', '--size', '3'], 'about one package'],
    [['package', 'x', '--policy', 'lax'], 'throw, warn, ignore'],
    [['package', 'x', '--policy', 'FILE_UNLISTD=warn'], 'did you mean FILE_UNLISTED?'],
    [['package', pathOf(small), '--policy', 'SIZE_MISMATCH=warn'], 'no policy changes this code'],
    [['package', 'ftp://127.0.0.1/a-1-0.conda'], 'no http or https URL'],
    [['package', 'http://me:secret@127.0.0.1/a-1-0.conda'], 'would end up in logs'],
    [['package', 'http://'], 'is no URL'],
    [['package', '-', '-'], 'once only'],
    [['package', '-', '--channel', 'c', '--root', 'r'], 'no file name'],
    [['package', 'x', '--file-name', 'a/x.conda'], 'without folders'],
    [['package', 'x', 'y', '--file-name', 'x.conda'], 'about one package'],
    [['package', 'x', '--channel', 'c'], 'give --root ROOT.json too'],
    [['package', 'x', '--root', 'r'], '--root is about a channel'],
    [['package', 'x', '--state', 's'], '--state is about a channel'],
    [['package', 'x', '--subdir', 'noarch'], '--subdir is about a channel'],
    [['package', 'x', '--channel', 'c', '--root', 'r', '--repodata', 'y'], 'give it or --repodata'],
    [['package', 'x', '--channel', 'c', '--root', 'https://example.org/root.json'], 'vouches for nothing'],
    [['package', 'x', '--channel', 'c', '--root', 'r', '--subdir', '../x'], '--subdir takes'],
    [['package', 'x', '--packages'], 'package takes no --packages; it is an option of channel'],
  ];
  for (const [args, words] of cases) {
    const { status, stdout, stderr } = await run(args);
    assert.deepEqual([status, stdout, stderr.split('\n').length], [2, '', 2], `${args}\n${stderr}`);
    const command = args[0] === 'package' ? 'package ' : '';
    assert.ok(stderr.startsWith('conda-verifier: ') && stderr.endsWith(`(see conda-verifier ${command}--help)\n`), stderr);
    assert.ok(stderr.includes(words) && !stderr.includes('secret'), `${args}\n${stderr}`);
  }
});

test('what can\'t be read is one line, with the code at its end', async (t) => {
  const url = await serve(t, {
    '/cut-1-0.conda': (_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write(Buffer.alloc(10));
      setTimeout(() => response.destroy(), 10);
    },
  });
  const closed = await closedPort();
  const cases = [
    [[channel], 4, 'FILE_UNREADABLE', 'it is a directory'],
    [[join(pathOf(small), 'x')], 4, 'FILE_UNREADABLE', 'no directory'],
    [[`${url}/gone-1-0.conda`], 4, 'HTTP_STATUS', 'answers with status 404'],
    [[`${closed}/a-1-0.conda`], 4, 'NETWORK_FAILED', 'connection refused'],
    [[`${url}/cut-1-0.conda`], 4, 'NETWORK_FAILED', 'broke'],
    [[pathOf(small), '--repodata', 'nowhere.json'], 4, 'FILE_UNREADABLE', 'no such file'],
    [[pathOf(small), '--repodata', `${url}/gone.json`], 4, 'HTTP_STATUS', 'answers with status 404'],
    [[pathOf(small), '--repodata', pathOf(small)], 1, 'JSON_INVALID', 'is not strict JSON'],
    [[pathOf(small), '--repodata', pathOf('fixtures.json')], 1, 'REPODATA_INVALID', 'no repodata'],
  ];
  for (const [args, expected, code, words] of cases) {
    const { status, stdout, stderr } = await run(['package', ...args]);
    assert.deepEqual([status, stdout, stderr.split('\n').length], [expected, '', 2], `${args}\n${stderr}`);
    assert.ok(stderr.endsWith(`[${code}]\n`) && stderr.includes(words), stderr);
    const isNamed = stderr.includes(args.at(-1)) || stderr.includes(new URL(args.at(-1), url).href);
    assert.ok(isNamed, stderr);
  }
});

test('a page in the place of repodata', async (t) => {
  const file = join(folder(t), 'repodata.json');
  writeFileSync(file, '<!DOCTYPE html><h1>It works!</h1>');
  const { status, stderr } = await run(['package', pathOf(small), '--repodata', file]);
  assert.equal(status, 1);
  assert.match(stderr, /repodata\.json": .* is not strict JSON: .*error page.* \[JSON_INVALID\]\n$/);
});
