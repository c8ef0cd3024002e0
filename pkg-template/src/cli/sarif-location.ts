import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

import { isUrl } from './input.js';

/** What SARIF calls the folder that files are named from; GitHub takes it for the repository. */
export const BASE = '%SRCROOT%';

/** SARIF 2.1.0, 3.4: where a file is. */
export interface ArtifactLocation {
  readonly uri: string;
  /** Where `uri` is relative. */
  readonly uriBaseId?: string;
}

/**
 * The place of an argument: a URL as it is, a file below the working folder relative to it, another
 * one by its file: URL.
 */
export function locationOf(argument: string, folder: string = process.cwd()): ArtifactLocation {
  if (isUrl(argument)) return { uri: URL.canParse(argument) ? new URL(argument).href : encoded(argument) };
  const path = relative(folder, resolve(folder, argument)).split(sep).join('/');
  // On another drive it stays absolute.
  if (path === '..' || path.startsWith('../') || isAbsolute(path)) {
    return { uri: pathToFileURL(resolve(folder, argument)).href };
  }
  return { uri: path === '' ? './' : encoded(path), uriBaseId: BASE };
}

/** The place of a file below another place, by a path that untrusted data may have made. */
export function locationBelow(place: ArtifactLocation, path: string): ArtifactLocation {
  const folder = place.uri === './' ? '' : place.uri.replace(/\/*$/, '/');
  // What begins with a slash would be at the root of it all, or on another host.
  const names = path.split('/').filter((name) => name !== '');
  return names.length === 0 ? place : { ...place, uri: folder + encoded(names.join('/')) };
}

/** A path as a relative URI that means the same, and leads nowhere else. */
function encoded(path: string): string {
  return path
    .split('/')
    // A dot that is encoded is a dot still.
    .map((name) => (name === '..' || name === '.' ? '_' : encodeURIComponent(wellFormed(name))))
    .join('/');
}

/** Half characters have no form in a URI. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}
