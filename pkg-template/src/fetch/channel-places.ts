import { isPlainName } from '../records/path-names.js';
import type { MirrorPlace } from '../trust/mirror-places.js';
import { urlOf } from './asked.js';
import { requestRefused, shownUrl } from './refusal.js';

/** A file below one of a channel's URLs. */
export interface Located {
  /** Without what is behind `#`; a file's has nothing else to be left out. */
  readonly url: string;
  /** Below the URL, decoded: `noarch/repodata.json.zst`. */
  readonly path: string;
  /** What there may be at that URL. */
  readonly has: 'roles' | 'targets' | 'all';
}

interface Place {
  readonly url: URL;
  readonly host: string;
  readonly segments: readonly string[];
  has: Located['has'];
}

/** A segment of a text that leads out of a folder, or nowhere. */
const DOTS = /(^|\/)(\.|%2e){1,2}(?=\/|$)/i;

/**
 * The URLs that a channel's files are below.
 *
 * Whether a URL is below one of them is judged by what a server might make of it: whatever the
 * scheme, however slashes and dots are encoded. It names a file only if there is nothing to
 * judge: what is below, and written in any but the plain way, is refused.
 */
export class ChannelPlaces {
  readonly #places: Place[] = [];
  readonly #redirects: readonly URL[];

  constructor(channel: URL | undefined, mirrors: readonly MirrorPlace[], redirects: readonly URL[]) {
    if (channel !== undefined) this.#add(channel, 'all');
    for (const { metadata, targets } of mirrors) {
      this.#add(metadata, 'roles');
      if (targets !== null) this.#add(targets, 'targets');
    }
    // The longest first: one may be below another.
    this.#places.sort((a, b) => b.segments.length - a.segments.length);
    this.#redirects = redirects;
  }

  /**
   * The file that a URL names; null where it is outside.
   *
   * @param text The URL as it was written, where that is known.
   * @throws VerifierError REQUEST_REFUSED.
   */
  locate(url: URL, text: string | undefined, base: string | undefined): Located | null {
    // Nothing in a path leads to another host.
    if (!this.#places.some(({ host }) => host === hostOf(url.host))) return null;
    const place = this.#placeOf(url.host, segmentsOf(url.pathname));
    const shown = shownUrl(url);
    if (text !== undefined && this.#leavesPlace(url, text, base)) {
      throw requestRefused(shown, 'address', 'the dots in its path lead out of a folder of the channel');
    }
    if (place === undefined) return null;
    const refused = (words: string) => requestRefused(shown, 'address', words);
    if (url.username !== '' || url.password !== '') throw refused('it has a user name or a password');
    if (url.search !== '') {
      throw requestRefused(shown, 'query', 'of a file with something behind "?" nobody says what it is');
    }
    const start = place.url.pathname;
    if (!url.pathname.startsWith(start)) throw refused('it is another spelling of the channel\'s address');
    const segments = url.pathname.slice(start.length).split('/');
    if (segments.length === 1 && segments[0] === '') throw refused('it is a folder');
    const names = segments.map((segment) => {
      if (/%(2e|2f|5c)/i.test(segment)) throw refused('it has a dot or a slash in it that is encoded');
      const name = decoded(segment);
      if (name === undefined || !isPlainName(name) || /[\0-\x1f\x7f]/.test(name)) {
        throw refused('a part of its path is no plain name');
      }
      return name;
    });
    return { url: shown, path: names.join('/'), has: place.has };
  }

  /**
   * Whether a folder, relative to a file, is below one of these URLs, by the same scheme. What is
   * a URL by itself has to be so by itself too: "https:x" is the host x there, and else a folder.
   */
  holds(folder: string, file: string): boolean {
    const readings = [urlOf(folder, file), urlOf(folder, undefined)].filter((url) => url !== undefined);
    return readings.length > 0 && readings.every(({ href }) => this.#places.some(({ url }) => `${href}/`.startsWith(url.href)));
  }

  /** Whether a redirect may end there. */
  mayEndAt(address: string): boolean {
    const places = [...this.#places.map(({ url }) => url), ...this.#redirects];
    return places.some(({ href }) => address.startsWith(href));
  }

  #add(url: URL, has: Located['has']): void {
    const known = this.#places.find((place) => place.url.href === url.href);
    if (known === undefined) {
      this.#places.push({ url, host: hostOf(url.host), segments: segmentsOf(url.pathname), has });
    } else if (known.has !== has) {
      known.has = 'all';
    }
  }

  #placeOf(host: string, segments: readonly string[]): Place | undefined {
    const name = hostOf(host);
    return this.#places.find(
      (place) => place.host === name && place.segments.every((segment, index) => segments[index] === segment),
    );
  }

  /** Whether dots in a text lead from within a place to elsewhere: the URL shows them no more. */
  #leavesPlace(url: URL, text: string, base: string | undefined): boolean {
    // As engines read it.
    const plain = trimmed(text)
      .replace(/[\t\n\r]/g, '')
      .replace(/\\/g, '/')
      .replace(/[?#].*$/s, '');
    const [, authority, rest = ''] = /^((?:https?:)?\/\/[^/]+)?(.*)$/is.exec(plain) ?? [];
    // What leads up from where the page is was meant to.
    const path = authority === undefined ? rest.replace(/^(\.{1,2}\/)+/, '') : rest;
    if (!DOTS.test(path)) return false;
    const host = hostOf(url.host);
    // A spelling like "https:x", of which engines make several things.
    if (authority === undefined && /^[a-z][a-z0-9+.-]*:/i.test(path)) return true;
    const isRelative = authority === undefined && !rest.startsWith('/');
    const walked = isRelative && base !== undefined ? folderOf(new URL(rest.match(/^(\.{1,2}\/)*/)?.[0] ?? '', base)) : [];
    for (const segment of path.split('/')) {
      const name = lowered(segment);
      if (name === '.' || name === '..') {
        if (this.#placeOf(host, walked) !== undefined) return true;
        if (name === '..') walked.pop();
      } else if (name !== '') {
        walked.push(name);
      }
    }
    return false;
  }
}

/** Without the spaces and control characters around it; by no expression, which would take long. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end);
}

/** The folders of a path, as a server may understand it. */
function segmentsOf(pathname: string): string[] {
  const segments: string[] = [];
  for (const name of lowered(pathname).split(/[/\\]/)) {
    if (name === '..') segments.pop();
    else if (name !== '' && name !== '.') segments.push(name);
  }
  return segments;
}

function folderOf(url: URL): string[] {
  return segmentsOf(url.pathname.slice(0, url.pathname.lastIndexOf('/') + 1));
}

/** With all of ASCII decoded, and what stays encoded in one spelling. */
function lowered(path: string): string {
  return path
    .replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/%[89a-f][0-9a-f]/gi, (code) => code.toUpperCase());
}

/** A dot behind a name's end means the same host. */
function hostOf(host: string): string {
  return host.replace(/\.(?=:|$)/, '');
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
