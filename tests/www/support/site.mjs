// The built page on a server of this machine, and a browser that looks at it.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';

import { chromium } from 'playwright-core';

import { FLAGS } from '../../npm/support/flags.mjs';

export const dist = process.env.CONDA_VERIFIER_PAGE ?? join(import.meta.dirname, '../../../www/dist');
const executablePath = process.env.CONDA_VERIFIER_CHROMIUM ?? '/usr/bin/chromium';

const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', wasm: 'application/wasm', svg: 'image/svg+xml' };

/** Listens until the test ends; the address without a slash at its end. */
export async function listen(t, handler) {
  const server = createServer((request, response) => {
    try {
      handler(request, response);
    } catch {
      response.writeHead(404, { 'access-control-allow-origin': '*' }).end('not found');
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** Hands out the page. */
export function sendSite(request, response) {
  const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname).replace(/\/$/, '/index.html');
  const bytes = readFileSync(join(dist, normalize(path)));
  response.writeHead(200, { 'content-type': TYPES[path.split('.').at(-1)] ?? 'application/octet-stream' }).end(bytes);
}

/**
 * The page in a browser that ends with the test. `visit` goes to a view of it, by what comes
 * after `#`; `complaints` has what the browser's console was told, and what was asked of other
 * hosts than this machine.
 */
export async function openSite(t, { viewport = { width: 1200, height: 900 }, ...options } = {}) {
  const url = await listen(t, sendSite);
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  t.after(() => browser.close());
  const context = await browser.newContext({ viewport, acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith('http://127.0.0.1:')) complaints.push(`asked ${request.url()}`);
  });
  let number = 0;
  const visit = (hash = '') => page.goto(`${url}/?${(number += 1)}${hash === '' ? '' : `#${hash}`}`);
  return { url, page, visit, complaints };
}
