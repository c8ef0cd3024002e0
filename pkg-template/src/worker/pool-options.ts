import { invalidArgument } from '../errors/invalid-argument.js';
import { checkNames } from '../options/named-options.js';
import type { WorkerPort } from './port.js';

/** How many workers a pool has, and where they come from. */
export interface PoolOptions {
  /**
   * The number of workers, from 1 to 64: the number of processors unless given, and no more
   * than 4, since each worker has memory of its own.
   */
  readonly size?: number | undefined;
  /** Makes a worker in which `serve()` of `conda-verifier/worker/host` runs. */
  readonly worker?: (() => WorkerPort) | undefined;
}

/** What a pool takes unless it is told. */
const [USUAL, FEW, MOST] = [4, 2, 64];

/** @throws VerifierError ARGUMENT_INVALID. */
export function sizeOf(options: PoolOptions): number {
  checkNames('place', options, ['size', 'worker']);
  const { size = Math.min(USUAL, globalThis.navigator?.hardwareConcurrency ?? FEW), worker } = options;
  if (!Number.isInteger(size) || size < 1 || size > MOST) {
    throw invalidArgument('place.size', `it is no whole number from 1 to ${MOST}`);
  }
  if (worker !== undefined && typeof worker !== 'function') {
    throw invalidArgument('place.worker', 'a pool has several workers: it is a function that makes one');
  }
  return size;
}
