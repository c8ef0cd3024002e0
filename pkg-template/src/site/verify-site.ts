import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';
import { wordsOf } from '../errors/words.js';
import { printable, quoted } from '../printable.js';
import { listedBytes } from './listed-bytes.js';
import { listedResponse } from './listed-response.js';
import { refusedResponse } from './refused-response.js';
import { isSiteWorker } from './service-worker.js';
import { type Asked, SiteFiles } from './site-files.js';
import { type SiteOptions, type SiteSettings, settingsOf } from './site-options.js';

/**
 * Has a service worker hand out a site's files only as its manifest lists them. To be called in
 * the service worker's script, before others listen for `fetch`: it takes what is below the
 * scope, and leaves to them what is elsewhere or passes.
 *
 * A listed file comes whole, verified, and with headers of its own; else a page or a text that
 * says what is wrong, with the status 502. What is not listed is not asked for, and is 404.
 *
 * @throws VerifierError ARGUMENT_INVALID, also where it is called elsewhere; MANIFEST_INVALID.
 */
export function verifySite(options: SiteOptions): void {
  const settings = settingsOf(options);
  const worker: unknown = globalThis;
  if (!isSiteWorker(worker)) throw invalidArgument('options', 'this is no service worker; call it in the script of one');
  const { scope } = worker.registration;
  const files = new SiteFiles(new URL(scope), settings.manifest, settings.pass);
  worker.addEventListener('fetch', (event) => {
    const { request } = event;
    const asked = files.asked(new URL(request.url));
    if (asked === undefined || asked.kind === 'passed') return;
    // Who listens later would answer too.
    event.stopImmediatePropagation();
    event.respondWith(answer(asked, request, settings));
  });
}

async function answer(asked: Asked, request: Request, settings: SiteSettings): Promise<Response> {
  const { manifest, headers, timeout } = settings;
  try {
    if (asked.kind === 'unlisted') throw notListed(asked.path);
    if (!['GET', 'HEAD'].includes(request.method)) {
      throw VerifierError.of('REQUEST_REFUSED', `${quoted(asked.path)} is a file, and was asked for with ${quoted(request.method)}`, {
        hint: 'Files are had with GET and HEAD. List the path in `pass` if something else answers there.',
      });
    }
    if (asked.kind === 'folder') return Response.redirect(withSlash(request.url), 302);
    const bytes = await listedBytes(manifest, asked.path, request, timeout);
    return listedResponse(asked.path, bytes, request, headers);
  } catch (cause) {
    const error = VerifierError.isVerifierError(cause)
      ? cause
      : VerifierError.of('NETWORK_FAILED', `${quoted(request.url)} could not be had: ${wordsOf(cause)}`, { cause });
    tell(error, request, settings);
    return refusedResponse(error, STATUS[error.code] ?? 502, request);
  }
}

/** Nobody knows whether it is there: it is not asked for. */
function notListed(path: string): VerifierError {
  return new VerifierError({
    code: 'FILE_UNLISTED',
    message: `${quoted(path)} was asked for, and the site's manifest does not list it`,
    hint: 'It was not there when the site was built. If it belongs to it, build it again, with its manifest; list it in `pass` if something else answers there.',
    path,
  });
}

const STATUS: Readonly<Record<string, number>> = { FILE_UNLISTED: 404, REQUEST_REFUSED: 405 };

function tell(error: VerifierError, { url }: Request, { onRefused }: SiteSettings): void {
  // Programs ask for what may be there; a site without it is no worse.
  const level = error.code === 'FILE_UNLISTED' ? 'warn' : 'error';
  console[level](`conda-verifier: ${error.code}: ${printable(error.message, 2000)}`);
  try {
    onRefused?.(error, url);
  } catch (thrown) {
    console.error(thrown);
  }
}

/** The URL of the folder, whose page has relative links. */
function withSlash(address: string): string {
  const url = new URL(address);
  url.pathname += '/';
  return url.href;
}
