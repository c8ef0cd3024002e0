// The check in a page of any browser. The page says by itself what it found, so a browser needs
// no more of its driver than to open a URL.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { installed, send } from './shared.mjs';
import { site } from './site.mjs';

const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));

/** Not a word more than the package needs. */
export const POLICY = "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** What a page begins with: everything that goes wrong is part of what it says. */
const LISTENING = `
  const complaints = [];
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    complaints.push('refused by the policy: ' + violatedDirective + ' ' + blockedURI));
  addEventListener('error', ({ message }) => complaints.push('error: ' + message));
  addEventListener('unhandledrejection', ({ reason }) => complaints.push('unhandled: ' + reason));
  const say = (found) =>
    fetch('/said', { method: 'POST', body: JSON.stringify({ ...found, complaints, agent: navigator.userAgent }) });
`;

/** The module of a page that says what the body of a function gives. */
export const listening = (body) => `${LISTENING}
  // In a function, since bundlers for older browsers refuse to wait at the top.
  const run = async () => {
    ${body}
  };
  run().catch((error) => ({ failed: String(error), stack: error.stack })).then(say);
`;

/** The module of a page that runs the check with a package imported as `entry` says. */
export const checking = ({ entry, check = '/check.mjs', wasm = '{}' }) => listening(`
    const [entry, { check }] = await Promise.all([${entry}, import(${JSON.stringify(check)})]);
    return check(entry, location.origin, ${wasm});
`);

/** The page as HTML, with its module. */
export const html = (module) => `<!DOCTYPE html><meta charset="utf-8"><title>check</title>
<link rel="icon" href="data:,"><script type="module" src="${module}"></script>`;

/** The package as a page imports it that no bundler made. */
export const PACKAGE = `import('${exports['.'].default.default.replace('.', '/pkg')}')`;

/** Its entry for workers, in the same way. */
export const WORKERS = `import('${exports['./worker'].default.default.replace('.', '/pkg')}')`;

/** The page without a bundler, from the installed package. */
export const unbundled = {
  '/': (_, response) => send(response, 'x.html', html('/page.mjs'), { 'content-security-policy': POLICY }),
  '/page.mjs': (_, response, path) =>
    send(response, path, checking({ entry: PACKAGE })),
  '/check.mjs': (_, response, path) => send(response, path, readFileSync(new URL('../check.mjs', import.meta.url))),
  // A worker has the policy of its own script.
  '/pkg/*': (_, response, path) =>
    send(response, path, readFileSync(join(installed, path.slice('/pkg/'.length))), { 'content-security-policy': POLICY }),
};

/** How long a page may take: the machine has other things to do. */
const PATIENCE = 120_000;

/**
 * Serves a page until the test ends. Gives its URL, and `said`, a promise of what it says; it
 * rejects when the page says nothing for too long.
 */
export async function paged(t, routes = unbundled) {
  let hear;
  let fail;
  const said = new Promise((resolve, reject) => ([hear, fail] = [resolve, reject]));
  const timer = setTimeout(() => fail(new Error('the page said nothing')), PATIENCE);
  t.after(() => clearTimeout(timer));
  // A test may fail before it waits for it.
  said.catch(() => undefined);
  const url = await site(t, {
    ...routes,
    '/said': async (request, response) => {
      const text = Buffer.concat(await request.toArray()).toString();
      response.writeHead(204).end();
      hear(JSON.parse(text));
    },
  });
  return { url, said };
}
