import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { unwritable } from './file-errors.js';

/**
 * Puts content in the place of a file, as a whole or not at all. One at a time: under a lock,
 * or with a name of its own for what is not whole yet.
 */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  // One name: what a process that was killed has left goes with the next one.
  part = `${path}.part`,
): void {
  try {
    rmSync(part, { force: true });
    // Not through a link that somebody put there.
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0o666;
    const descriptor = openSync(part, 'wx', mode & 0o777);
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(part, path);
  } catch (error) {
    remove(part);
    throw unwritable(path, error);
  }
  syncFolder(dirname(path));
}

function remove(part: string): void {
  try {
    rmSync(part, { force: true });
  } catch {
    // The next one tries again.
  }
}

/** So that the new name outlives a loss of power, where the system can do that. */
function syncFolder(path: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    fsyncSync(descriptor);
  } catch {
    // The content is whole in either case.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
