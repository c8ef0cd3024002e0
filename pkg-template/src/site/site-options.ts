import type { VerifierError } from '../errors/verifier-error.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { type FolderManifest, manifestOf } from '../manifest/folder-manifest.js';
import type { SiteManifest } from '../manifest/site-manifest.js';
import { checkNames } from '../options/named-options.js';
import { timeoutOf } from '../trust/refresh-options.js';

/** The options of `verifySite`. */
export interface SiteOptions {
  /**
   * What `conda-verifier manifest DIR` wrote of the site, bundled into the service worker: its
   * text, what a bundler makes of that, or what `readManifest` gives.
   */
  readonly manifest: FolderManifest;
  /**
   * Paths below the scope, not percent-encoded, that are not verified: the next listener for
   * `fetch` answers, or else the network. One that ends in a slash is a folder with all in it.
   */
  readonly pass?: readonly string[] | undefined;
  /**
   * Headers that each verified file gets, such as a Content-Security-Policy: those of the server
   * are not handed on.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Hears of each request that is refused, beside the console. */
  readonly onRefused?: ((error: VerifierError, url: string) => void) | undefined;
  /** As `Verifier.refresh` has it, in milliseconds. */
  readonly timeout?: number | undefined;
}

/** The options, checked. */
export interface SiteSettings {
  readonly manifest: SiteManifest;
  readonly pass: readonly string[];
  readonly headers: Headers;
  readonly onRefused: SiteOptions['onRefused'];
  readonly timeout: number;
}

/** What is told of the file itself, which is known here. */
const OWN = ['content-type', 'content-length', 'content-range', 'content-encoding', 'accept-ranges'];

/** @throws VerifierError ARGUMENT_INVALID; MANIFEST_INVALID. */
export function settingsOf(options: SiteOptions): SiteSettings {
  checkNames('options', options, ['manifest', 'pass', 'headers', 'onRefused', 'timeout']);
  const { pass = [], headers = {}, onRefused } = options;
  const isList = Array.isArray(pass) && pass.every((path) => typeof path === 'string');
  if (!isList) throw invalidArgument('options.pass', 'it is no list of paths');
  const odd = pass.find((path) => path === '' || path.startsWith('/') || /[\\%?#]|^[a-z]+:|\/\//i.test(path));
  if (odd !== undefined) {
    throw invalidArgument('options.pass', `${JSON.stringify(odd)} is no path below the scope: no slash before it, no %, ? or #`);
  }
  if (onRefused !== undefined && typeof onRefused !== 'function') throw invalidArgument('options.onRefused', 'it is no function');
  return { manifest: manifestOf(options.manifest), pass: [...pass], headers: headersOf(headers), onRefused, timeout: timeoutOf(options) };
}

function headersOf(given: Readonly<Record<string, string>>): Headers {
  let headers;
  try {
    headers = new Headers(given);
  } catch (cause) {
    throw invalidArgument('options.headers', 'they are no headers by their names', cause);
  }
  const own = OWN.find((name) => headers.has(name));
  if (own === undefined) return headers;
  throw invalidArgument('options.headers', `${own} is found out of the file`);
}
