import { invalidArgument } from '../errors/invalid-argument.js';

/**
 * A text's URL, if other URLs can be below it: `conda-forge:main` and `data:,x` are none here.
 *
 * Not by URL.canParse(), which is younger than the engines we run on.
 */
export function urlOf(text: string): URL | undefined {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return undefined;
  try {
    const url = new URL(text);
    return url.pathname.startsWith('/') ? url : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether it is a string or a URL: by its class, since those of workerd have no tag before the
 * compatibility date 2024-09-26, or by its tag, since it may be of another realm.
 */
export function isAddress(value: unknown): value is string | URL {
  return typeof value === 'string' || value instanceof URL || Object.prototype.toString.call(value) === '[object URL]';
}

/**
 * The URL of a folder in the one spelling that ends in a slash.
 *
 * @throws VerifierError ARGUMENT_INVALID for one that has more in it.
 */
export function folderUrl(argument: string, url: URL): URL {
  if (url.username !== '' || url.password !== '') {
    throw invalidArgument(argument, 'its user name and password would be kept; leave them out');
  }
  if (url.search !== '' || url.hash !== '') {
    throw invalidArgument(argument, 'it is the URL of a folder, without ? and #');
  }
  return new URL(url.href.endsWith('/') ? url.href : `${url.href}/`);
}
