// Serves a repository on this machine alone, and remembers what it was asked for.
import { createServer } from 'node:http';

/** Below this, as nothing says that a repository is at the top of its server. */
const FOLDER = '/some/repository/';

/** Serves until it is closed. */
export class Server {
  #server;
  #requests = [];

  static async of(repository) {
    const server = new Server();
    server.#server = createServer((request, response) => server.#answer(repository, request, response));
    await new Promise((resolve, reject) => {
      server.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get #base() {
    return `http://127.0.0.1:${this.#server.address().port}${FOLDER}`;
  }

  get metadataUrl() { return `${this.#base}metadata/`; }
  get targetsUrl() { return `${this.#base}targets/`; }

  /**
   * What was asked for since the last call, as it was asked for: metadata by file name,
   * artifacts with `targets/` before.
   */
  take() {
    return this.#requests.splice(0).map((path) => path.replace(/^metadata\//, ''));
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer({ files, statuses }, request, response) {
    const { url } = request;
    // What leaves the repository stands out in the list.
    const path = url.startsWith(FOLDER) ? url.slice(FOLDER.length) : url;
    this.#requests.push(path);
    const file = decoded(path);
    // A client may hang up on what it does not want.
    response.on('error', () => undefined);
    if (statuses.has(file)) response.writeHead(statuses.get(file)).end();
    else if (files.has(file)) response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(files.get(file));
    else response.writeHead(404).end('not found');
  }
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
