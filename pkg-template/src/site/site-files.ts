import type { SiteManifest } from '../manifest/site-manifest.js';

/** What a request below the site is for. */
export type Asked =
  /** A file that is listed. */
  | { readonly kind: 'file'; readonly path: string }
  /** A folder, by its name without the slash that it needs. */
  | { readonly kind: 'folder'; readonly path: string }
  /** What whoever comes next is to answer. */
  | { readonly kind: 'passed'; readonly path: string }
  | { readonly kind: 'unlisted'; readonly path: string };

/** The page of a folder. */
const INDEX = 'index.html';

/** Which requests are for which files. */
export class SiteFiles {
  readonly #scope: URL;
  readonly #manifest: SiteManifest;
  readonly #pass: readonly string[];

  /** @param pass Paths, and folders, which end in a slash. */
  constructor(scope: URL, manifest: SiteManifest, pass: readonly string[]) {
    this.#scope = scope;
    this.#manifest = manifest;
    this.#pass = pass;
  }

  /** What a URL stands for; undefined where it is not below the site. */
  asked({ origin, pathname }: URL): Asked | undefined {
    const { origin: own, pathname: folder } = this.#scope;
    if (origin !== own || !pathname.startsWith(folder)) return undefined;
    const path = decoded(pathname.slice(folder.length));
    // No manifest lists what can't be decoded.
    if (path === undefined) return { kind: 'unlisted', path: pathname.slice(folder.length) };
    if (this.#passes(path)) return { kind: 'passed', path };
    const file = path === '' || path.endsWith('/') ? path + INDEX : path;
    if (this.#manifest.has(file)) return { kind: 'file', path: file };
    if (this.#manifest.has(`${path}/${INDEX}`)) return { kind: 'folder', path };
    return { kind: 'unlisted', path };
  }

  #passes(path: string): boolean {
    // A backslash or an empty part: servers take them for other paths.
    if (/\\|\/\//.test(path) || path.split('/').some((name) => name === '..' || name === '.')) return false;
    return this.#pass.some((one) => (one.endsWith('/') ? path.startsWith(one) : path === one));
  }
}

function decoded(path: string): string | undefined {
  // An encoded slash is no slash to some servers, and one to others.
  if (/%2f|%5c|%00/i.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
