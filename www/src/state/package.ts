import { effect, untracked } from '@preact/signals';
import type { PackagePlace, PackageView } from '../protocol.js';
import { type Item, type Route, route } from '../route/route.js';
import { during, listening } from '../worker/client.js';
import { channel, subdir } from './channel.js';
import { Loader } from './loading.js';
import { client } from './worker.js';

/** The package that is looked at, and the one that it is compared with. */
export const opened = new Loader<PackageView>();
export const other = new Loader<PackageView>();

/** Files that a visitor gave, by name: they are gone with the page. */
export const given = new Map<string, File>();

/** Opens what the address names, whenever it names something else. */
export function followPackages(): void {
  follow(opened, ({ item }) => item);
  follow(other, ({ against }) => against);
}

function follow(loader: Loader<PackageView>, itemOf: (route: Route) => Item | null): void {
  let before = '';
  effect(() => {
    const wanted = route.value;
    const item = itemOf(wanted);
    // Its record says what it has to be, so that has to be here first.
    const isReady = item?.kind !== 'record' || (isDone(channel) && isDone(subdir));
    const key = item === null ? '' : JSON.stringify([item, item.kind === 'record' ? [wanted.place, wanted.subdir] : null]);
    if (key === before || (item !== null && !isReady)) return;
    before = key;
    untracked(() => {
      if (item === null) loader.clear();
      else void open(loader, placeOf(item, wanted), item);
    });
  });
}

function isDone(loader: Loader<unknown>): boolean {
  return loader.state.value.status === 'here' || loader.state.value.status === 'failed';
}

function placeOf(item: Item, { place, subdir: platform }: Route): PackagePlace {
  if (item.kind === 'record') return { kind: 'channel', channel: place, subdir: platform, fileName: item.fileName };
  return item.kind === 'url' ? { kind: 'url', url: item.url } : { kind: 'file', name: item.name };
}

async function open(loader: Loader<PackageView>, place: PackagePlace, item: Item): Promise<void> {
  const last = loader.value;
  await loader.load(async (signal, onProgress) => {
    const worker = await client();
    if (last !== null) void worker.closePackage(last.id);
    const blob = item.kind === 'file' ? given.get(item.name) : null;
    if (blob === undefined) throw new Error('the file is no longer here; open it again');
    // What a sample has is here at once.
    const isWhole = place.kind === 'channel' && place.channel.kind === 'sample';
    return during(worker, signal, (task) => worker.openPackage(place, blob, isWhole, task, listening(onProgress)));
  });
}

/** Reads all of it, and verifies it. */
export async function verifyWhole(loader: Loader<PackageView>): Promise<void> {
  const before = loader.value;
  if (before === null) return;
  await loader.load(async (signal, onProgress) => {
    const worker = await client();
    return during(worker, signal, (task) => worker.verifyPackage(before.id, task, listening(onProgress)));
  }, true);
}
