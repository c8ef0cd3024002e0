import type { Item } from '../route/route.js';

/** What a package is called. */
export function nameOf(item: Item | null): string {
  if (item === null || item.kind === 'files') return '';
  if (item.kind === 'record') return item.fileName;
  if (item.kind === 'file') return item.name;
  const last = new URL(item.url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
