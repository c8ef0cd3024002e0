// The generator's signed channel, and attacks on it.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { fixtures, pathOf } from './samples.mjs';

const { folder, root, now, expires, victim, honest } = fixtures.signed;

/** The channel, the root to pin, the time that all of it is for, and when its roles expire. */
export const signed = pathOf(folder);
export const pinned = join(signed, root);
export { expires, honest, now, victim };

/** What every call on the channel is told. */
export const trusting = ['--root', pinned, '--now', now];

/** The attack of that name. */
export function attack(way) {
  const found = fixtures.attacks.find((attack) => attack.way === way);
  if (found === undefined) throw new Error(`there is no attack ${way}`);
  return found;
}

/** All attacks. */
export const { attacks } = fixtures;

/** An empty folder, which is gone after the test. */
export function emptyFolder(test) {
  const path = mkdtempSync(join(tmpdir(), 'conda-verifier-'));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A copy of the channel that may be changed. */
export function copyOf(test) {
  const path = join(emptyFolder(test), 'channel');
  cpSync(signed, path, { recursive: true });
  return path;
}

/** Changes a copy of the channel as an attack does. */
export function strike(copy, way) {
  const { folder, removed } = attack(way);
  if (existsSync(pathOf(folder))) cpSync(pathOf(folder), copy, { recursive: true });
  for (const path of removed) rmSync(join(copy, path));
}

/** The attacked channel, of links to the files that it is made of. */
export function attacked(test, way) {
  const path = emptyFolder(test);
  const { folder, removed } = attack(way);
  for (const from of [pathOf(folder), signed]) {
    for (const file of existsSync(from) ? filesOf(from) : []) {
      const link = join(path, file);
      if (removed.includes(file) || existsSync(link)) continue;
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(from, file), link);
    }
  }
  return path;
}

function filesOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((file) => join(file.parentPath ?? file.path, file.name).slice(folder.length + 1));
}
