import { Worker } from 'node:worker_threads';

import type { WorkerPort } from '../worker/port.js';
import { VerifierPool as AnyVerifierPool } from '../worker/verifier-pool.js';
import { VerifierWorker as AnyVerifierWorker } from '../worker/verifier-worker.js';

export type * from '../types.js';
export type * from '../worker/types.js';
export { InstalledRejected, PackageRejected, VerifierError } from '../errors/verifier-error.js';
export { moved } from '../worker/moved.js';

const makeWorker = (): WorkerPort =>
  new Worker(new URL('../worker/node-script.js', import.meta.url)) as unknown as WorkerPort;

export class VerifierWorker extends AnyVerifierWorker {
  protected static override readonly makeWorker = makeWorker;
}

export class VerifierPool extends AnyVerifierPool {
  protected static override readonly makeWorker = makeWorker;
}
