// The packed package itself.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import * as entry from 'conda-verifier';

import { installed, root } from './support/places.mjs';

const files = readdirSync(installed, { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile())
  .map((file) => join(file.parentPath ?? file.path, file.name).slice(installed.length + 1));
const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
const text = (file) => readFileSync(join(installed, file), 'utf8');

test('it exports what is documented, and the same from every entry', async () => {
  const names = ['CacheStore', 'IndexedDbStore', 'InstalledRejected', 'KeyValueStore', 'MemoryStore', 'PackageRejected', 'Verifier', 'VerifierError'];
  // Folders are there in Node.js alone.
  const own = { node: ['FolderStore'], default: [] };
  assert.deepEqual(Object.keys(entry).sort(), [...own.node, ...names].sort());
  for (const [condition, more] of Object.entries(own)) {
    const module = await import(join(installed, manifest.exports['.'][condition].default));
    assert.deepEqual(Object.keys(module).sort(), [...more, ...names].sort());
  }
  const workers = { './worker': ['InstalledRejected', 'PackageRejected', 'VerifierError', 'VerifierPool', 'VerifierWorker', 'moved'], './worker/host': ['serve'] };
  for (const [path, names] of Object.entries(workers)) {
    for (const condition of ['node', 'default']) {
      const module = await import(join(installed, manifest.exports[path][condition].default));
      assert.deepEqual(Object.keys(module).sort(), names);
    }
  }
  const ofManifests = await import('conda-verifier/manifest');
  assert.deepEqual(Object.keys(ofManifests).sort(), ['VerifierError', 'readManifest', 'verifyFile']);
  assert.equal(ofManifests.VerifierError, entry.VerifierError);
  assert.deepEqual(Object.keys(await import('conda-verifier/site')).sort(), ['VerifierError', 'readManifest', 'verifySite']);
  const targets = (target) => (typeof target === 'string' ? target : Object.values(target).flatMap(targets));
  for (const path of targets(manifest.exports)) assert.ok(files.includes(path.slice(2)), path);
});

test('it holds what it needs and nothing else', () => {
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md', 'errors.md', 'policies.md', 'limits.md', 'content-trust.md', 'tuf.md', 'attacks.md', 'installed.md', 'package.json', 'THIRD-PARTY.md', 'build.json', 'sbom.cdx.json', 'schema/channel.json', 'schema/installed.json', 'schema/manifest.json', 'schema/manifest-report.json', 'schema/manifest.json', 'schema/target.json', 'schema/verdict.json', 'dist/wasm/conda_verifier_bg.wasm']) {
    assert.ok(files.includes(file), file);
  }
  assert.deepEqual(files.filter((file) => /\.(ts|map|test\..*)$/.test(file) && !file.endsWith('.d.ts')), []);
  assert.deepEqual([manifest.dependencies, manifest.scripts, manifest.type], [undefined, undefined, 'module']);
  // What runs in workers does something; no other module does.
  assert.deepEqual(manifest.sideEffects, ['./dist/worker/script.js', './dist/worker/node-script.js']);
  assert.equal(manifest.version, /^version = "(.+)"$/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))[1]);
});

test('what benchmarks call is not in it', () => {
  const wasm = readFileSync(join(installed, 'dist/wasm/conda_verifier_bg.wasm'));
  const names = WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(({ name }) => name);
  assert.ok(names.includes('examination_new'), names.join());
  assert.deepEqual(names.filter((name) => /bench/i.test(name)), []);
});

test('what is installed is verified by a file of its own, which has nothing else', () => {
  const names = (file) => {
    const wasm = readFileSync(join(installed, 'dist/wasm', file));
    return WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(({ name }) => name);
  };
  const [own, other] = ['conda_verifier_bg.wasm', 'conda_verifier_installed_bg.wasm'].map(names);
  assert.ok(other.includes('inspection_new') && !own.includes('inspection_new'));
  assert.ok(own.includes('examination_new') && !other.includes('examination_new'));
});

test('its programs run', () => {
  const program = join(installed, manifest.bin['conda-verifier']);
  assert.match(readFileSync(program, 'utf8'), /^#!\/usr\/bin\/env node\n/);
  assert.ok(statSync(program).mode & 0o100);
});

test('entries for browsers know nothing of Node.js, and nothing waits at the top level', () => {
  const seen = new Set();
  const walk = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    const code = text(file);
    assert.doesNotMatch(code, /from ['"]node:|\bprocess\.|\bBuffer\b|\brequire\(|^await /m, file);
    assert.doesNotMatch(code, /\beval\(|new Function\(/, file);
    for (const [, path] of code.matchAll(/^(?:import|export) .*?from ['"](\.[^'"]+)['"]/gm)) {
      if (path.endsWith('.js')) walk(join(file, '..', path));
    }
  };
  walk(manifest.exports['.'].default.default.slice(2));
  walk(manifest.exports['.'].workerd.default.slice(2));
  for (const path of ['./worker', './worker/host']) walk(manifest.exports[path].default.default.slice(2));
  walk(manifest.exports['./worker/script'].default.slice(2));
  assert.ok(seen.size > 15, `${seen.size}`);
  seen.clear();
  walk(manifest.exports['./manifest'].default.slice(2));
  assert.ok(seen.size > 5 && seen.size < 30, [...seen].join());
  for (const file of seen) assert.doesNotMatch(text(file), /wasm\/|wasm-module/, file);
  seen.clear();
  walk(manifest.exports['./site'].default.slice(2));
  assert.ok(seen.size > 10 && seen.size < 50, [...seen].join());
  for (const file of seen) assert.doesNotMatch(text(file), /wasm\/|wasm-module/, file);
});

test('verifiedFetch comes without the WebAssembly file and what starts it', () => {
  const seen = new Set();
  const walk = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    const code = text(file);
    assert.doesNotMatch(code, /\bimport\(|WebAssembly\.\w|from ['"]node:|^await /m, file);
    for (const [, path] of code.matchAll(/^(?:import|export) [^;]*?from ['"](\.[^'"]+)['"]/gm)) walk(join(file, '..', path));
  };
  walk(manifest.exports['./fetch'].default.slice(2));
  assert.ok(seen.size > 10, `${seen.size}`);
  assert.deepEqual([...seen].filter((file) => /dist\/(wasm|core|verifier\.js)/.test(file)), []);
});

test('nothing of the machine that it was built on is in it', () => {
  for (const file of files) {
    const content = readFileSync(join(installed, file), 'latin1');
    assert.ok(!content.includes(root), `${file} has the path of the repository in it`);
    assert.ok(!content.includes(homedir()), `${file} has the path of a home folder in it`);
  }
});
