// A client of TUF in a thread of its own, which lives as long as a race: its code is warm from
// lap to lap, and what it leaves to the garbage collector is cleared away in nobody else's time.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

import { expect, timed } from './rounds.mjs';

/** Runs laps of a client. */
export class TufThread {
  #worker;

  /** `client` is the name of a class in tuf-clients.mjs; `place` is what it is made of. */
  constructor(client, place) {
    this.#worker = new Worker(fileURLToPath(import.meta.url), { workerData: { client, place } });
  }

  /** Begins a lap: with a new client, which has nothing but the root. */
  begin() { return this.#call('begin'); }

  /** The milliseconds that a refresh takes. */
  refresh() { return this.#call('refresh'); }

  /** The milliseconds that it takes to find targets, one after the other. */
  find(paths) { return this.#call('find', paths); }

  /** The milliseconds that it takes to find a target and to fetch it. */
  fetch(path) { return this.#call('fetch', [path]); }

  /** Ends a lap. */
  end() { return this.#call('end'); }

  async close() {
    await this.#worker.terminate();
  }

  async #call(method, paths = []) {
    this.#worker.postMessage({ method, paths });
    const [milliseconds] = await once(this.#worker, 'message');
    return milliseconds;
  }
}

if (!isMainThread) await serve(workerData);

async function serve({ client: name, place }) {
  const Client = (await import('./tuf-clients.mjs'))[name];
  const trustedRoot = Buffer.from(place.trustedRoot);
  let client;
  const methods = {
    begin() {
      client = new Client({ ...place, trustedRoot });
      client.begin();
    },
    refresh: () => client.refresh(),
    end: () => client.end(),
    find: (paths) => each(paths, (path) => client.find(path)),
    fetch: (paths) => each(paths, (path) => client.fetch(path)),
  };
  parentPort.on('message', async ({ method, paths }) => {
    parentPort.postMessage(await timed(() => methods[method](paths)));
  });
}

async function each(paths, lengthOf) {
  for (const path of paths) expect((await lengthOf(path)) > 0, true, 'length of a target');
}
