// The examples of the README and the guide run as they stand, and print what their comments say.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { blocks, examples, promised, routes, runnable } from './support/examples.mjs';
import { install, installed } from './support/places.mjs';
import { serve } from './support/server.mjs';

test('every example in JavaScript runs somewhere', () => {
  assert.equal(examples.length, blocks);
  assert.ok(examples.length >= 3);
  // The places where tests run them: here, browser.test.mjs and workerd.test.mjs.
  for (const { where } of examples) {
    for (const place of where) assert.ok(['node', 'browser', 'workerd'].includes(place), place);
  }
});

for (const example of examples) {
  if (!example.where.includes('node')) continue;
  test(example.name, async (t) => {
    const url = await serve(t, routes);
    const file = join(install, `example-${example.name.replaceAll(/\W/g, '-')}.mjs`);
    writeFileSync(file, runnable(example, url));
    const child = spawn(process.execPath, [file], { cwd: install, stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (printed += text));
    assert.equal(await new Promise((resolve) => child.once('close', resolve)), 0);
    assert.ok(promised(example).length > 0);
    assert.deepEqual(printed.trim().split('\n'), promised(example));
  });
}

test('the import map of the README names what package.json exports', () => {
  const [, text] = /<script type="importmap">\n([^]*?)<\/script>/.exec(readFileSync(join(installed, 'README.md'), 'utf8'));
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  for (const [name, path] of Object.entries(JSON.parse(text).imports)) {
    const entry = exports[name.replace('conda-verifier', '.')].default;
    assert.equal(path, `/node_modules/conda-verifier${(entry.default ?? entry).slice(1)}`, name);
  }
});
