import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import { beginsAsPage, PAGE_BEGINNING } from '../sources/page-beginning.js';
import type { Blocks } from '../sources/blocks.js';

/** What the core says of a file that has to be there. */
export const MISSING: readonly string[] = ['ROLE_MISSING', 'TUF_ROLES_MISSING'];

const PAGE_HINT =
  'Look at the address in a browser: it may be an error page, a login, or the website of the channel and not the channel itself. If the server is yours, let it answer 404 for files that are not there. One that is set up for an application of a single page sends that page instead (Vite: `appType: \'mpa\'`).';

/** The error about a file, with the address that it was asked for at, where that helps. */
export function atAddress(
  error: unknown,
  href: string,
  { blocks, status }: { readonly blocks: Blocks | null; readonly status: number | null },
  optional: boolean,
): unknown {
  if (!VerifierError.isVerifierError(error) || !/^https?:/.test(href)) return error;
  if (blocks === null && MISSING.includes(error.code)) {
    return told(error, href, `${error.message}: ${quoted(href)} was asked for, and the answer was ${status}`);
  }
  if (blocks === null || error.code !== 'JSON_INVALID' || !isPage(blocks)) return error;
  const need = optional ? ', which need not exist' : '';
  const message = `${quoted(href)} was asked for${need}; the server answered with an HTML page, where it should say 404 if there is no such file: ${error.message}`;
  return told(error, href, message, PAGE_HINT);
}

function told(error: VerifierError, url: string, message: string, hint = error.hint): VerifierError {
  const { name: _, ...fault } = error.toJSON();
  return new VerifierError({ ...fault, message, hint, details: { ...fault.details, url } }, { cause: error });
}

function isPage(blocks: Blocks): boolean {
  const beginning = new Uint8Array(Math.min(PAGE_BEGINNING, blocks.length));
  blocks.readAt(0, beginning);
  return beginsAsPage(beginning);
}
