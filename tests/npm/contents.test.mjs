// What the package says of itself: sbom.cdx.json, THIRD-PARTY.md, build.json.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';

import Ajv from 'ajv';

import { installed, root } from './support/places.mjs';

const text = (name) => readFileSync(join(installed, name), 'utf8');
const bill = JSON.parse(text('sbom.cdx.json'));
const record = JSON.parse(text('build.json'));
const manifest = JSON.parse(text('package.json'));
const wasm = ['dist/wasm/conda_verifier_bg.wasm', 'dist/wasm/conda_verifier_installed_bg.wasm'];
const isCrate = ({ purl }) => purl.startsWith('pkg:cargo/');
const named = ({ name, version }) => `${name} ${version}`;
const required = bill.components.filter(({ scope }) => scope === 'required');

/** Checks a document against the schema of CycloneDX 1.6, as its authors publish it. */
function validate(document) {
  const library = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');
  const schema = (name) =>
    JSON.parse(readFileSync(join(dirname(library), 'res/schema', `${name}.SNAPSHOT.schema.json`)));
  const isReference = (reference) => URL.canParse(reference, 'https://example.org/');
  // Dates and mail addresses: there are none, and their formats are not known here.
  const formats = { 'iri-reference': isReference, 'date-time': () => false, 'idn-email': () => false };
  const ajv = new Ajv.default({ strict: false, formats });
  // By the names that the schema calls them by.
  for (const name of ['spdx', 'jsf-0.82']) {
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  const isValid = ajv.compile(schema('bom-1.6'));
  return isValid(document) ? '' : ajv.errorsText(isValid.errors);
}

test('the bill of materials is CycloneDX 1.6', () => {
  assert.equal(validate(bill), '');
  const spoiled = (spoil) => {
    const copy = structuredClone(bill);
    spoil(copy);
    return validate(copy);
  };
  const [first] = required;
  const at = bill.components.indexOf(first);
  assert.match(spoiled((bill) => (bill.components[at].scope = 'perhaps')), /scope/);
  assert.match(spoiled((bill) => (bill.components[at].hashes = [{ alg: 'SHA-256', content: 'x' }])), /hashes/);
  assert.match(spoiled((bill) => (bill.components[at].licenses = [{ license: { id: 'MYT' } }])), /licenses/);
  assert.match(spoiled((bill) => (bill.serialNumber = 'urn:uuid:1')), /serialNumber/);
});

test('it lists what cargo links', () => {
  const tree = ['tree', '--locked', '--offline', '--package=conda-verifier', '--prefix=none'];
  const linked = (features) =>
    execFileSync(
      'cargo',
      [...tree, '--target=wasm32-unknown-unknown', '--edges=normal,no-proc-macro', '--format={p}', features],
      { cwd: root, encoding: 'utf8' },
    );
  const lines = ['--features=wasm', '--features=wasm-installed'].flatMap((one) => linked(one).split('\n'));
  const crates = lines.filter(Boolean).map((line) => line.split(' ').slice(0, 2).join(' ').replace(' v', ' '));
  assert.deepEqual(required.filter(isCrate).map(named), [...new Set(crates)].sort());
  // Beside them what no crate is.
  assert.deepEqual(required.filter((one) => !isCrate(one)).map(({ name }) => name), ['rust standard library']);
});

test('whose sources are those of Cargo.lock', () => {
  const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8');
  const ours = bill.components.filter((one) => isCrate(one) && !one.hashes).map(({ name }) => name);
  assert.deepEqual(ours, ['conda-verifier', 'conda-verifier-zstd']);
  for (const { name, version, hashes } of bill.components.filter((one) => one.hashes)) {
    const block = lock.split('[[package]]').find((one) => one.startsWith(`\nname = "${name}"\nversion = "${version}"\n`));
    assert.ok(block.includes(`checksum = "${hashes[0].content}"`), name);
  }
});

test('everything in it is needed by something', () => {
  const needs = new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  const reached = new Set();
  const walk = (ref) => {
    if (reached.has(ref)) return;
    reached.add(ref);
    for (const needed of needs.get(ref)) walk(needed);
  };
  walk(bill.metadata.component['bom-ref']);
  const listed = bill.components.map((one) => one['bom-ref']);
  assert.deepEqual([...reached].sort(), [bill.metadata.component['bom-ref'], ...listed].sort());
  // No package of npm's is: the JavaScript is all ours, and wasm-bindgen's.
  for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies']) assert.ok(!(kind in manifest));
});

test('the WebAssembly files are those that it and build.json name', () => {
  const { version, purl, components } = bill.metadata.component;
  assert.equal(purl, `pkg:npm/conda-verifier@${manifest.version}`);
  assert.equal(version, manifest.version);
  const digests = wasm.map((name) => [name, createHash('sha256').update(readFileSync(join(installed, name))).digest('hex')]);
  assert.deepEqual(components.map(({ name, hashes }) => [name, hashes[0].content]), digests);
  assert.deepEqual(Object.entries(record.sha256), digests);
});

test('nothing tells when it was built, nor where crates and the standard library lay', () => {
  for (const name of ['sbom.cdx.json', 'build.json', 'THIRD-PARTY.md', ...wasm]) {
    const bytes = readFileSync(join(installed, name));
    for (const path of ['registry/src', 'rustlib/src', 'rustup']) assert.ok(!bytes.includes(path), `${name} has ${path}`);
  }
  // What panics name instead.
  assert.ok(readFileSync(join(installed, wasm[0])).includes('dependencies/'));
  assert.ok(!('timestamp' in bill.metadata));
});

test('build.json names every tool with its version', () => {
  const { sha256, host, target, ...tools } = record;
  assert.equal(target, 'wasm32-unknown-unknown');
  assert.match(host, /^\w+-[\w-]+$/);
  assert.deepEqual(Object.keys(tools).sort(), ['binaryen', 'node', 'npm', 'rustc', 'typescript', 'wasm-bindgen']);
  for (const [tool, version] of Object.entries(tools)) assert.match(version, /^\d+\.\d+\.\d+/, tool);
});

test('the licence of everything that is compiled in has its text', () => {
  const [, ...sections] = text('THIRD-PARTY.md').split(/^## /m);
  const owners = sections.map((section) => {
    const [title, ...lines] = section.split('\n');
    // The shortest says who and under which terms; less is none.
    assert.ok(lines.join('\n').trim().length > 200, title);
    return title;
  });
  for (const { name, version, hashes } of required) {
    if (!hashes) continue;
    assert.ok(owners.some((title) => `, ${title}`.includes(`, ${name} ${version} (`)), name);
  }
  for (const other of ["Rust's standard library", "Unicode's data"]) {
    assert.ok(owners.some((title) => title.includes(other)), other);
  }
});
