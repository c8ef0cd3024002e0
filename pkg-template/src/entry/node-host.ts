/**
 * Lets a worker of your own verify for `VerifierWorker`.
 *
 * @module
 */

import { parentPort } from 'node:worker_threads';

import { invalidArgument } from '../errors/invalid-argument.js';
import { serveOn } from '../worker/host.js';
import { Verifier } from './node.js';

/**
 * Lets a thread of your own verify for `VerifierWorker`: call it at once when the script begins,
 * before anything is awaited. Messages that are about something else are left alone.
 *
 * @param scope What is spoken to: the port to the thread's parent unless given.
 * @returns What ends it for those who come later.
 */
export function serve(scope: object | null = parentPort): () => void {
  if (scope === null) throw invalidArgument('scope', 'this is no thread that was begun by another one');
  return serveOn(scope, Verifier);
}
