// conda-verifier completions: made of the tables that arguments are read by, and read by the shells themselves.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { run } from './support/command-line.mjs';
import { installed } from './support/places.mjs';

const part = (name) => import(pathToFileURL(join(installed, 'dist', `${name}.js`)));
const { ALL, COMMANDS, OPTIONS } = await part('cli/option-table');
const { LIMITS } = await part('options/limits');
const { PROFILES } = await part('options/settings');
const { KNOWN_SUBDIRS } = await part('cli/subdirs');
const { CODE_TABLE } = await part('cli/code-table');

const optionsOf = (command) => Object.entries(OPTIONS).filter(([, { of }]) => of.includes(command)).map(([name]) => `--${name}`);
const codes = Object.entries(CODE_TABLE).filter(([, row]) => ['adjustable', 'advisory'].includes(row.class)).map(([code]) => code);
const scripts = {};
for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
  const { status, stdout, stderr } = await run(['completions', shell]);
  assert.deepEqual([status, stderr], [0, '']);
  scripts[shell] = stdout;
}

function written(t, shell) {
  const folder = mkdtempSync(join(tmpdir(), 'conda-verifier-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, `completions.${shell}`);
  writeFileSync(file, scripts[shell]);
  return file;
}

function there(t, shell) {
  if (spawnSync(shell, ['--version']).status === 0) return true;
  t.skip(`${shell} is not installed, so its completions were not tried`);
  return false;
}

/** What a shell says. */
function said(command, args, options) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options });
  assert.deepEqual([status, stderr], [0, ''], args.join(' '));
  return stdout.split('\n').filter(Boolean);
}

test('every command and option explains itself in a few words', () => {
  assert.deepEqual(ALL, Object.keys(COMMANDS));
  for (const [name, { about }] of [...Object.entries(COMMANDS), ...Object.entries(OPTIONS)]) {
    // No word of a shell.
    assert.match(about, /^[\w ,=:.-]{5,60}$/, name);
  }
  for (const [name, { type, takes }] of Object.entries(OPTIONS)) assert.equal(takes !== undefined, type === 'string', name);
});

