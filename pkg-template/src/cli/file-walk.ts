import { createHash } from 'node:crypto';

import { VerifierError } from '../errors/verifier-error.js';
import type { ListedFile } from '../manifest/site-manifest.js';
import type { FolderTree, TreeFile } from './folder-tree.js';

/** Something in a folder, or why nothing can be told of it. */
export type Walked =
  | { readonly path: string; readonly file: TreeFile; readonly error?: undefined }
  | { readonly path: string; readonly file?: undefined; readonly error: VerifierError };

/**
 * What is in a folder and below it, but for folders that can be read. What `isLeftOut` is not
 * looked at, nor what is below it.
 */
export function* walk(tree: FolderTree, isLeftOut: (path: string) => boolean): Generator<Walked> {
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    let names: readonly string[];
    try {
      names = tree.names(folder) ?? [];
    } catch (error) {
      if (!VerifierError.isVerifierError(error)) throw error;
      yield { path: folder, error };
      continue;
    }
    const folders: string[] = [];
    for (const name of names) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (isLeftOut(path)) continue;
      try {
        // Gone since, or of a name that is no text: what is not there can't be read.
        const file = tree.at(path) ?? { path, type: 'other' as const, size: 0 };
        if (file.type === 'directory') folders.push(path);
        else yield { path, file };
      } catch (error) {
        if (!VerifierError.isVerifierError(error)) throw error;
        yield { path, error };
      }
    }
    waiting.push(...folders.reverse());
  }
}

/**
 * Size and SHA-256 of a regular file.
 *
 * @throws VerifierError FILE_UNREADABLE.
 */
export async function measured({ read }: TreeFile): Promise<ListedFile> {
  const hash = createHash('sha256');
  let size = 0;
  const content = read?.() ?? [];
  for await (const piece of content instanceof Uint8Array ? [content] : content) {
    hash.update(piece);
    size += piece.length;
  }
  return { size, sha256: hash.digest('hex') };
}
