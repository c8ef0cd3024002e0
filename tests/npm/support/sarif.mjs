// Logs in SARIF, checked. The schema is the one of the specification, SARIF 2.1.0.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { Ajv } from 'ajv';

import { run } from './command-line.mjs';
import { root } from './places.mjs';

// The file alone: the matchers beside it are of a test runner that is none of ours.
const place = join(dirname(createRequire(join(root, 'package.json')).resolve('@microsoft/jest-sarif/package.json')), 'lib/schemas/sarif-2.1.0-rtm.5.json');
const { $schema, id, ...schema } = JSON.parse(readFileSync(place, 'utf8'));
assert.deepEqual([$schema, schema.title], ['http://json-schema.org/draft-04/schema#', 'Static Analysis Results Format (SARIF) Version 2.1.0-rtm.5 JSON Schema']);

/** Whether something is a log; says in `errors` why not. */
export const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true }).compile(schema);

/** A folder that goes with the test. */
export function temporary(t) {
  const path = mkdtempSync(join(tmpdir(), 'conda-verifier-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** The log as the schema has it, and as GitHub asks for it beyond that. */
export function checked(text) {
  const log = JSON.parse(text);
  assert.ok(validate(log), JSON.stringify(validate.errors));
  assert.doesNotMatch(text, /[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
  const [one, ...more] = log.runs;
  assert.equal(more.length, 0);
  const { rules } = one.tool.driver;
  assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
  const prints = one.results.map(({ partialFingerprints }) => partialFingerprints['condaVerifier/v1']);
  assert.equal(new Set(prints).size, prints.length);
  for (const { ruleId, ruleIndex, level, message, locations } of one.results) {
    assert.equal(rules[ruleIndex].id, ruleId);
    assert.ok(['error', 'warning', 'note'].includes(level));
    assert.match(message.text, /^[^a-z].*\.$/s);
    const [{ physicalLocation }] = locations;
    assert.ok(URL.canParse(physicalLocation.artifactLocation.uri, 'file:///base/'));
    assert.ok(physicalLocation.region.startLine === 1);
  }
  for (const rule of rules) assert.ok(rule.shortDescription.text.endsWith('.') && rule.help.text.endsWith('.'), rule.id);
  return one;
}

/** Runs a command with --sarif beside the same without it. */
export async function both(t, args, options = {}) {
  const file = join(temporary(t), 'log.sarif');
  const plain = await run(args, options);
  const result = await run([...args, '--sarif', file], options);
  assert.deepEqual([result.status, result.stdout, result.stderr], [plain.status, plain.stdout, plain.stderr]);
  const log = checked(readFileSync(file, 'utf8'));
  assert.equal(log.invocations[0].exitCode, plain.status);
  const uris = log.results.map(({ ruleId, level, locations: [{ physicalLocation: { artifactLocation } }] }) => `${level} ${ruleId} ${artifactLocation.uri}`);
  return { ...plain, log, uris };
}
