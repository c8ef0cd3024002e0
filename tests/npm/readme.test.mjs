// The README's examples run as they stand, and print what their comments say.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { install, installed } from './support/places.mjs';
import { bytesOf, sha256, small } from './support/samples.mjs';
import { serve } from './support/server.mjs';

const readme = readFileSync(join(installed, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/^<!-- runs: (.+) -->\n```js\n([^]*?)^```$/gm)];

test('every example in JavaScript runs somewhere', () => {
  assert.equal(examples.length, readme.match(/^```js$/gm).length);
  assert.ok(examples.length >= 3);
});

for (const [index, [, where, code]] of examples.entries()) {
  if (!where.includes('node')) continue;
  test(`example ${index + 1}`, async (t) => {
    const url = await serve(t);
    const file = join(install, `example-${index + 1}.mjs`);
    const given = { channel: url, url: `${url}/${small}`, sha256: sha256(bytesOf(small)) };
    const names = Object.entries(given).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
    writeFileSync(file, names.join('') + code);
    const child = spawn(process.execPath, [file], { cwd: install, stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (printed += text));
    assert.equal(await new Promise((resolve) => child.once('close', resolve)), 0);
    const promised = [...code.matchAll(/^ *console\.log\(.*\); \/\/ (.+)$/gm)].map(([, words]) => words);
    assert.ok(promised.length > 0);
    assert.deepEqual(printed.trim().split('\n'), promised);
  });
}
