// The command line as npm installs it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { install } from './places.mjs';

/** The program. */
export const BIN = join(install, 'node_modules', '.bin', 'conda-verifier');

/** Runs it to its end. */
export async function run(args, { env = {}, input, cwd = install } = {}) {
  const child = start(args, { env, cwd });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  // Who is refused for another reason does not read on.
  child.stdin.on('error', () => undefined).end(input);
  const [status, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (...result) => resolve(result));
  });
  return { status, signal, stdout, stderr, lines: stdout.split('\n').filter(Boolean) };
}

/** Starts it. The environment is ours alone, so that the tester's changes nothing. */
export function start(args, { env = {}, cwd = install } = {}) {
  const { PATH } = process.env;
  return spawn(process.execPath, [BIN, ...args], { cwd, env: { PATH, LANG: 'C.UTF-8', ...env } });
}

/** Runs it with --json; gives the verdicts too. */
export async function runJson(args, options) {
  const result = await run([...args, '--json'], options);
  return { ...result, verdicts: result.lines.map((line) => JSON.parse(line)) };
}
