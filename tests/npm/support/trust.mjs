// The generator's signed channel, and every attack on it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Verifier } from 'conda-verifier';

import { bytesOf, fixtures, pathOf } from './samples.mjs';

const { folder, now, expires, victim: victimPath } = fixtures.signed;

/** The time at which the channel is good, and the one from which on it is not. */
export { now, expires };

/** The URL that the channel goes by. */
export const CHANNEL = 'https://example.org/channel/';

/** The subdir, and a package of which attacks spoil the record. */
export const [subdir, victim] = victimPath.split('/');
export const honestNames = fixtures.signed.honest.map((path) => path.split('/').at(-1));

/** A file of the channel, by its path below the channel. */
export const fileOf = (path) => bytesOf(join(folder, path));

/** The files of the honest channel: a function from paths to bytes, or undefined. */
export const honest = (path) => (existsSync(pathOf(join(folder, path))) ? fileOf(path) : undefined);

/** The files of a channel that was attacked. */
export function attacked(attack) {
  return (path) => {
    if (attack.removed.includes(path)) return undefined;
    const changed = join(attack.folder, path);
    return existsSync(pathOf(changed)) ? bytesOf(changed) : honest(path);
  };
}

/** An attack by its name. */
export function attackOf(way) {
  const found = fixtures.attacks.find((attack) => attack.way === way);
  if (found === undefined) throw new Error(`there is no attack ${way}`);
  return found;
}

/** The files, of which some are others, or null for none. */
export const but = (files, others) => (path) =>
  path in others ? (others[path] === null ? undefined : Buffer.from(others[path])) : files(path);

/** Serves files as a fetcher does; notes what was asked for. */
export function fetcherOf(files, asked = []) {
  return async (url) => {
    const path = url.href.slice(CHANNEL.length);
    asked.push(path);
    const bytes = files(path);
    return bytes === undefined ? new Response('not found', { status: 404 }) : new Response(bytes);
  };
}

/** A verifier that trusts the root of a channel and nothing else yet. */
export const pinned = (options = {}, files = honest) =>
  Verifier.create({ trustedRoot: files('root.json'), channel: CHANNEL, now, ...options });

/** A verifier that trusts a channel, with its repodata. */
export async function trusting(options = {}, files = honest) {
  const verifier = await pinned(options, files);
  await verifier.refresh(fetcherOf(files));
  await verifier.addRepodata(subdir, files(`${subdir}/repodata.json`));
  return verifier;
}

/** A refresh by hand, file by file; gives what was to be kept. */
export function refreshByHand(verifier, files) {
  const kept = [];
  for (let want = verifier.next(); want !== null; want = verifier.next()) {
    const bytes = files(want.path);
    if (bytes === undefined) verifier.unavailable(want, 404);
    else kept.push(...verifier.update(want, bytes).persist);
  }
  return kept;
}

/** An error of a call that has to fail. */
export async function failure(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error(`it did not fail: ${call}`);
}
