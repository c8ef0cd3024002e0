// The schemas that the package ships, as its public names give them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Ajv2020 } from 'ajv/dist/2020.js';

const read = (name) =>
  JSON.parse(readFileSync(fileURLToPath(import.meta.resolve(`conda-verifier/schema/${name}.json`)), 'utf8'));

export const schema = read('verdict');
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
const validate = ajv.compile(schema);
// The channel's refers to it.
const validateTarget = ajv.compile(read('target'));
const validateChannel = ajv.compile(read('channel'));
export const installedSchema = read('installed');
const validateInstalled = ajv.compile(installedSchema);
export const isManifest = ajv.compile(read('manifest'));

/** Fails where a manifest of files is not what the schema describes. */
export function checkManifest(manifest) {
  check(isManifest, manifest);
}

const validateManifestReport = ajv.compile(read('manifest-report'));

/** Fails where what `manifest --json` prints is not what the schema describes. */
export function checkManifestReport(report) {
  check(validateManifestReport, report);
}

/** Fails where a verdict is not what the schema describes. */
export function checkVerdict(verdict) {
  check(validate, verdict);
}

/** Fails where an answer about a channel is not what the schema describes. */
export function checkChannel(report) {
  check(validateChannel, report);
}

/** Fails where an answer about a target is not what the schema describes. */
export function checkTarget(report) {
  check(validateTarget, report);
}

/** Fails where an answer about what is installed is not what the schema describes. */
export function checkInstalled(report) {
  check(validateInstalled, report);
}

function check(validate, data) {
  assert.ok(validate(data), () => `${JSON.stringify(validate.errors)}\n${JSON.stringify(data)}`);
}
