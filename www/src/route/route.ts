import { signal } from '@preact/signals';
import type { Place, RecordState, SortKey } from '../protocol.js';
import { webAddress } from './web-address.js';

/** The parts that a package's page has. */
export const TABS = ['files', 'findings', 'about', 'record'] as const;
export type Tab = (typeof TABS)[number];

/** What is looked at; all of it is in the address, so that it can be linked to. */
export interface Route {
  readonly place: Place;
  readonly subdir: string;
  /** What is searched for among the records. */
  readonly text: string;
  /** Which records are shown; null for all. */
  readonly states: readonly RecordState[] | null;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** The link of the chain of trust that is looked into. */
  readonly role: string | null;
  /** A package: of the channel, of any address, or one of those that a visitor gave. */
  readonly item: Item | null;
  /** Another package, to compare with. */
  readonly against: Item | null;
  readonly tab: Tab;
  /** A file of the package. */
  readonly path: string | null;
  /** Whether its files are drawn as areas. */
  readonly isMap: boolean;
}

export type Item =
  | { readonly kind: 'record'; readonly fileName: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly name: string }
  /** All packages that a visitor gave. */
  | { readonly kind: 'files' };

const STATES: readonly RecordState[] = ['trusted', 'weak', 'unsigned', 'bad', 'unknown'];
const SORTS: readonly SortKey[] = ['name', 'size', 'date', 'trust'];

export const HOME: Route = {
  place: { kind: 'sample', sample: 'signed', attack: null },
  subdir: 'noarch',
  text: '',
  states: null,
  sort: 'name',
  descending: false,
  role: null,
  item: null,
  against: null,
  tab: 'files',
  path: null,
  isMap: false,
};

/** As platforms are called: the page says their names in its own sentences. */
const SUBDIR = /^[a-zA-Z0-9][\w-]{0,39}$/;

/** Reads what comes after `#` in an address; what is not understood is as if it were not there. */
export function parsed(hash: string): Route {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const states = params.get('show')?.split(',').filter((state): state is RecordState => STATES.includes(state as RecordState));
  const sort = params.get('sort') ?? '';
  const key = SORTS.find((key) => key === sort.replace(/^-/, ''));
  const tab = TABS.find((tab) => tab === params.get('tab'));
  return {
    place: placeIn(params),
    subdir: SUBDIR.exec(params.get('subdir') ?? '')?.[0] ?? HOME.subdir,
    text: params.get('q') ?? '',
    states: states === undefined || states.length === 0 ? null : states,
    sort: key ?? HOME.sort,
    descending: key !== undefined && sort.startsWith('-'),
    role: params.get('role'),
    item: itemIn(params, ['record', 'package', 'file']),
    against: itemIn(params, ['with-record', 'with-package', 'with-file']),
    tab: tab ?? HOME.tab,
    path: params.get('path'),
    isMap: params.get('view') === 'map',
  };
}

/** What comes after `#` in the address of that view; nothing for the one that comes first. */
export function formatted(route: Route): string {
  const params = new URLSearchParams();
  const { place } = route;
  if (place.kind === 'web') {
    for (const [at, mirror] of place.mirrors.entries()) params.append(at === 0 ? 'channel' : 'mirror', mirror);
  } else if (place.kind === 'folder') {
    params.set('folder', place.name);
  } else if (place.sample !== 'signed' || place.attack !== null) {
    params.set('sample', place.sample);
    if (place.attack !== null) params.set('attack', place.attack);
  }
  if (route.subdir !== HOME.subdir) params.set('subdir', route.subdir);
  if (route.text !== '') params.set('q', route.text);
  if (route.states !== null) params.set('show', route.states.join(','));
  if (route.sort !== HOME.sort || route.descending) params.set('sort', `${route.descending ? '-' : ''}${route.sort}`);
  if (route.role !== null) params.set('role', route.role);
  setItem(params, route.item, ['record', 'package', 'file']);
  setItem(params, route.against, ['with-record', 'with-package', 'with-file']);
  if (route.tab !== HOME.tab) params.set('tab', route.tab);
  if (route.path !== null) params.set('path', route.path);
  if (route.isMap) params.set('view', 'map');
  const text = params.toString();
  return text === '' ? '' : `#${text}`;
}

function placeIn(params: URLSearchParams): Place {
  // What is no address is kept, for whoever opens it to say so: nothing else takes its place.
  const mirrors = [...params.getAll('channel').slice(0, 1), ...params.getAll('mirror')].map((url) => webAddress(url) ?? url);
  if (mirrors.length > 0) return { kind: 'web', mirrors };
  const folder = params.get('folder');
  if (folder !== null) return { kind: 'folder', name: folder };
  return { kind: 'sample', sample: params.get('sample') ?? 'signed', attack: params.get('attack') };
}

type Names = readonly [record: string, url: string, file: string];

function itemIn(params: URLSearchParams, [record, url, file]: Names): Item | null {
  const fileName = params.get(record);
  if (fileName !== null) return { kind: 'record', fileName };
  const address = params.get(url);
  if (address !== null) return { kind: 'url', url: webAddress(address) ?? address };
  const name = params.get(file);
  if (name !== null) return { kind: 'file', name };
  return params.has(`${file}s`) ? { kind: 'files' } : null;
}

function setItem(params: URLSearchParams, item: Item | null, [record, url, file]: Names): void {
  if (item?.kind === 'record') params.set(record, item.fileName);
  if (item?.kind === 'url') params.set(url, item.url);
  if (item?.kind === 'file') params.set(file, item.name);
  if (item?.kind === 'files') params.set(`${file}s`, '');
}

/** The view that is shown. */
export const route = signal<Route>(parsed(globalThis.location?.hash ?? ''));

/** Goes to another view; the browser's button leads back. */
export function go(change: Partial<Route>): void {
  move(change, 'pushState');
}

/** Changes the view in place: no step that anybody wants to go back. */
export function adjust(change: Partial<Route>): void {
  move(change, 'replaceState');
}

/** The address of a view, for links. */
export function addressOf(change: Partial<Route>): string {
  return formatted({ ...route.value, ...change }) || '#';
}

function move(change: Partial<Route>, how: 'pushState' | 'replaceState'): void {
  const next = { ...route.value, ...change };
  history[how](null, '', formatted(next) || location.pathname + location.search);
  route.value = next;
}

/** Follows the browser's buttons and links. */
export function followAddress(): void {
  const follow = () => {
    route.value = parsed(location.hash);
  };
  addEventListener('popstate', follow);
  addEventListener('hashchange', follow);
}
