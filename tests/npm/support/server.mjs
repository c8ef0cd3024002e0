// A server on this machine alone.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

import { pathOf } from './samples.mjs';

const TYPES = { html: 'text/html', mjs: 'text/javascript', js: 'text/javascript', json: 'application/json', wasm: 'application/wasm' };

/**
 * Serves until the test ends. `routes` has handlers by path; everything else is a file of the
 * sample channel, or 404.
 */
export async function serve(test, routes = {}) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const below = (route) => route.endsWith('*') && path.startsWith(route.slice(0, -1));
    const route = path in routes ? path : Object.keys(routes).find(below);
    try {
      if (route !== undefined) routes[route](request, response, path);
      else send(response, path, readFileSync(pathOf(path.slice(1))));
    } catch {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>not found</h1>');
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** Answers with bytes of the type that the path's end says. */
export function send(response, path, bytes, headers = {}) {
  const type = TYPES[path.split('.').at(-1)] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, ...headers }).end(bytes);
}

/** An address where nobody listens. */
export async function closedPort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
