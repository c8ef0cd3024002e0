import { has } from '../sources/shapes.js';
import type { InstalledFile } from '../verdict/installed-file.js';
import type { Listing } from '../verdict/inspecting.js';

/** A list of installed files that is sent a part at a time. What is none is for the verifier to refuse. */
export function listed(files: Listing): Listing {
  if (has(files, Symbol.asyncIterator)) return asyncFlat(files as AsyncIterable<InstalledFile>);
  return has(files, Symbol.iterator) ? flat(files as Iterable<InstalledFile>) : files;
}

function* flat(files: Iterable<InstalledFile>): Generator<InstalledFile> {
  for (const file of files) yield membersOf(file);
}

async function* asyncFlat(files: AsyncIterable<InstalledFile>): AsyncGenerator<InstalledFile> {
  for await (const file of files) yield membersOf(file);
}

/** Its members, which an object of a class has elsewhere. */
function membersOf(file: InstalledFile): InstalledFile {
  if (typeof file !== 'object' || file === null) return file;
  const { path, type, size, target, mode } = file;
  const read = file.read as unknown;
  const facts = { path, type, size, target, mode };
  return { ...facts, ...(typeof read === 'function' ? { read: () => file.read?.() } : { read }) } as InstalledFile;
}
