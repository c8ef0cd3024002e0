// What conda-verifier installed is run on, and its answers.
import { join } from 'node:path';

import { Verifier } from 'conda-verifier';

import { runJson } from './command-line.mjs';
import { archive, linked, unpack, writeEnvironment } from './installed.mjs';
import { bytesOf } from './samples.mjs';
import { checkInstalled } from './schema.mjs';
import { emptyFolder } from './signed.mjs';

/** The package, unpacked into a folder of its name. */
export async function unpacked(t) {
  const folder = join(emptyFolder(t), 'hello-1.0-pyh0_0');
  await unpack(await Verifier.create(), folder, bytesOf(archive));
  return folder;
}

export function environment(t, client = 'conda') {
  const folder = emptyFolder(t);
  writeEnvironment(folder, linked(client));
  return folder;
}

/** Runs it with --json; the last answer is about the environment. */
export async function answers(args) {
  const { status, verdicts, stderr } = await runJson(['installed', ...args]);
  verdicts.forEach(checkInstalled);
  return { status, stderr, verdicts: verdicts.filter((it) => 'verdict' in it), report: verdicts.find((it) => 'environment' in it) };
}
