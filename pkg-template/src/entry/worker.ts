import type { WorkerPort } from '../worker/port.js';
import { VerifierPool as AnyVerifierPool } from '../worker/verifier-pool.js';
import { VerifierWorker as AnyVerifierWorker } from '../worker/verifier-worker.js';

export type * from '../types.js';
export type * from '../worker/types.js';
export { InstalledRejected, PackageRejected, VerifierError } from '../errors/verifier-error.js';
export { moved } from '../worker/moved.js';

const makeWorker = (): WorkerPort =>
  // Written out where it is used: this is the form that bundlers find workers by.
  new Worker(new URL('../worker/script.js', import.meta.url), { type: 'module', name: 'conda-verifier' });

export class VerifierWorker extends AnyVerifierWorker {
  protected static override readonly makeWorker = makeWorker;
}

export class VerifierPool extends AnyVerifierPool {
  protected static override readonly makeWorker = makeWorker;
}
