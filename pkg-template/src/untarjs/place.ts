import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import { isPlainName, isSubdir } from '../records/path-names.js';
import { type ChannelPlace, type FolderPlace, pageUrl, type UntarjsSettings } from './untarjs-options.js';

/** What a URL that an installer has means. */
export type Place =
  | { readonly channel: ChannelPlace; readonly subdir: string; readonly fileName: string }
  | { readonly folder: FolderPlace; readonly url: URL; readonly path: string }
  | { readonly wheel: URL };

/** What servers and URL parsers read in more ways than one. */
const AMBIGUOUS = /[\\\0-\x20]|%(?:2e|2f|5c|00|0a|0d)|(?:^|\/)\.{1,2}(?:[/?#]|$)/i;

/**
 * Finds out what a URL means: the longest of the places that it is below counts.
 *
 * @throws VerifierError REQUEST_REFUSED for one that is below none of them, or could be read as one
 * of another file.
 */
export function placeOf(address: string, { channels, folders, allowWheels }: UntarjsSettings): Place {
  if (typeof address !== 'string') throw refused(String(address), 'it is no text');
  // Relative ones lead up from the page where they like.
  const spelled = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : address.replace(/^(?:\.{1,2}\/)+/, '');
  if (AMBIGUOUS.test(spelled)) throw refused(address, 'it has encoded or dotted segments, or spaces');
  const url = pageUrl(address);
  if (url === undefined) throw refused(address, 'it is no URL');
  if (url.username !== '' || url.password !== '') throw refused(address, 'it has a user name or password');
  const place = [...channels, ...folders]
    .filter((place) => url.href.startsWith(place.url.href))
    .sort((a, b) => b.url.href.length - a.url.href.length)[0];
  if (place === undefined) {
    if (allowWheels && url.pathname.endsWith('.whl')) return { wheel: url };
    throw refused(address, 'it is of no channel and no folder that is verified');
  }
  if (url.search !== '' || url.hash !== '' || /[?#]$/.test(address)) throw refused(address, 'it has more than a path');
  const names = url.href.slice(place.url.href.length).split('/').map((name) => nameOf(name, address));
  if ('files' in place) return { folder: place, url, path: names.join('/') };
  const [subdir = '', fileName] = names;
  if (names.length !== 2 || fileName === undefined || !isSubdir(subdir)) {
    throw refused(address, 'packages are in subdirs of the channel, as noarch/x-1.0-0.conda');
  }
  return { channel: place, subdir, fileName };
}

function nameOf(segment: string, address: string): string {
  let name: string | undefined;
  try {
    name = decodeURIComponent(segment);
  } catch {
    // Percent signs that encode nothing.
  }
  if (name === undefined || !isPlainName(name)) throw refused(address, 'its path is not one of plain names');
  return name;
}

function refused(address: string, reason: string): VerifierError {
  return VerifierError.of('REQUEST_REFUSED', `${quoted(address)} is not installed from: ${reason}`, {
    details: { url: address },
  });
}
