import type { Place } from '../protocol.js';
import { addressOf, HOME, type Route, route } from '../route/route.js';
import { webAddress } from '../route/web-address.js';
import { given } from '../state/package.js';
import { shown } from '../ui/words.js';

/** Back to the channel that the package came from, or into the one that it lies in. */
export function BackLink() {
  const { item, place, subdir } = route.value;
  const above = item?.kind === 'url' ? channelAbove(item.url) : null;
  // A package that was opened by itself has nothing to do with the sample that the page begins with.
  const isStart = item?.kind !== 'record' && place.kind === 'sample';
  const name = isStart ? 'Start page' : nameOfPlace(place);
  return (
    <nav class="back" aria-label="Channel">
      <a href={addressOf({ item: null, against: null, tab: 'files', path: null, isMap: false })}>
        <span aria-hidden="true">←</span> {item?.kind === 'record' ? `${shown(subdir, 40)} of ` : ''}<bdi>{shown(name, 80)}</bdi>
      </a>
      {item?.kind === 'file' && given.value.size > 1 ? <a href={addressOf({ item: { kind: 'files' }, against: null, tab: 'files', path: null, isMap: false })}>All files that were given</a> : null}
      {above === null ? null : <a href={addressOf({ ...HOME, ...above })}>Open the channel that it lies in</a>}
    </nav>
  );
}

/** What a channel is called. */
export function nameOfPlace(place: Place): string {
  if (place.kind === 'web') return place.mirrors[0] ?? '';
  return place.kind === 'folder' ? `the folder ${place.name}` : `the sample channel ${place.sample}`;
}

function channelAbove(address: string): Pick<Route, 'place' | 'subdir'> | null {
  if (webAddress(address) === null) return null;
  const url = new URL(address);
  const match = /^(.*\/)([\w-]+)\/[^/]+$/.exec(url.pathname);
  if (match === null) return null;
  const [, folder = '/', subdir = ''] = match;
  // As platforms are called.
  if (subdir !== 'noarch' && !/^[a-z]+-[a-z0-9_]+$/.test(subdir)) return null;
  return { place: { kind: 'web', mirrors: [`${url.origin}${folder}`] }, subdir };
}
