import { effect, signal, untracked } from '@preact/signals';
import { VerifierError } from 'conda-verifier';
import type { OnProgress, PackagePlace, PackageView } from '../protocol.js';
import { type Item, type Route, route } from '../route/route.js';
import { type Client, during, listening } from '../worker/client.js';
import { channel, openings, subdir } from './channel.js';
import { Loader } from './loading.js';
import { client } from './worker.js';

/** The package that is looked at, and the one that it is compared with. */
export const opened = new Loader<PackageView>();
export const other = new Loader<PackageView>();

/** Packages that a visitor gave, by name: they are gone with the page. */
export const given = signal<ReadonlyMap<string, File>>(new Map());

/** The folder with repodata that a visitor gave last, and its packages by their paths in it. */
export const givenFolder = signal<{ readonly name: string; readonly packages: ReadonlyMap<string, File> } | null>(null);

/** A single package. */
type OneItem = Exclude<Item, { kind: 'files' }>;

/** Opens what the address names, whenever it names something else. */
export function followPackages(): void {
  follow(opened, ({ item }) => (item?.kind === 'files' ? null : item));
  follow(other, ({ against }) => (against?.kind === 'files' ? null : against));
}

function follow(loader: Loader<PackageView>, itemOf: (route: Route) => OneItem | null): void {
  let before = '';
  let fileBefore: File | undefined;
  let isOpen = false;
  effect(() => {
    const wanted = route.value;
    const item = itemOf(wanted);
    // A channel that is opened again may say something else of it.
    const about = item?.kind === 'record' ? [wanted.place, wanted.subdir, openings.value] : null;
    const key = item === null ? '' : JSON.stringify([item, about]);
    // Another file may have the same name.
    const file = item?.kind === 'file' ? given.value.get(item.name) : undefined;
    if (key !== before || file !== fileBefore) {
      [before, fileBefore, isOpen] = [key, file, false];
      // What is known of one package is not shown of another, not for a moment.
      untracked(() => close(loader));
    }
    // Its record says what it has to be, so that has to be here first.
    const isReady = item?.kind !== 'record' || (isDone(channel) && isDone(subdir));
    if (item === null || isOpen || !isReady) return;
    isOpen = true;
    untracked(() => void open(loader, placeOf(item, wanted), item));
  });
}

function close(loader: Loader<PackageView>): void {
  const { last } = loader;
  loader.clear();
  if (last !== null) void client().then((worker) => worker.closePackage(last.id), () => undefined);
}

function isDone(loader: Loader<unknown>): boolean {
  return loader.state.value.status === 'here' || loader.state.value.status === 'failed';
}

function placeOf(item: OneItem, { place, subdir: platform }: Route): PackagePlace {
  if (item.kind === 'record') return { kind: 'channel', channel: place, subdir: platform, fileName: item.fileName };
  return item.kind === 'url' ? { kind: 'url', url: item.url } : { kind: 'file', name: item.name };
}

async function open(loader: Loader<PackageView>, place: PackagePlace, item: OneItem): Promise<void> {
  await loader.load(async (signal, onProgress) => {
    const worker = await client();
    const blob = item.kind === 'file' ? given.peek().get(item.name) : null;
    if (blob === undefined) throw gone(item);
    // What is here needs no fetching.
    const isWhole = place.kind === 'channel' && place.channel.kind !== 'web';
    return openedBy(worker, place, blob, isWhole, signal, onProgress);
  });
}

/** Opens a package; nobody has to close one that came too late. */
export async function openedBy(
  worker: Client,
  place: PackagePlace,
  blob: File | null,
  isWhole: boolean,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<PackageView> {
  return during(worker, signal, async (task) => {
    const view = await worker.openPackage(place, blob, isWhole, task, listening(onProgress));
    if (signal.aborted) void worker.closePackage(view.id);
    return view;
  });
}

/** Reads all of it, and verifies it. */
export async function verifyWhole(loader: Loader<PackageView>): Promise<void> {
  const before = loader.last;
  if (before === null) return;
  await loader.load(async (signal, onProgress) => {
    const worker = await client();
    return during(worker, signal, (task) => worker.verifyPackage(before.id, task, listening(onProgress)));
  }, true);
}

/**
 * The content of a file of an open package: no more than `most` bytes of it.
 */
export async function contentOf(id: number, path: string, most: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const worker = await client();
  return during(worker, signal, (task) => worker.readFile(id, path, task, most)) as Promise<Uint8Array<ArrayBuffer>>;
}

function gone(item: OneItem): VerifierError {
  return new VerifierError({
    code: 'FILE_UNREADABLE',
    message: `the file ${JSON.stringify(item.kind === 'file' ? item.name : '')} is no longer here`,
    hint: 'Open it again: a page forgets files when it is loaded anew.',
  });
}
