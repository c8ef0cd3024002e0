// What the check gives under this Node.js, which the others are compared with.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { folderOf } from './folder.mjs';

const RUN = new URL('../run.mjs', import.meta.url);

/** Runs the check in a program, with a folder to keep something in; gives what it gave. */
export const run = (program, options, url, folder) => runScript(program, options, RUN, [url, folder]);

/** Runs a script in a program; gives what it printed as JSON. */
export async function runScript(program, options, script, args) {
  const child = spawn(program, [...options, fileURLToPath(script), ...args], {
    // Installed packages are looked for here.
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (errors += text));
  const [status] = await once(child, 'close');
  assert.equal(status, 0, `${program} ended with ${status}: ${errors}`);
  return JSON.parse(output);
}

/** Compares what a runtime gave with what this Node.js gives, from the same server. */
export async function compare(t, url, report) {
  const reference = await run(process.execPath, [], url, folderOf(t));
  assert.deepEqual(Object.keys(report), Object.keys(reference.report));
  for (const [name, gave] of Object.entries(reference.report)) {
    // As both are after JSON, where an absent member is one that is undefined.
    await t.test(name, () => assert.deepEqual(report[name], gave));
  }
}
