// Serves repositories over HTTP on this machine alone, from a thread of its own: what serving
// costs is nobody's time. Counts what goes over the wire, headers too.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** A server of files by path, until it is closed. */
export class Server {
  #worker;
  #base;

  static async of(files) {
    const server = new Server();
    server.#worker = new Worker(fileURLToPath(import.meta.url), { workerData: files });
    const [port] = await once(server.#worker, 'message');
    server.#base = `http://127.0.0.1:${port}/`;
    return server;
  }

  get metadataUrl() { return `${this.#base}metadata/`; }
  get targetsUrl() { return `${this.#base}targets/`; }

  /** `{ requests, bytes }` since the last call. */
  async take() {
    this.#worker.postMessage('take');
    const [counts] = await once(this.#worker, 'message');
    return counts;
  }

  async close() {
    await this.#worker.terminate();
  }
}

if (!isMainThread) serve(workerData);

function serve(files) {
  let requests = 0;
  let closed = 0;
  let taken = 0;
  const sockets = new Set();
  const lengthOf = ({ bytesRead, bytesWritten }) => bytesRead + bytesWritten;
  const server = createServer((request, response) => {
    requests += 1;
    const file = files.get(decodeURIComponent(request.url.slice(1)));
    if (file === undefined) response.writeHead(404).end('not found');
    else response.writeHead(200, { 'content-length': file.length }).end(file);
  });
  // Nobody is to pay for connecting anew in one round and not in the next.
  server.keepAliveTimeout = 600_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      closed += lengthOf(socket);
    });
  });
  parentPort.on('message', () => {
    const total = [...sockets].reduce((sum, socket) => sum + lengthOf(socket), closed);
    parentPort.postMessage({ requests, bytes: total - taken });
    requests = 0;
    taken = total;
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
}
