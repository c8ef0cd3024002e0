/**
 * The same beside the main thread: a verifier in a worker, or a pool of them.
 *
 * @module
 */

import { Worker } from 'node:worker_threads';

import type { WorkerPort } from '../worker/port.js';
import { VerifierPool as AnyVerifierPool } from '../worker/verifier-pool.js';
import { VerifierWorker as AnyVerifierWorker } from '../worker/verifier-worker.js';

export type * from '../types.js';
export type * from '../worker/types.js';
export { InstalledRejected, PackageRejected, VerifierError } from '../errors/verifier-error.js';
export { moved } from '../worker/moved.js';

const makeWorker = (): WorkerPort =>
  // Options of the program are not for the thread's script: --input-type would end it.
  new Worker(new URL('../worker/node-script.js', import.meta.url), { execArgv: [] }) as unknown as WorkerPort;

/**
 * A verifier that works in a thread of Node.js, so that the caller has its own for itself. Made by
 * `VerifierWorker.create()`; its methods are those of `Verifier`, and give promises.
 */
export class VerifierWorker extends AnyVerifierWorker {
  protected static override readonly makeWorker = makeWorker;
}

/**
 * Several verifiers in workers, which verify several packages at once. Made by
 * `VerifierPool.create()`; its methods are those of `VerifierWorker`, but for those that go step by
 * step.
 */
export class VerifierPool extends AnyVerifierPool {
  protected static override readonly makeWorker = makeWorker;
}
