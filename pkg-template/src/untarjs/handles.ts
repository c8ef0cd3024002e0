import type { FilesData } from './unpack-api.js';

/**
 * The halves of a `.conda`, which installers take out of it and have unpacked by a second call.
 *
 * What they are given in their place says nothing: the files are found by the object that it is,
 * so that nobody can make one up.
 */
export class Handles {
  readonly #files = new WeakMap<Uint8Array, FilesData>();

  /** A package as its outer archive has it: each half unpacked when it is asked for. */
  halves(info: FilesData, pkg: FilesData): FilesData {
    return { 'info-verified.tar.zst': this.#handle(info), 'pkg-verified.tar.zst': this.#handle(pkg) };
  }

  /** The files that a handle stands for; undefined for all other bytes. */
  filesOf(data: Uint8Array): FilesData | undefined {
    const files = this.#files.get(data);
    // Installers move files about in what they are given.
    return files === undefined ? undefined : Object.assign(Object.create(null), files);
  }

  #handle(files: FilesData): Uint8Array {
    const handle = new TextEncoder().encode('unpacked and verified; pass this very object to extractData()');
    this.#files.set(handle, files);
    return handle;
  }
}
