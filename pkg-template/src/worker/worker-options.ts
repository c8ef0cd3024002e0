import type { WorkerPort } from './port.js';

/** Where a verifier works, if not in a worker of this package's own. */
export interface WorkerOptions {
  /**
   * A worker in which `serve()` of `conda-verifier/worker/host` runs, or a function that makes
   * one. One that was made, here or by the function, is terminated by `free()`; one that was
   * given goes on, and may serve several.
   */
  readonly worker?: WorkerPort | (() => WorkerPort) | undefined;
}
