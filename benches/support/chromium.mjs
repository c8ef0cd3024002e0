// Chromium with the npm package as it ships, served over HTTP on this machine.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { chromium as browserType } from 'playwright-core';

const FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-sync',
  '--no-first-run',
  '--no-sandbox',
];

const TYPES = { js: 'text/javascript', json: 'application/json', wasm: 'application/wasm' };
const PACKAGE = '/pkg/';

/** A browser and its server, until they are closed. */
export class Chromium {
  #browser;
  #server;
  #url;

  /** `folder` has the npm package; `files` are served beside it, by path. */
  static async of(folder, files) {
    const chromium = new this();
    chromium.#server = createServer(({ url }, response) => {
      const end = url.split('.').at(-1);
      const type = TYPES[end] ?? 'application/octet-stream';
      const bytes = url.startsWith(PACKAGE) ? readFileSync(join(folder, url.slice(PACKAGE.length))) : files[url];
      // Every page loads everything anew.
      if (bytes === undefined) response.writeHead(url === '/' ? 200 : 404, { 'content-type': 'text/html' }).end();
      else response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(bytes);
    });
    chromium.#server.listen(0, '127.0.0.1');
    await once(chromium.#server, 'listening');
    chromium.#url = `http://127.0.0.1:${chromium.#server.address().port}/`;
    const executablePath = process.env.CONDA_VERIFIER_CHROMIUM;
    chromium.#browser = await browserType.launch({ executablePath, args: FLAGS });
    return chromium;
  }

  /** What a function gives that runs in a page which nothing was loaded in before. */
  async inNewPage(work, given) {
    const context = await this.#browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(this.#url);
      return await page.evaluate(work, given);
    } finally {
      await context.close();
    }
  }

  async close() {
    await this.#browser.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
