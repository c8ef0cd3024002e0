import { batch, effect, signal, untracked } from '@preact/signals';
import type { Place, RecordPage, RecordQuery, RecordRow } from '../protocol.js';
import { adjust, route } from '../route/route.js';
import { recordsVersion, subdir } from './channel.js';
import { client } from './worker.js';

/** Rows that are asked for at once. */
const PIECE = 100;
/** Rows that are kept: whoever scrolls far has no use for those at the other end. */
const KEPT = 4000;
/** Milliseconds after which what was typed goes into the address: browsers do not take each key. */
const PAUSE = 400;

/** Records that match. */
export interface Found extends Pick<RecordPage, 'total' | 'size' | 'took'> {
  /** Those that were looked at, by their place. */
  readonly rows: ReadonlyMap<number, RecordRow>;
  /** Of what: another search begins at the top. */
  readonly key: string;
}

export const found = signal<Found>({ total: 0, size: 0, took: 0, rows: new Map(), key: '' });

/** What is in the search field. */
export const typed = signal(route.peek().text);

let written = typed.peek();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Searches at once; the address follows. */
export function search(text: string): void {
  typed.value = text;
  clearTimeout(timer);
  timer = setTimeout(writeSearch, PAUSE);
}

/** Puts what was typed into the address, before somebody leaves. */
export function writeSearch(): void {
  clearTimeout(timer);
  written = typed.peek();
  if (written !== route.peek().text) adjust({ text: written });
}

/** What is asked for now. */
export function currentQuery(): RecordQuery {
  const { subdir, states, sort, descending } = route.peek();
  return { subdir, text: typed.peek(), states, sort, descending, offset: 0, count: PIECE };
}

let wanted: readonly [first: number, last: number] = [0, 0];
/** Of what the rows are that are here. */
let shownKey = '';
let shownVersion = -1;
let isBusy = false;

/** Says which rows are in sight. */
export function look(first: number, last: number): void {
  wanted = [first, last];
  void load();
}

/** Asks again whenever something else is searched for, or more is known. */
export function followRecords(): void {
  effect(() => {
    const { text } = route.value;
    // The browser's buttons, or a link.
    if (text === written) return;
    written = text;
    typed.value = text;
  });
  effect(() => {
    const { place, subdir: platform, states, sort, descending } = route.value;
    const isHere = subdir.state.value.status === 'here' && subdir.value?.subdir === platform;
    void [place, typed.value, states, sort, descending, recordsVersion.value];
    if (isHere) untracked(() => void load());
    else untracked(forget);
  });
}

function forget(): void {
  [shownKey, shownVersion] = ['', -1];
  found.value = { total: 0, size: 0, took: 0, rows: new Map(), key: '' };
}

function keyNow(): string {
  return JSON.stringify([route.peek().place, currentQuery()]);
}

/** Brings what is in sight and not here, one question at a time, and always the newest. */
async function load(): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  try {
    while (await loadPiece());
  } catch {
    // Another channel was opened meanwhile: it asks again.
  } finally {
    isBusy = false;
  }
}

/** @returns Whether there may be more to ask for. */
async function loadPiece(): Promise<boolean> {
  if (subdir.peekHere() === null) return false;
  const [key, version] = [keyNow(), recordsVersion.peek()];
  const isNew = key !== shownKey;
  const isOld = isNew || version !== shownVersion;
  const places = isNew ? [0] : wanted.map((at) => Math.floor(at / PIECE) * PIECE);
  const offset = places.find((from) => isOld || (from < found.peek().total && !found.peek().rows.has(from)));
  if (offset === undefined) return false;
  const { place } = route.peek();
  const page = await pageOf(place, { ...currentQuery(), offset });
  if (key !== keyNow()) return true;
  const rows = new Map(isOld || found.peek().rows.size > KEPT ? [] : found.peek().rows);
  for (const [at, row] of page.rows.entries()) rows.set(offset + at, row);
  batch(() => {
    [shownKey, shownVersion] = [key, version];
    found.value = { total: page.total, size: page.size, took: page.took, rows, key };
  });
  return true;
}

async function pageOf(place: Place, query: RecordQuery): Promise<RecordPage> {
  return (await client()).records(place, query);
}
