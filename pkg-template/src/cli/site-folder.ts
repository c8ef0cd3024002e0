import { fstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

import { isAbsent, unreadable } from '../files/file-errors.js';
import { quoted } from '../printable.js';
import type { Open } from './channel-report.js';
import { type Walked, walk } from './file-walk.js';
import { FolderTree } from './folder-tree.js';
import { globs } from './glob.js';
import { UsageError } from './usage-error.js';

/** A folder of which there is a manifest, or shall be one. */
export class SiteFolder {
  readonly tree: FolderTree;
  readonly #real: string;
  readonly #isExcluded: (path: string) => boolean;
  readonly #own: string | undefined;
  #leftOut = 0;

  /**
   * @param exclude Patterns of what is left out.
   * @param manifest The manifest's own file: where it is in the folder, it is left out. Undefined
   *   where it goes to standard output.
   * @throws VerifierError FILE_UNREADABLE.
   */
  constructor(folder: string, exclude: readonly string[], manifest: string | undefined) {
    this.#real = realFolder(folder);
    this.tree = new FolderTree(this.#real, folder);
    this.#isExcluded = globs(exclude);
    this.#own = manifest === undefined ? undefined : pathIn(this.#real, manifest);
  }

  /** What a manifest says nothing of, once all was walked through; `done` is what was done with the rest. */
  notChecked(done: 'listed' | 'compared'): readonly Open[] {
    const left = this.#leftOut;
    const words = left === 1 ? '1 file or folder that --exclude names is' : `${left} files or folders that --exclude names are`;
    return [
      ...(left === 0 ? [] : [{ check: 'excluded', reason: `${words} not ${done}` }]),
      { check: 'modes, times, empty folders', reason: 'a manifest has none of them' },
    ];
  }

  /**
   * What is there. `isWanted` is told of what would be left out: a file that is listed is wanted
   * all the same, and a folder where one is below it.
   */
  walk(isWanted: (path: string) => boolean = () => false): Generator<Walked> {
    const isOutput = outputIn(this.#real);
    return walk(this.tree, (path) => {
      if (isWanted(path)) return false;
      if (path === this.#own || isOutput(path)) return true;
      if (!this.#isExcluded(path)) return false;
      this.#leftOut++;
      return true;
    });
  }
}

/** Where a file is below a folder; undefined where it is elsewhere, or in no folder that is there. */
function pathIn(real: string, file: string): string | undefined {
  try {
    const path = relative(real, join(realpathSync(dirname(resolve(file))), basename(file)));
    return path.split(sep).join('/');
  } catch {
    return undefined;
  }
}

/** Whether a path is that of standard output: a shell makes the file before anything is written. */
function outputIn(real: string): (path: string) => boolean {
  const output = facts(() => fstatSync(1));
  if (output?.isFile() !== true) return () => false;
  return (path) => {
    const file = facts(() => statSync(join(real, path)));
    return file !== undefined && file.dev === output.dev && file.ino === output.ino;
  };
}

function facts<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

function realFolder(folder: string): string {
  let isFolder: boolean;
  try {
    isFolder = statSync(folder).isDirectory();
    if (isFolder) return realpathSync(folder);
  } catch (error) {
    throw unreadable(folder, error, isAbsent(error) ? { ENOENT: 'Check the path: name a folder.' } : {});
  }
  throw new UsageError(`manifest takes a folder, and ${quoted(folder)} names a file`);
}
