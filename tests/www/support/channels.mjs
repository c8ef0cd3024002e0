// Channels that the page reads from servers of this machine, and the page itself.
import { mkdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';

import { listen, openSite as openAny } from './site.mjs';

const root = join(import.meta.dirname, '../../..');
const pictures = process.env.CONDA_VERIFIER_PICTURES ?? join(root, 'target/www-pictures');
/** The generator's channels. */
export const channels = process.env.CONDA_VERIFIER_CHANNEL ?? join(root, 'target/xtask/channel');

/** Lets a page of another origin read. */
export const CORS = { 'access-control-allow-origin': '*' };

/** What a browser tells by itself of what a server refuses. */
const USUAL = /Failed to load resource|blocked by CORS/;

/** Serves until the test ends; `answer` is given request, response, and the path. */
export async function serve(t, answer) {
  const url = await listen(t, (request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    void Promise.resolve()
      .then(() => answer(request, response, path))
      .catch(() => response.writeHead(404, CORS).end());
  });
  return `${url}/`;
}

/** Serves a folder's files, and what lies in `over` before them. */
export function folder(path, over = {}) {
  return (_, response, name) => {
    const bytes = over[name.slice(1)] ?? readFileSync(join(path, normalize(name)));
    response.writeHead(200, CORS).end(bytes);
  };
}

/** Opens the page at that view. */
export async function openSite(t, { hash = '', ...options } = {}) {
  const { page, url, complaints } = await openAny(t, options);
  Object.defineProperty(complaints, 'push', {
    value: (text) => (USUAL.test(text) ? complaints.length : Array.prototype.push.call(complaints, text)),
  });
  await page.goto(`${url}/${hash}`);
  return { page, url: `${url}/`, complaints };
}

/** Goes to another view as a link does. */
export async function goTo(page, hash) {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, hash);
}

/** Keeps a picture for people. */
export async function picture(page, name) {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
