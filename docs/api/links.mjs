// What pages on the disk refer to.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What a browser fetches for a page without being asked: of these none may be elsewhere. */
const FETCHED = /<(?:script|img|iframe|source|video|audio)\b[^>]*?\bsrc="([^"]*)"|<link\b[^>]*?\bhref="([^"]*)"|url\(([^)]*)\)|@import\s+"([^"]*)"/g;
const LINKS = /<a\b[^>]*?\bhref="([^"]*)"/g;
const IDS = /\b(?:id|name)="([^"]*)"/g;

/** What is wrong with the pages and style sheets of a folder, each as a sentence. */
export function faultsOf(folder) {
  const texts = new Map();
  for (const name of readdirSync(folder, { recursive: true })) {
    const file = path.join(folder, name);
    if (/\.(?:html|css)$/.test(name)) texts.set(file, readFileSync(file, 'utf8'));
  }
  const ids = new Map();
  const faults = new Set();
  for (const [file, text] of texts) {
    const note = (fault) => faults.add(`${path.relative(folder, file)} ${fault}`);
    for (const match of text.matchAll(FETCHED)) {
      const address = (match.slice(1).find((group) => group !== undefined) ?? '').replace(/^['"]|['"]$/g, '');
      if (/^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(address)) note(`fetches ${address}`);
    }
    if (!file.endsWith('.html')) continue;
    for (const [, written] of text.matchAll(LINKS)) {
      const address = written.replaceAll('&amp;', '&');
      if (/^(?:https?|mailto):/.test(address)) continue;
      const { pathname, hash, protocol } = new URL(address, pathToFileURL(file));
      if (protocol !== 'file:') note(`has a link of an unknown kind: ${address}`);
      const target = fileURLToPath(`file://${pathname}`);
      if (!existsSync(target)) {
        note(`has a link to ${address}, which is not there`);
      } else if (hash.length > 1 && texts.has(target)) {
        if (!ids.has(target)) ids.set(target, new Set([...texts.get(target).matchAll(IDS)].map(([, id]) => id)));
        if (!ids.get(target).has(decodeURIComponent(hash.slice(1)))) note(`has a link to ${address}, where there is no such place`);
      }
    }
  }
  return [...faults];
}
