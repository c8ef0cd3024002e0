// What clients make of a package in an environment, as data and as folders.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { fixtures, pathOf } from './samples.mjs';

const { prefix, clients, package: archive } = fixtures.installed;

/** The environment's path, the archive, and the clients. */
export { archive, prefix };
export const names = Object.keys(clients);

/** What a client made: the record, and the files as `{ path, bytes }` or `{ path, target }`. */
export function linked(client) {
  const { record, files } = JSON.parse(readFileSync(pathOf(clients[client]), 'utf8'));
  return {
    record,
    files: files.map(({ path, hex, target }) =>
      target === undefined ? { path, bytes: new Uint8Array(Buffer.from(hex, 'hex')) } : { path, target },
    ),
  };
}

/** The listing that `verifyInstalled` takes. */
export function listing(files) {
  return files.map(({ path, bytes, target }) =>
    target === undefined
      ? { path, type: 'file', size: bytes.length, read: () => bytes }
      : { path, type: 'symlink', size: target.length, target },
  );
}

/** Writes an environment. */
export function writeEnvironment(folder, { record, files }, name = 'hello-1.0-pyh0_0.json') {
  mkdirSync(join(folder, 'conda-meta'), { recursive: true });
  writeFileSync(join(folder, 'conda-meta', name), JSON.stringify(record));
  writeFileSync(join(folder, 'conda-meta', 'history'), '');
  for (const { path, bytes, target } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (target === undefined) writeFileSync(join(folder, path), bytes);
    else symlinkSync(target, join(folder, path));
  }
}

/** Unpacks the archive into a folder, as a client does that takes its files from a verifier. */
export async function unpack(verifier, folder, bytes) {
  await verifier.verifyPackage(bytes, {}, {
    onFile({ path, type, bytes, target }) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      if (type === 'symlink') symlinkSync(target, join(folder, path));
      else if (type === 'file') writeFileSync(join(folder, path), bytes);
    },
  });
}
