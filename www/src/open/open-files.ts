import { signal } from '@preact/signals';
import { go, HOME } from '../route/route.js';
import { folderSubdirs, givenFolders } from '../state/channel.js';
import { given, givenFolder } from '../state/package.js';
import { client } from '../state/worker.js';
import { count } from '../ui/words.js';

/** Files that are packages, by their names. */
const PACKAGE = /\.(conda|tar\.bz2)$/i;

/** A platform's repodata, by its path in what was given. */
const REPODATA = /^(.*\/)?[\w-]+\/repodata\.json(\.zst|\.bz2)?$/;

/** A file, and where it was in the folder that was given. */
interface Given {
  readonly path: string;
  readonly file: File;
}

/**
 * Opens what was dropped or picked: a channel, where there is repodata in a folder; else the
 * package, or all of them.
 */
export async function openFiles(from: DataTransfer | FileList): Promise<void> {
  leftOut.value = '';
  try {
    await openAll(from);
  } catch (error) {
    leftOut.value = `They could not be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What of the files that were given is not looked at; nothing where all of them are. */
export const leftOut = signal('');

async function openAll(from: DataTransfer | FileList): Promise<void> {
  const files = from instanceof FileList ? [...from].map(ofPicker) : await filesIn(from);
  const repodata = files.find(({ path }) => REPODATA.test(path));
  if (repodata !== undefined) return openFolder(repodata.path, files);
  const packages = files.filter(({ path }) => PACKAGE.test(path));
  // One that is named otherwise may be one all the same.
  const chosen = packages.length > 0 ? packages : files.slice(0, 1);
  const [first, second] = chosen;
  if (first === undefined) {
    leftOut.value = 'There is no file in it.';
    return;
  }
  if (chosen.length < files.length) leftOut.value = `${count(files.length - chosen.length, 'other file')} left out: by name no package.`;
  given.value = new Map(chosen.map(({ path, file }) => [second === undefined ? file.name : path, file]));
  const item = second === undefined ? ({ kind: 'file', name: first.file.name } as const) : ({ kind: 'files' } as const);
  go({ ...HOME, item });
}

async function openFolder(repodata: string, files: readonly Given[]): Promise<void> {
  const base = /^(.*\/)?[^/]+\/[^/]+$/.exec(repodata)?.[1] ?? '';
  const below = files.filter(({ path }) => path.startsWith(base));
  const others = files.length - below.length;
  if (others > 0) leftOut.value = `${count(others, 'file')} left out: outside the first channel, ${base}`;
  const name = base.replace(/\/$/, '').split('/').at(-1) || 'channel';
  await (await client()).giveFolder(name, new Map(below.map(({ path, file }) => [path.slice(base.length), file])));
  givenFolders.value += 1;
  const subdirs = [...new Set(below.flatMap(({ path }) => (REPODATA.test(path) ? (path.slice(base.length).split('/')[0] ?? []) : [])))].sort();
  folderSubdirs.value = new Map(folderSubdirs.peek()).set(name, subdirs);
  // Those that no record names are looked at by themselves.
  givenFolder.value = { name, packages: new Map(below.filter(({ path }) => PACKAGE.test(path)).map(({ path, file }) => [path.slice(base.length), file])) };
  const subdir = subdirs.includes(HOME.subdir) ? HOME.subdir : (subdirs[0] ?? HOME.subdir);
  go({ ...HOME, place: { kind: 'folder', name }, subdir });
}

function ofPicker(file: File): Given {
  return { path: file.webkitRelativePath || file.name, file };
}

/** Files, and those in folders. */
async function filesIn(transfer: DataTransfer): Promise<Given[]> {
  // At once: the transfer is empty after the first wait.
  const [entries, files] = [[...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []), [...transfer.files]];
  if (entries.length === 0) return files.map(ofPicker);
  const lists = await Promise.all(entries.map(filesBelow));
  return lists.flat();
}

async function filesBelow(entry: FileSystemEntry): Promise<Given[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((take, fail) => (entry as FileSystemFileEntry).file(take, fail));
    return [{ path: entry.fullPath.replace(/^\//, ''), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Given[] = [];
  for (;;) {
    // A piece at a time, as the interface has it.
    const piece = await new Promise<FileSystemEntry[]>((take, fail) => reader.readEntries(take, fail));
    if (piece.length === 0) return found;
    for (const below of piece) found.push(...(await filesBelow(below)));
  }
}
