// conda-verifier manifest: makes a manifest of a folder, and compares a folder with one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { readManifest, verifyFile } from 'conda-verifier/manifest';

import { BIN, run } from './support/command-line.mjs';
import { installed } from './support/places.mjs';
import { sha256 } from './support/samples.mjs';
import { checkManifest, checkManifestReport } from './support/schema.mjs';

const { globs } = await import(pathToFileURL(join(installed, 'dist/cli/glob.js')));

const FILES = {
  'index.html': '<title>a site</title>\n',
  'static/app.js': 'export {};\n',
  'static/app.js.map': '{}',
  'static/deep/10': 'ten',
  'static/deep/9': 'nine',
  '.hidden/x': '',
  'a b%20"\u00e4\u{1f642}': 'a name',
};

function temporary(t) {
  const path = mkdtempSync(join(tmpdir(), 'conda-verifier-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A folder with the files, and a place beside it. */
function site(t, files = FILES) {
  const base = temporary(t);
  const folder = join(base, 'site');
  mkdirSync(folder);
  put(folder, files);
  return { base, folder, file: join(base, 'manifest.json') };
}

function put(folder, files) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const manifest = (...args) => run(['manifest', ...args]);
const listed = (text) => Object.keys(JSON.parse(text).files);

async function check(...args) {
  const { status, stdout, stderr } = await manifest(...args, '--json');
  const report = JSON.parse(stdout);
  checkManifestReport(report);
  return { status, stderr, report, found: report.findings.map(({ code, path }) => `${code} ${path}`) };
}

test('every file is listed, sorted by bytes; the same files give the same bytes', async (t) => {
  const one = site(t);
  const { status, stdout, stderr } = await manifest(one.folder);
  assert.deepEqual([status, stderr], [0, '']);
  checkManifest(JSON.parse(stdout));
  const paths = [...readManifest(stdout).paths()];
  assert.deepEqual(paths, Object.keys(FILES).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  for (const [path, content] of Object.entries(FILES)) {
    assert.deepEqual(readManifest(stdout).get(path), { size: Buffer.byteLength(content), sha256: sha256(Buffer.from(content)) });
    await verifyFile(readManifest(stdout), path, readFileSync(join(one.folder, path)));
  }
  // Made in another order, at another time, by another name, seen with another language.
  const other = site(t, Object.fromEntries(Object.entries(FILES).reverse()));
  utimesSync(join(other.folder, 'index.html'), 1, 1);
  mkdirSync(join(other.folder, 'empty'));
  const again = await run(['manifest', '.'], { cwd: other.folder, env: { LANG: 'sv_SE.UTF-8', LC_ALL: 'C', FORCE_COLOR: '1', COLUMNS: '40' } });
  assert.equal(again.stdout, stdout);
  assert.equal((await manifest(one.folder, '--json')).stdout, stdout);
  assert.ok(!stdout.includes(one.base));
});

test('names that sort differently as numbers, or in UTF-16', async (t) => {
  const names = ['1', '10', '2', '__proto__', '\ue000', '\u{10000}', 'Z', 'a'];
  const { folder } = site(t, Object.fromEntries(names.map((name) => [name, name])));
  // Not by JSON.parse, which has an order of its own.
  const { stdout } = await manifest(folder);
  assert.deepEqual([...readManifest(stdout).paths()], ['1', '10', '2', 'Z', '__proto__', 'a', '\ue000', '\u{10000}']);
});

test('names that could disturb a terminal, or whoever reads the manifest, are escaped', async (t) => {
  const names = ['x\u202etxt.js', '\u200bindex.html', 'tag\u{e0041}', 'soft\u00adhyphen'];
  const folder = temporary(t);
  for (const name of names) writeFileSync(join(folder, name), '');
  const { status, stdout } = await run(['manifest', folder]);
  assert.equal(status, 0);
  assert.doesNotMatch(stdout, /[\u00ad\u200b\u202e\u{e0041}]/u);
  assert.ok(stdout.includes('"x\\u202etxt.js"') && stdout.includes('"tag\\udb40\\udc41"'), stdout);
  assert.deepEqual([...readManifest(stdout).paths()].sort(), [...names].sort());
});

test('--output writes the file whole, and not itself', async (t) => {
  const { folder } = site(t);
  const file = join(folder, 'site.manifest.json');
  const plain = await manifest(folder, '--output', file);
  assert.deepEqual([plain.status, plain.stderr], [0, '']);
  const text = readFileSync(file, 'utf8');
  assert.ok(!listed(text).includes('site.manifest.json') && listed(text).length === 7);
  assert.match(plain.stdout, new RegExp(`^wrote .*site\\.manifest\\.json\\n +lists +7 files of .*, 48 bytes\\n +its sha256 +${sha256(text)}\\n`));
  const json = await manifest(folder, '--output', file, '--json');
  const report = JSON.parse(json.stdout);
  checkManifestReport(report);
  assert.deepEqual([report.folder, report.manifest, report.sha256, report.files, report.bytes], [folder, file, sha256(text), 7, 48]);
  assert.equal(readFileSync(file, 'utf8'), text);
  assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith('.part')), []);
  assert.equal((await check(folder, '--check', file)).status, 0);
  // By another name of the folder.
  symlinkSync(folder, join(folder, '..', 'link'));
  const linked = await manifest(join(folder, '..', 'link'), '--output', file);
  assert.deepEqual([linked.status, readFileSync(file, 'utf8')], [0, text]);
});

test('what a shell redirects into the folder is not listed', (t) => {
  const { folder } = site(t);
  const line = `"${process.execPath}" "${BIN}" manifest . > out.json`;
  const { status } = spawnSync('sh', ['-c', line], { cwd: folder });
  assert.equal(status, 0);
  assert.deepEqual(listed(readFileSync(join(folder, 'out.json'), 'utf8')).length, 7);
});

test('a manifest of a part of the folder is not written', async (t) => {
  const bad = {
    'a link': (folder) => symlinkSync('index.html', join(folder, 'link')),
    'a link that leads out': (folder) => symlinkSync('/etc', join(folder, 'link')),
    'a link to nothing': (folder) => symlinkSync('nothing', join(folder, 'link')),
    'a pipe': (folder) => spawnSync('mkfifo', [join(folder, 'pipe')]),
    'a name that is no UTF-8': (folder) => writeFileSync(Buffer.concat([Buffer.from(`${folder}/x`), Buffer.from([0xff])]), ''),
    'a line break': (folder) => writeFileSync(join(folder, 'a\nb'), ''),
    'a backslash': (folder) => writeFileSync(join(folder, 'a\\b'), ''),
    'an escape': (folder) => writeFileSync(join(folder, '\x1b[2J'), ''),
  };
  for (const [what, spoil] of Object.entries(bad)) {
    const { folder, file } = site(t);
    spoil(folder);
    const { status, stdout, stderr } = await manifest(folder, '--output', file);
    assert.deepEqual([status, stdout, existsSync(file)], [4, '', false], what);
    assert.match(stderr, /^conda-verifier: cannot list ".*[^\n]* \[FILE_UNREADABLE\]\nconda-verifier: no manifest was written, .*\n$/, what);
    assert.doesNotMatch(stderr, /\x1b/);
    // Nor is an old one replaced.
    writeFileSync(file, 'old');
    await manifest(folder, '--output', file);
    assert.equal(readFileSync(file, 'utf8'), 'old');
    const left = await manifest(folder, '--exclude', 'link', '--exclude', 'pipe', '--exclude', 'x?', '--exclude', 'a?b', '--exclude', '?[2J');
    assert.deepEqual([left.status, listed(left.stdout).length], [0, 7], what);
  }
});

test('hard links are files', async (t) => {
  const { folder } = site(t);
  linkSync(join(folder, 'index.html'), join(folder, 'twin.html'));
  const { stdout } = await manifest(folder);
  assert.deepEqual(readManifest(stdout).get('twin.html'), readManifest(stdout).get('index.html'));
});

test('a large file is read piece by piece', async (t) => {
  const { folder, file } = site(t);
  const large = join(folder, 'large');
  writeFileSync(large, 'x');
  truncateSync(large, 20_000_000);
  const { stdout } = await manifest(folder);
  assert.deepEqual(readManifest(stdout).get('large'), { size: 20_000_000, sha256: sha256(readFileSync(large)) });
  writeFileSync(file, stdout);
  assert.equal((await check(folder, '--check', file)).status, 0);
});

test('what can\'t be read', async (t) => {
  const { base, folder, file } = site(t);
  writeFileSync(file, (await manifest(folder)).stdout);
  for (const path of [base, file]) chmodSync(path, 0o755);
  chmodSync(join(folder, 'index.html'), 0);
  chmodSync(join(folder, 'static'), 0);
  // Root reads everything; nobody does not.
  const nobody = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
  const reads = (...args) => spawnSync(process.execPath, [BIN, 'manifest', folder, ...args], { encoding: 'utf8', ...nobody });
  const { status, stdout, stderr } = reads();
  assert.deepEqual([status, stdout], [4, ''], stderr);
  assert.equal(stderr.match(/permission denied/g).length, 2, stderr);
  const compared = reads('--check', file, '--json');
  const report = JSON.parse(compared.stdout);
  checkManifestReport(report);
  assert.deepEqual([compared.status, report.verdict, report.findings, report.undecided.length, report.matched], [4, 'unverified', [], 2, 2]);
  // What is wrong is told all the same, and counts more.
  writeFileSync(join(folder, 'new'), '');
  assert.equal(reads('--check', file).status, 1);
  assert.match(reads('--check', file).stdout, /\n {2}not read +.*index\.html\n {2}not read +.*static\n/);
  // For whoever removes it.
  chmodSync(join(folder, 'static'), 0o755);
});

test('--check: all is as it is listed', async (t) => {
  const { folder, file } = site(t);
  await manifest(folder, '--output', file);
  const { status, report, stderr } = await check(folder, '--check', file);
  assert.deepEqual([status, stderr, report.verdict, report.files, report.matched, report.findings], [0, '', 'verified', 7, 7, []]);
  const plain = await manifest(folder, '--check', file);
  assert.match(plain.stdout, /^✔ verified {2}\S+\n +manifest +\S+ lists 7 files, 48 bytes\n +its sha256 +[0-9a-f]{64}\n +equal +all of them\n +not checked +modes, times, empty folders: a manifest has none of them\n$/);
  // A copy with other times and modes.
  const copy = site(t);
  chmodSync(join(copy.folder, 'index.html'), 0o600);
  mkdirSync(join(copy.folder, 'empty'));
  assert.equal((await check(copy.folder, '--check', file)).status, 0);
});

test('--check: what is missing, changed, or not listed', async (t) => {
  const ways = {
    'FILE_SHA256_MISMATCH index.html': (folder) => writeFileSync(join(folder, 'index.html'), '<title>A site</title>\n'),
    'FILE_SIZE_MISMATCH index.html': (folder) => writeFileSync(join(folder, 'index.html'), ''),
    'FILE_MISSING static/deep/9': (folder) => rmSync(join(folder, 'static/deep/9')),
    'FILE_UNLISTED static/new.js': (folder) => put(folder, { 'static/new.js': '' }),
    'FILE_UNLISTED link': (folder) => symlinkSync('index.html', join(folder, 'link')),
    'FILE_UNLISTED a\nb': (folder) => put(folder, { 'a\nb': '' }),
    'FILE_TYPE_MISMATCH index.html': (folder) => {
      copyFileSync(join(folder, 'index.html'), join(folder, '../same'));
      rmSync(join(folder, 'index.html'));
      symlinkSync('../same', join(folder, 'index.html'));
    },
    'FILE_TYPE_MISMATCH static/app.js': (folder) => {
      rmSync(join(folder, 'static/app.js'));
      spawnSync('mkfifo', [join(folder, 'static/app.js')]);
    },
    'FILE_MISSING index.html': (folder) => {
      rmSync(join(folder, 'index.html'));
      mkdirSync(join(folder, 'index.html'));
    },
  };
  for (const [expected, spoil] of Object.entries(ways)) {
    const { folder, file } = site(t);
    await manifest(folder, '--output', file);
    spoil(folder);
    const { status, report, found } = await check(folder, '--check', file);
    assert.deepEqual([status, report.verdict, found], [1, 'rejected', [expected]]);
    for (const { message, hint } of report.findings) assert.ok(message.length > 10 && hint.length > 20);
    const plain = await manifest(folder, '--check', file);
    assert.match(plain.stdout, new RegExp(`^✘ rejected[^]*\\n +error +${expected.split(' ')[0]}: [^]*what to do`));
  }
});

test('--check: a folder that became a link is not followed', async (t) => {
  const { base, folder, file } = site(t);
  await manifest(folder, '--output', file);
  spawnSync('mv', [join(folder, 'static'), join(base, 'elsewhere')]);
  symlinkSync(join(base, 'elsewhere'), join(folder, 'static'));
  const { status, found } = await check(folder, '--check', file);
  assert.deepEqual([status, found.sort()], [1, ['FILE_MISSING static/app.js', 'FILE_MISSING static/app.js.map', 'FILE_MISSING static/deep/10', 'FILE_MISSING static/deep/9', 'FILE_UNLISTED static']]);
});

test('--check: a manifest that is none, or lists nothing', async (t) => {
  const { folder, file } = site(t);
  for (const text of ['', '[]', '{"version":2,"files":{}}', '{"version":1,"files":{"../x":{"size":0,"sha256":""}}}']) {
    writeFileSync(file, text);
    const { status, report } = await check(folder, '--check', file);
    assert.deepEqual([status, report.verdict, report.files, report.findings.map(({ code }) => code)], [1, 'rejected', 0, ['MANIFEST_INVALID']]);
    assert.ok(report.notChecked.some(({ reason }) => reason === 'not reached: MANIFEST_INVALID'));
  }
  writeFileSync(file, '{"version":1,"files":{}}');
  assert.deepEqual((await check(folder, '--check', file)).report.findings.length, 7);
  const empty = join(folder, '../empty');
  mkdirSync(empty);
  const { status, report } = await check(empty, '--check', file);
  assert.deepEqual([status, report.verdict], [3, 'unverified']);
  const made = await manifest(empty);
  assert.deepEqual([made.status, made.stdout], [0, '{\n  "version": 1,\n  "files": {}\n}\n']);
  const gone = await manifest(folder, '--check', join(folder, 'nowhere'));
  assert.deepEqual([gone.status, gone.stdout], [4, '']);
  assert.match(gone.stderr, /no such file.*\[FILE_UNREADABLE\]\n$/);
});

test('limits', async (t) => {
  const { folder, file } = site(t);
  await manifest(folder, '--output', file);
  for (const limit of ['entries=6', 'infoBytes=100', 'pathBytes=10']) {
    const [name, max] = limit.split('=');
    const { status, report } = await check(folder, '--check', file, '--limit', limit);
    assert.deepEqual([status, report.findings.map(({ code, details }) => [code, details])], [1, [['LIMIT_EXCEEDED', { limit: name, max: Number(max) }]]]);
    // What nobody could read is not written either.
    const made = await manifest(folder, '--limit', limit, '--output', join(folder, '../other'));
    assert.deepEqual([made.status, existsSync(join(folder, '../other'))], [1, false]);
    assert.match(made.stderr, /LIMIT_EXCEEDED/);
  }
  writeFileSync(file, '{"version":1,"files":{}}');
  const { report } = await check(folder, '--check', file, '--limit', 'findings=3');
  assert.deepEqual([report.findings.length, report.findingsOmitted], [3, 4]);
});

test('--exclude', async (t) => {
  const { folder, file } = site(t);
  const { stdout } = await manifest(folder, '--exclude', '*.map', '--exclude', '.hidden', '--exclude', 'static/deep/');
  assert.deepEqual(listed(stdout), ['a b%20"\u00e4\u{1f642}', 'index.html', 'static/app.js']);
  writeFileSync(file, stdout);
  const without = await check(folder, '--check', file);
  assert.deepEqual(without.found.map((line) => line.split(' ')[0]), Array(4).fill('FILE_UNLISTED'));
  const excluded = ['--exclude', '*.map', '--exclude', '.hidden', '--exclude', 'static'];
  const { status, report, found } = await check(folder, '--check', file, ...excluded);
  // What is listed is compared all the same, and what lies beside it.
  assert.deepEqual([status, found], [1, ['FILE_UNLISTED static/deep/10', 'FILE_UNLISTED static/deep/9']]);
  assert.ok(report.notChecked.some(({ reason }) => reason === '2 files or folders that --exclude names are not compared'));
  writeFileSync(join(folder, 'static/app.js'), 'changed');
  assert.ok((await check(folder, '--check', file, '--exclude', 'static/**')).found.includes('FILE_SIZE_MISMATCH static/app.js'));
});

test('patterns', () => {
  const table = [
    ['*.js', ['a.js', 'x/a.js', '.js', 'x/y.b.js'], ['a.jsx', 'a.js/b', 'ajs']],
    ['build/*', ['build/a'], ['build/a/b', 'x/build/a', 'build']],
    ['build/**', ['build/a', 'build/a/b'], ['build', 'x/build/a']],
    ['**/x', ['x', 'a/x', 'a/b/x'], ['ax', 'x/a']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb']],
    ['?', ['a', 'x/\u{1f642}'], ['ab', '/']],
    ['./a', ['a'], ['b']],
    ['[ab].+(c)|$^{}\\-', ['[ab].+(c)|$^{}\\-'], ['a', 'a.c']],
    ['node_modules/', ['node_modules', 'x/node_modules'], ['node_modules/x']],
  ];
  for (const [pattern, yes, no] of table) {
    const matches = globs([pattern]);
    for (const path of yes) assert.ok(matches(path), `${pattern} ${path}`);
    for (const path of no) assert.ok(!matches(path), `${pattern} ${path}`);
  }
  assert.ok(!globs([])('a'));
});

test('wrong usage', async (t) => {
  const { folder, file } = site(t);
  for (const [args, words] of [
    [[], /name a folder/],
    [[folder, folder], /name one folder, not 2/],
    [['https://example.org/'], /is a URL/],
    [[file + 'x'], /no such file/],
    [[join(folder, 'index.html')], /takes a folder, and .* names a file/],
    [[folder, '--check', file, '--output', file], /give one of them/],
    [[folder, '--output', '-'], /--output takes a file, not "-"/],
    [[folder, '--check', 'http://127.0.0.1/x'], /--check takes a file/],
    [[folder, '--exclude', '/'], /--exclude takes a pattern/],
    [[folder, '--exclude', ''], /--exclude takes a pattern/],
    [[folder, '--chek', file], /did you mean --check/],
    [[folder, '--sha256', '0'.repeat(64)], /manifest takes no --sha256/],
    [['--check'], /--check needs a value/],
  ]) {
    const { status, stdout, stderr } = await manifest(...args);
    assert.deepEqual([status, stdout], [/no such file/.test(stderr) ? 4 : 2, ''], args.join(' '));
    assert.match(stderr, words);
    assert.equal(stderr.trim().split('\n').length, 1);
  }
  const unwritable = await manifest(folder, '--output', join(folder, 'no/where.json'));
  assert.equal(unwritable.status, 4);
  assert.match(unwritable.stderr, /Make the folder .*\[FILE_UNWRITABLE\]\n$/);
});
