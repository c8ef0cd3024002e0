// The modules of the package: nothing in them that a runtime, a bundler or a policy refuses.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { installed } from './support/places.mjs';
import { pathOf, sha256, bytesOf, small } from './support/samples.mjs';

const dist = join(installed, 'dist');
const modules = readdirSync(dist, { recursive: true })
  .filter((path) => path.endsWith('.js'))
  .sort();

/** The code of a module without its comments. */
const codeOf = (path) => readFileSync(join(dist, path), 'utf8').replace(/^\s*\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');

/** The same without the words of texts, which may speak of anything. */
const wordless = (path) => codeOf(path).replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, "''");

/** What Node.js, Deno and Bun alone load. */
const isOfNode = (path) => /^(files|cli)[/\\]|^(entry|worker)[/\\]node(-\w+)?\.js$/.test(path);

test('no module makes code out of text, and those for the web know nothing of Node.js', () => {
  assert.ok(modules.length > 80 && modules.some(isOfNode), `${modules.length} modules`);
  const anywhere = /\beval\b|\bFunction\s*\(|\bimportScripts\b|\bXMLHttpRequest\b|\brequire\s*\(|\bdocument\.|\bset(?:Timeout|Interval)\s*\(\s*['`]/;
  const onTheWeb = /\bBuffer\b|\bprocess\b|\b__(?:dirname|filename)\b|\bglobal\b/;
  for (const path of modules) {
    const code = wordless(path);
    assert.doesNotMatch(code, anywhere, path);
    if (!isOfNode(path)) assert.doesNotMatch(code, onTheWeb, path);
  }
});

test('modules import each other, and parts of Node.js where it is', () => {
  let all = 0;
  for (const path of modules) {
    // Statements begin their lines, but for what is imported while the program runs.
    const statements = /^(?:import\b|export [{*])[^'"();]*['"]([^'"]+)['"];|\bimport\(\s*['"]([^'"]+)['"]/gm;
    const imports = [...codeOf(path).matchAll(statements)].map(([, name, later]) => name ?? later);
    all += imports.length;
    for (const name of imports) {
      if (name.startsWith('node:')) assert.ok(isOfNode(path), `${path} imports ${name}`);
      else assert.match(name, /^\.\.?\/[\w./-]+\.(js|wasm)$/, `${path} imports ${name}`);
    }
  }
  assert.ok(all > 3 * modules.length, `${all} imports`);
});

test('no module waits at the top', { skip: !process.features.require_module && 'this Node.js requires no modules' }, () => {
  // What waits there can't be required.
  const require = createRequire(import.meta.url);
  for (const path of modules.filter((path) => path.startsWith('entry'))) {
    // Node.js takes no module out of a .wasm file.
    if (!path.endsWith('workerd.js')) assert.ok(Object.keys(require(join(dist, path))).length > 0, path);
  }
});

test('the web\'s entry works where there is no Node.js, and no code is made out of text', () => {
  const program = `
    import { readFileSync } from 'node:fs';
    const [entry, wasm, archive, digest] = process.argv.slice(2);
    const [own, bytes] = [readFileSync(wasm), readFileSync(archive)];
    const { log } = console;
    // Node.js loads its own fetch late, and that needs what is taken away here.
    new Response();
    for (const name of ['Buffer', 'process', 'setImmediate', 'require']) delete globalThis[name];
    const before = Object.getOwnPropertyNames(globalThis).join();
    const { Verifier } = await import(entry);
    const after = Object.getOwnPropertyNames(globalThis).join();
    const verifier = await Verifier.create({ wasm: own });
    const { verdict } = await verifier.verifyPackage(bytes, { sha256: digest });
    const spoiled = await verifier.inspectPackage(bytes.subarray(1), { sha256: digest });
    let refused;
    try { (0, eval)('1'); } catch (error) { refused = error.name; }
    log(JSON.stringify([verdict, spoiled.verdict, before === after, refused]));
  `;
  const url = pathToFileURL(join(dist, 'entry/browser.js')).href;
  const wasm = join(dist, 'wasm/conda_verifier_bg.wasm');
  const options = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', program, 'x'];
  const output = execFileSync(process.execPath, [...options, url, wasm, pathOf(small), sha256(bytesOf(small))], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(output), ['verified', 'rejected', true, 'EvalError']);
});
