// Schema, types and Rust sources name the same things.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { Ajv2020 } from 'ajv/dist/2020.js';

import { installed, root } from './support/places.mjs';
import { installedSchema, schema } from './support/schema.mjs';

const rust = (path) => readFileSync(join(root, 'src', path), 'utf8');
const types = readFileSync(join(installed, 'dist/verdict/verdict.d.ts'), 'utf8');
const { properties, $defs } = schema;

/** The words of a union in the declarations. */
function union(name) {
  const [, body] = new RegExp(`type ${name} =([^;]+);`).exec(types);
  return [...body.matchAll(/'([^']+)'/g)].map(([, word]) => word);
}

/** The variants of an enum as serde writes them. */
function variants(name, write) {
  const [, body] = new RegExp(`pub enum ${name} \\{([^}]+)\\}`).exec(rust('proof/verdict.rs'));
  const items = body.matchAll(/^ +(?:#\[serde\(rename = "([^"]+)"\)\]\s+)?([A-Z]\w+),/gm);
  return [...items].map(([, renamed, variant]) => renamed ?? write(variant));
}

const lower = (variant) => variant.toLowerCase();
const kebab = (variant) => lower(variant.replace(/(?!^)([A-Z])/g, '-$1'));

test('enumerations', () => {
  const checks = $defs.check.oneOf.map((check) => check.const);
  const item = (name) => properties[name].items.properties;
  const tables = [
    ['Status', properties.verdict.enum, variants('Status', lower)],
    ['Reason', properties.reasons.items.enum, variants('Reason', lower)],
    ['Check', checks, variants('Check', kebab)],
    ['Outcome', item('checks').outcome.enum, variants('Outcome', lower)],
    ['Severity', item('findings').severity.enum, variants('Severity', lower)],
    ['Format', properties.format.enum.filter(Boolean), ['conda', 'tar.bz2']],
    ['Basis', properties.trust.properties.basis.enum, ['tuf', 'content-trust', 'caller-digest', 'none']],
  ];
  for (const [name, inSchema, inRust] of tables) {
    assert.ok(inRust.length > 1, name);
    assert.deepEqual(inSchema, inRust, name);
    assert.deepEqual(union(name), inRust, name);
  }
});

test('members', () => {
  /** The members of an interface, with a question mark where they may be absent. */
  const members = (name) => {
    const [, body] = new RegExp(`interface ${name} \\{([^}]+)\\}`).exec(types);
    return [...body.matchAll(/readonly (\w+\??):/g)].map(([, member]) => member);
  };
  const described = ({ properties, required }) =>
    Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`));
  const tables = [
    ['Verdict', schema],
    ['Trust', properties.trust],
    ['PackageId', properties.package.oneOf[1]],
    ['ArchiveDigests', properties.digests],
    ['CheckReport', properties.checks.items],
    ['NotChecked', properties.notChecked.items],
    ['Finding', properties.findings.items],
  ];
  for (const [name, part] of tables) {
    assert.equal(part.additionalProperties, false, name);
    assert.deepEqual(members(name), described(part), name);
  }
});

test('what is installed', () => {
  const types = readFileSync(join(installed, 'dist/verdict/installed-verdict.d.ts'), 'utf8');
  const [, body] = /interface InstalledVerdict \{([^}]+)\}/.exec(types);
  const members = [...body.matchAll(/readonly (\w+\??):/g)].map(([, member]) => member);
  const { properties, required, additionalProperties } = installedSchema.$defs.verdict;
  assert.equal(additionalProperties, false);
  assert.deepEqual(members, required);
  assert.deepEqual(Object.keys(properties), required);
  const [, fields] = /pub struct InstalledVerdict \{([^]+?)\n\}/.exec(rust('proof/installed.rs'));
  const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
  const named = [...fields.matchAll(/^ {4}pub (\w+):/gm)].map(([, name]) => (name === 'status' ? 'verdict' : camel(name)));
  assert.deepEqual(named, required);
});

test('codes and limits', async () => {
  const { CORE_CODES } = await import(join(installed, 'dist/errors/codes.js'));
  const { LIMITS } = await import(join(installed, 'dist/options/limits.js'));
  const codes = [...rust('error/code.rs').matchAll(/^ {4}\w+ "([A-Z0-9_]+)" \w+$/gm)];
  assert.deepEqual([...CORE_CODES], codes.map(([, code]) => code));
  const source = rust('limits.rs');
  const [, body] = /fn default\(\) -> Self \{\s+Self \{([^}]+)\}/.exec(source);
  const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  for (const [name, value] of Object.entries(LIMITS)) {
    const [, expression] = new RegExp(`\\b${snake(name)}: ([^,]+),`).exec(body);
    const [number, shift = '0'] = expression.replaceAll('_', '').split(' << ');
    assert.equal(value, Number(number) * 2 ** Number(shift), name);
  }
  assert.equal(body.trim().split('\n').length, Object.keys(LIMITS).length);
  const rows = readFileSync(join(root, 'docs/limits.md'), 'utf8').matchAll(/^\| `(\w+)` \| (\d+) \| /gm);
  assert.deepEqual([...rows].map(([, name, value]) => [name, Number(value)]), Object.entries(LIMITS));
});

test('the schema of what is installed needs no other one, and says the same', () => {
  const alone = new Ajv2020({ strict: true, allowUnionTypes: true });
  assert.equal(typeof alone.compile(installedSchema), 'function');
  const { $defs: own } = installedSchema;
  for (const name of ['reasons', 'trust', 'package', 'digests', 'checks', 'notChecked', 'findings', 'findingsOmitted', 'lowered']) {
    assert.deepEqual(own[name], properties[name], name);
    assert.ok(JSON.stringify(installedSchema.$defs.verdict).includes(`"#/$defs/${name}"`), name);
  }
  assert.deepEqual(own.check, $defs.check);
});
