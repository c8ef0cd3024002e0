import type { Item } from '../route/route.js';
import { lastPart } from '../route/web-address.js';

/** What a package is called. */
export function nameOf(item: Item | null): string {
  if (item === null || item.kind === 'files') return '';
  if (item.kind === 'record') return item.fileName;
  if (item.kind === 'file') return item.name;
  return lastPart(item.url);
}
