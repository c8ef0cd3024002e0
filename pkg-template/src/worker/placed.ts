import { invalidArgument } from '../errors/invalid-argument.js';
import { wordsOf } from '../errors/words.js';
import { type WorkerPort, workerFailed } from './port.js';
import type { WorkerOptions } from './worker-options.js';

/** The worker to speak to, and whether it was made for that. */
export function placed(
  { worker }: WorkerOptions,
  makeWorker: () => WorkerPort,
): { readonly worker: WorkerPort; readonly isOwn: boolean } {
  if (worker !== undefined && typeof worker !== 'function') return { worker: checked(worker), isOwn: false };
  let made: WorkerPort;
  try {
    made = (worker ?? makeWorker)();
  } catch (cause) {
    throw workerFailed(`it can't be made: ${wordsOf(cause)}`, cause);
  }
  return { worker: checked(made), isOwn: true };
}

function checked(worker: WorkerPort): WorkerPort {
  if (typeof worker?.postMessage === 'function') return worker;
  throw invalidArgument('place.worker', 'it is no worker or port; of a SharedWorker, pass its port');
}
