import { go } from '../route/route.js';
import { given } from '../state/package.js';

/** Files that are packages, by their names. */
const PACKAGE = /\.(conda|tar\.bz2)$/i;

/** Opens what was dropped or picked: the first package among the files. */
export async function openFiles(from: DataTransfer | FileList): Promise<void> {
  const files = from instanceof FileList ? [...from] : await filesIn(from);
  const packages = files.filter(({ name }) => PACKAGE.test(name));
  const chosen = packages.length > 0 ? packages : files.slice(0, 1);
  for (const file of chosen) given.set(file.name, file);
  const [first] = chosen;
  if (first !== undefined) go({ item: { kind: 'file', name: first.name }, against: null, tab: 'files', path: null });
}

/** Files, and those in folders. */
async function filesIn(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...transfer.files];
  const lists = await Promise.all(entries.map(filesBelow));
  return lists.flat();
}

async function filesBelow(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [await new Promise<File>((take, fail) => (entry as FileSystemFileEntry).file(take, fail))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: File[] = [];
  for (;;) {
    // A piece at a time, as the interface has it.
    const piece = await new Promise<FileSystemEntry[]>((take, fail) => reader.readEntries(take, fail));
    if (piece.length === 0) return files;
    for (const below of piece) files.push(...(await filesBelow(below)));
  }
}
