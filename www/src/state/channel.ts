import { effect, signal, untracked } from '@preact/signals';
import type { ChannelView, Place, SubdirView } from '../protocol.js';
import { route } from '../route/route.js';
import { during, listening } from '../worker/client.js';
import { Loader } from './loading.js';
import { pinForNow, pinnedRoot, pinRoot, unpinRoot } from './pinned-roots.js';
import { client } from './worker.js';

/** The channel that is looked at. */
export const channel = new Loader<ChannelView>();

/** The platform of it whose records are shown. */
export const subdir = new Loader<SubdirView>();

/** The platforms of the folders that a visitor gave, by the folders' names. */
export const folderSubdirs = signal<ReadonlyMap<string, readonly string[]>>(new Map());

/** How often a channel was opened: what rests on one that was opened before is of no use. */
export const openings = signal(0);

/** How often folders were given: another one may have the same name. */
export const givenFolders = signal(0);

/** Grows when what is known of records changes. */
export const recordsVersion = signal(0);

/** The platform that is wanted of it: another one may be by the time it is here. */
let platform = '';

/** Opens what the address names, whenever it names something else. */
export function followChannel(): void {
  let place = '';
  effect(() => {
    const wanted = route.value;
    const isAlone = wanted.item !== null && wanted.item.kind !== 'record' && wanted.against?.kind !== 'record';
    if (isAlone) return;
    const key = JSON.stringify([wanted.place, wanted.place.kind === 'folder' ? givenFolders.value : 0]);
    if (key !== place) {
      place = key;
      platform = wanted.subdir;
      untracked(() => void openChannel(wanted.place));
    } else if (wanted.subdir !== platform) {
      platform = wanted.subdir;
      untracked(() => void openSubdir(wanted.place, wanted.subdir));
    }
  });
}

/** Opens the channel again, as it is now. */
export async function reopen(): Promise<void> {
  // What is known stays to be seen meanwhile.
  await openChannel(route.value.place, true);
}

/**
 * Trusts a root for the channel that is looked at, from now on.
 *
 * @returns Whether it will be there at the next visit.
 */
export async function pin(root: Uint8Array): Promise<boolean> {
  const { place } = route.value;
  if (place.kind === 'sample') return false;
  const isKept = place.kind === 'web' && (await pinRoot(nameOf(place), root));
  if (place.kind === 'folder') pinForNow(nameOf(place), root);
  await reopen();
  return isKept;
}

/** Trusts nobody for it any more. */
export async function unpin(): Promise<void> {
  const { place } = route.value;
  if (place.kind !== 'sample') await unpinRoot(nameOf(place));
  await reopen();
}

/** Forgets which versions of its roles were seen. */
export async function forgetSeen(): Promise<void> {
  await (await client()).forget(route.value.place);
  await reopen();
}

/** Reads the platform's records again. */
export async function reopenSubdir(): Promise<void> {
  const { place, subdir: wanted } = route.value;
  await openSubdir(place, wanted);
}

async function openChannel(place: Place, keeps = false): Promise<void> {
  subdir.clear();
  openings.value += 1;
  const mine = openings.peek();
  await channel.load(async (signal) => {
    const pinned = place.kind === 'sample' ? null : await pinnedRoot(nameOf(place));
    const worker = await client();
    return during(worker, signal, (task) => worker.openChannel(place, pinned, task));
  }, keeps);
  // Another channel may be here by now, whose records are not this one's.
  if (openings.peek() !== mine || channel.peekHere() === null) return;
  await openSubdir(place, platform);
}

async function openSubdir(place: Place, name: string): Promise<void> {
  await subdir.load(async (signal, onProgress) => {
    const worker = await client();
    return during(worker, signal, (task) => worker.openSubdir(place, name, task, listening(onProgress)));
  });
  recordsVersion.value += 1;
}

function nameOf(place: Exclude<Place, { kind: 'sample' }>): string {
  return place.kind === 'web' ? (place.mirrors[0] ?? '') : `folder ${place.name}`;
}

/** The longest time that browsers wait for. */
const LONGEST = 2 ** 31 - 1;

/** Looks again when a role ends while the page is open: what rests on it counts no more. */
export function followExpiry(): void {
  effect(() => {
    const view = channel.value;
    if (view === null || view.fault !== null || view.place.kind === 'sample') return undefined;
    const root = view.roles.findLast(({ role }) => role === 'root');
    // Of roots the newest alone has to be fresh.
    const ends = view.roles.filter((report) => report.role !== 'root' || report === root).map(({ expires }) => Date.parse(expires));
    const left = Math.min(...ends.filter((end) => end > view.now)) - Date.now();
    if (!(left < LONGEST)) return undefined;
    const timer = setTimeout(() => void reopen(), Math.max(left, 0) + 1000);
    return () => clearTimeout(timer);
  });
}
