// --help: every command's, with all of its options, examples that are none of wishes, and exit statuses.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { run } from './support/command-line.mjs';
import { installed } from './support/places.mjs';

const part = (name) => import(pathToFileURL(join(installed, 'dist/cli', `${name}.js`)));
const { ALL, OPTIONS } = await part('option-table');
const { readInvocation } = await part('invocation');
const { help } = await part('help');

const texts = Object.fromEntries(ALL.map((command) => [command, help(command)]));

test('it is the text that is printed', async () => {
  for (const command of ALL) {
    const { status, stdout, stderr } = await run([command, '--help']);
    assert.deepEqual([status, stdout, stderr], [0, texts[command], '']);
  }
  assert.equal((await run(['--help'])).stdout, help(undefined));
});

test('it has every option of its command, and no other', () => {
  for (const [command, text] of Object.entries(texts)) {
    // Where options are explained; they may share a line that names another command's help.
    const lines = text.split('\n').filter((line) => /^ {2}--/.test(line));
    const told = new Set(lines.flatMap((line) => [...line.matchAll(/--[\w-]+/g)].map(([option]) => option.slice(2))));
    const known = Object.entries(OPTIONS).filter(([, { of }]) => of.includes(command)).map(([name]) => name);
    for (const name of known) if (name !== 'version') assert.ok(told.has(name) || text.includes(`\n  --${name}`), `${command} --${name}`);
    for (const name of told) assert.ok(known.includes(name), `${command} --${name}`);
  }
});

test('it begins with its command, fits 80 columns, and ends with examples and exit statuses', () => {
  for (const [command, text] of [...Object.entries(texts), ['COMMAND', help(undefined)]]) {
    assert.ok(text.startsWith(`conda-verifier ${command}`), command);
    for (const line of text.split('\n')) assert.ok(line.length <= 80 || line.includes('https://'), line);
    assert.match(text, /\nExamples:[^]*\nExit status: /, command);
    assert.doesNotMatch(text, /[ \t]\n|\n\n\n|\t/, command);
    assert.ok(text.endsWith('\n') && !text.endsWith('\n\n'), command);
  }
});

test('its examples are calls that are understood', () => {
  let seen = 0;
  for (const [command, text] of Object.entries({ ...texts, general: help(undefined) })) {
    if (command === 'completions') continue;
    const [, examples] = /\nExamples:\n\n([^]*?)\n\n(?=Exit|--json)/.exec(text);
    const calls = examples.replaceAll('\\\n', ' ').split('\n').map((line) => line.trim());
    for (const call of calls) {
      const [program, ...words] = call.replace(/ \| .*$/, '').split(/ +/);
      assert.equal(program, 'conda-verifier', call);
      // A shell would have put names in their place, and nobody writes a digest out.
      const argv = words.map((word) => word.replace('*', 'x').replace(/^0a1b\.\.\.$/, '0a1b'.repeat(16)));
      const invocation = readInvocation(argv);
      assert.equal(invocation.command, words[0], call);
      seen++;
    }
  }
  assert.ok(seen >= 15, `${seen}`);
});

test('the general text names every command', () => {
  for (const command of ALL) assert.match(help(undefined), new RegExp(`^  ${command} [A-Z]+`, 'm'));
});

test('README and help give the same exit statuses', () => {
  const readme = readFileSync(join(installed, 'README.md'), 'utf8');
  const table = readme.slice(readme.indexOf('### Exit status'));
  for (const status of [0, 1, 2, 3, 4]) {
    assert.match(table, new RegExp(`^\\| ${status} \\| `, 'm'));
    assert.match(help(undefined), new RegExp(`\\b${status} \\w`));
  }
});

test('--json is an option of every command that answers', () => {
  assert.deepEqual(OPTIONS.json.of, ALL.filter((command) => command !== 'completions'));
});
