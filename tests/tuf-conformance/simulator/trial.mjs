// One test's repository, server and client, and what a test asks about them.
import assert from 'node:assert/strict';

import { ClientProcess } from './client-process.mjs';
import { Repository } from './repository.mjs';
import { Server } from './server.mjs';

/** What the first refresh of a client asks for. */
export const FIRST = ['2.root.json', 'timestamp.json', '1.snapshot.json', '1.targets.json'];

/** What a refresh asks for where nothing is new. */
export const NOTHING_NEW = ['2.root.json', 'timestamp.json'];

/** The four roles in one version. */
export const all = (version) => ({ root: version, timestamp: version, snapshot: version, targets: version });

/** Its functions may be taken out of it. */
export class Trial {
  #ends = [];

  /** Runs a test, and takes down all it used. */
  static async run(body) {
    const ends = [];
    try {
      await body(await Trial.#of(new Repository(), ends));
    } finally {
      for (const end of ends) await end();
    }
  }

  static async #of(repository, ends) {
    const trial = new Trial();
    trial.#ends = ends;
    trial.repository = repository;
    trial.server = await Server.of(repository);
    ends.push(() => trial.server.close());
    trial.client = await ClientProcess.create(trial.server);
    ends.push(() => trial.client.remove());
    return trial;
  }

  /** Another one, with a client that knows nothing yet. */
  anew = (repository = new Repository()) => Trial.#of(repository, this.#ends);

  /** The client is given the first root, and refreshes once. */
  start = async () => {
    await this.client.init(this.repository.trustedRoot);
    await this.client.refresh();
    this.server.take();
  };

  /** Exactly this was asked for since the last time, in this order. */
  asked = (...requests) => {
    assert.deepEqual(this.server.take(), requests.flat(), 'requests');
  };

  /** Role name → version: exactly these are stored, with the bytes that were published. */
  holds = async (versions) => {
    const trusted = await this.client.trusted();
    const stored = Object.fromEntries([...trusted].map(([name, bytes]) => [name, versionOf(bytes)]));
    assert.deepEqual(stored, { ...versions }, 'stored versions');
    for (const [name, version] of Object.entries(versions)) {
      const expected = this.repository.published(name, version);
      assert.ok(expected !== undefined, `${name} ${version} was never published`);
      assert.equal(trusted.get(name).toString(), expected.toString(), `stored bytes of ${name}`);
    }
  };

  /** Exactly these artifacts are stored, in the order in which they were. */
  downloaded = async (...contents) => {
    assert.deepEqual(await this.client.downloaded(), contents, 'artifacts');
  };
}

function versionOf(bytes) {
  try {
    return JSON.parse(bytes.toString()).signed.version;
  } catch {
    return 'no JSON';
  }
}
