// `conda-verifier channel` on the generator's signed channel.
import assert from 'node:assert/strict';

import { run } from './command-line.mjs';
import { checkChannel } from './schema.mjs';
import { trusting } from './signed.mjs';

/** Runs it with --json; gives the document too, which the schema describes. */
export async function inspect(place, ...options) {
  const result = await run(['channel', place, ...trusting, '--json', ...options]);
  assert.equal(result.lines.length, 1, result.stdout + result.stderr);
  const report = JSON.parse(result.stdout);
  checkChannel(report);
  assert.equal(report.channel, place);
  return { ...result, report };
}

/** The codes of findings and errors, sorted, each once. */
export const codesOf = (items) => [...new Set(items.map(({ code }) => code))].sort();