test('every script has every command, option and word', () => {
  for (const [shell, script] of Object.entries(scripts)) {
    const dashes = shell === 'fish' ? '-l ' : '--';
    const words = [...ALL, ...PROFILES, ...KNOWN_SUBDIRS, ...codes, ...Object.keys(LIMITS), ...Object.keys(OPTIONS).map((name) => dashes + name), 'sizes', 'digests', 'bash', 'zsh', 'fish', 'powershell'];
    for (const word of words) assert.ok(script.includes(word), `${shell}: ${word}`);
    // A policy can't change these.
    for (const word of ['SHA256_MISMATCH=', 'PATH_UNSAFE=']) assert.doesNotMatch(script, new RegExp(`(?<!\\w)${word}`), `${shell}: ${word}`);
    assert.ok(script.endsWith('\n') && !/undefined|\[object/.test(script), shell);
  }
});

test('bash', (t) => {
  if (!there(t, 'bash')) return;
  const file = written(t, 'bash');
  said('bash', ['-n', file]);
  const source = `set -u; source "$0"; COMP_CWORD=$(($# - 1)); COMP_WORDS=("$@"); _conda_verifier; printf '%s\\n' "\${COMPREPLY[@]-}"`;
  // As bash takes a line apart: an = is a word.
  const complete = (...words) => said('bash', ['-c', source, file, 'conda-verifier', ...words]);
  assert.deepEqual(complete(''), [...ALL, '--help', '--version']);
  assert.deepEqual(complete('ins'), ['inspect', 'installed']);
  for (const command of ALL) assert.deepEqual(complete(command, '--'), optionsOf(command), command);
  assert.deepEqual(complete('package', '--pro'), ['--profile']);
  assert.deepEqual(complete('package', 'x.conda', '--profile', ''), PROFILES);
  assert.deepEqual(complete('package', '--profile', '=', 'le'), ['lenient']);
  assert.deepEqual(complete('package', '--profile', '='), PROFILES);
  assert.deepEqual(complete('package', '--policy', ''), ['throw', 'warn', 'ignore', ...codes.map((code) => `${code}=`)]);
  assert.deepEqual(complete('package', '--policy', 'FILE_UNLISTED', '='), ['throw', 'warn', 'ignore']);
  assert.deepEqual(complete('package', '--policy', 'FILE_UNLISTED', '=', 'wa'), ['warn']);
  assert.deepEqual(complete('package', '--policy', '=', 'FILE_UNLISTED', '=', 'wa'), ['warn']);
  assert.deepEqual(complete('channel', 'x', '--limit', 'entr'), ['entries=']);
  assert.deepEqual(complete('channel', 'x', '--limit', 'entries', '=', '1'), []);
  assert.deepEqual(complete('channel', 'x', '--subdir', 'osx'), ['osx-64', 'osx-arm64']);
  assert.deepEqual(complete('installed', 'x', '--level', ''), ['sizes', 'digests']);
  assert.deepEqual(complete('completions', ''), ['bash', 'zsh', 'fish', 'powershell']);
  // What is on the line is completed, never run.
  const trap = join(dirname(file), 'ran');
  for (const word of [`$(touch ${trap})`, `\`touch ${trap}\``, `'$(touch ${trap})'`, `$((a[$(touch ${trap})]))`]) {
    for (const option of ['--policy', '--limit', '--profile', '--subdir']) {
      const lines = [[option, word], [option, word, '='], [option, word, '=', 'w'], [option, '=', word, '=', 'w'], [option, '=', word], [word, '=', '']];
      for (const words of lines) {
        complete('package', ...words);
        complete(...words);
      }
    }
    said('bash', ['-c', `COMP_WORDBREAKS=' '; ${source}`, file, 'conda-verifier', 'package', '--policy', `${word}=w`]);
    assert.ok(!existsSync(trap), word);
  }
  // Paths are left to the shell.
  for (const words of [['package', ''], ['package', '--root', ''], ['manifest', ''], ['nothing', '--'], ['package', '--sha256', '']]) {
    assert.deepEqual(complete(...words), [], words.join(' '));
  }
  const other = `COMP_WORDBREAKS=' '; ${source}`;
  assert.deepEqual(said('bash', ['-c', other, file, 'conda-verifier', 'package', '--policy', 'FILE_UNLISTED=wa']), ['FILE_UNLISTED=warn']);
  assert.deepEqual(said('bash', ['-c', other, file, 'conda-verifier', 'package', '--profile=le']), ['--profile=lenient']);
  assert.match(said('bash', ['-c', `source "$0"; complete -p conda-verifier`, file]).join(), /-F _conda_verifier conda-verifier$/);
});

test('zsh', (t) => {
  if (!there(t, 'zsh')) return;
  const file = written(t, 'zsh');
  said('zsh', ['-f', '-n', file]);
  // What it asks zsh's own functions for.
  const stubs = `
    compdef() { print -r -- "compdef $*" }
    compset() { [[ "$PREFIX" == *=* ]] }
    compadd() { print -rl -- "$@" }
    _describe() { print -rl -- "\${(@P)2}" }
    _arguments() { if [[ "$1" == -C ]]; then state=$wanted; return 1; else print -rl -- "$@"; fi }
    source "$0"`;
  const ask = (code, wanted, ...words) => said('zsh', ['-f', '-c', `${stubs} > /dev/null; wanted=${wanted}; words=("$@"); ${code}`, file, ...words]);
  assert.deepEqual(said('zsh', ['-f', '-c', stubs, file]), ['compdef _conda_verifier conda-verifier']);
  assert.deepEqual(ask('_conda_verifier', 'command'), ALL.map((command) => `${command}:${COMMANDS[command].about}`));
  for (const command of ALL) {
    const specs = ask('_conda_verifier', 'rest', command, '');
    assert.deepEqual(specs.slice(0, -1).map((spec) => /^\*?(--[\w-]+)=?\[/.exec(spec)?.[1]), optionsOf(command), command);
    assert.match(specs.at(-1), /^\*:\w+:/);
  }
  assert.ok(ask('_conda_verifier', 'rest', 'package').includes('--profile=[the levels to begin with]:profile:(install lint lenient)'));
  assert.deepEqual(ask('PREFIX=FILE_UNLISTED=; _conda_verifier_policy', ''), ['--', 'throw', 'warn', 'ignore']);
  assert.deepEqual(ask('PREFIX=; _conda_verifier_policy', '').slice(5), ['--', ...codes.map((code) => `${code}=`)]);
});

test('fish', (t) => {
  if (!there(t, 'fish')) return;
  const file = written(t, 'fish');
  said('fish', ['--no-config', '--no-execute', file]);
  const complete = (line) => said('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], { cwd: installed }).map((found) => found.split('\t')[0]);
  assert.deepEqual(complete('conda-verifier '), [...ALL].sort());
  for (const command of ALL) {
    const found = complete(`conda-verifier ${command} --`);
    assert.deepEqual(found.sort(), optionsOf(command).sort(), command);
  }
  assert.deepEqual(complete('conda-verifier package --profile l'), ['lenient', 'lint']);
  assert.deepEqual(complete('conda-verifier package --policy FILE_UNLISTED='), ['FILE_UNLISTED=ignore', 'FILE_UNLISTED=throw', 'FILE_UNLISTED=warn']);
  assert.deepEqual(complete('conda-verifier channel x --subdir osx'), ['osx-64', 'osx-arm64']);
  assert.deepEqual(complete('conda-verifier completions p'), ['powershell']);
  assert.deepEqual(complete('conda-verifier manifest sche'), ['schema/']);
  assert.deepEqual(complete('conda-verifier package READ'), ['README.md']);
});

test('PowerShell: its script is well-formed as far as that can be told without it', () => {
  const { powershell } = scripts;
  for (const [open, close] of ['{}', '()', '[]']) {
    const bare = powershell.replace(/'[^'\n]*'/g, "''");
    assert.equal(bare.split(open).length, bare.split(close).length, open);
  }
  assert.match(powershell, /^Register-ArgumentCompleter -Native -CommandName 'conda-verifier' -ScriptBlock \{$/m);
  for (const line of powershell.split('\n')) assert.equal((line.match(/'/g) ?? []).length % 2, 0, line);
});

test('wrong usage', async () => {
  for (const [args, words] of [
    [[], 'name a shell: bash, zsh, fish, powershell'],
    [['bash', 'zsh'], 'name one shell, not 2'],
    [['bsh'], 'completions for "bsh" are not known; did you mean bash?'],
    [['tcsh-of-old'], 'completions for "tcsh-of-old" are not known; there are bash, zsh, fish, powershell'],
    [['bash', '--json'], 'completions takes no --json'],
  ]) {
    const { status, stdout, stderr } = await run(['completions', ...args]);
    assert.deepEqual([status, stdout], [2, '']);
    assert.ok(stderr.startsWith(`conda-verifier: ${words}`), stderr);
    assert.match(stderr, / \(see conda-verifier completions --help\)\n$/);
  }
});
