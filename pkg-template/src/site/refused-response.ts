import type { VerifierError } from '../errors/verifier-error.js';
import { printable } from '../printable.js';

/** What a person or a program gets in place of a file that is refused. */
export function refusedResponse(error: VerifierError, status: number, request: Request): Response {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox" };
  const words = `${error.code}: ${printable(error.message, 2000)}`;
  const answer = (body: string, type: string) =>
    new Response(request.method === 'HEAD' ? null : body, { status, headers: { ...headers, 'content-type': `${type}; charset=utf-8` } });
  if (request.mode !== 'navigate') return answer(`${words}\n${error.hint}\n`, 'text/plain');
  return answer(
    `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>${error.code}</title>
<h1>This page was stopped</h1>
<p><strong>${escaped(words)}</strong></p>
<p>${escaped(error.hint)}</p>
<p>If the site was changed a moment ago, load the page again; if that does not help, close all pages of the site first.</p>
</html>
`,
    'text/html',
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
