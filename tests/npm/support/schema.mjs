// The schema that the package ships, as its public name gives it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Ajv2020 } from 'ajv/dist/2020.js';

export const schema = JSON.parse(
  readFileSync(fileURLToPath(import.meta.resolve('conda-verifier/schema/verdict.json')), 'utf8'),
);

const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

/** Fails where a verdict is not what the schema describes. */
export function checkVerdict(verdict) {
  assert.ok(validate(verdict), () => `${JSON.stringify(validate.errors)}\n${JSON.stringify(verdict)}`);
}
