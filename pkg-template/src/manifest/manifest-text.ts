import { printableJson } from '../printable.js';
import type { ListedFile } from './site-manifest.js';

/**
 * A manifest as it is written: the same files give the same bytes. Paths come in the order of
 * their characters' numbers, which is that of their bytes; a file takes a line, so that what
 * changed is seen, and what hides in a name or turns it round is escaped.
 */
export function manifestText(files: ReadonlyMap<string, ListedFile>): string {
  // By hand: JSON.stringify() puts names that are numbers before all others.
  const lines = [...files]
    .sort(([one], [other]) => compared(one, other))
    .map(([path, { size, sha256 }]) => `    ${printableJson(JSON.stringify(path))}: { "size": ${size}, "sha256": "${sha256}" }`);
  const list = lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n  }`;
  return `{\n  "version": 1,\n  "files": ${list}\n}\n`;
}

function compared(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length);
  let index = 0;
  while (index < shorter && one.charCodeAt(index) === other.charCodeAt(index)) index++;
  return (one.codePointAt(index) ?? -1) - (other.codePointAt(index) ?? -1);
}
