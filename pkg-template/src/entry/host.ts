/**
 * Lets a worker of your own verify for `VerifierWorker`.
 *
 * @module
 */

import { serveOn } from '../worker/host.js';
import { Verifier } from './browser.js';

/**
 * Lets a worker of your own verify for `VerifierWorker`: call it at once when the script begins,
 * before anything is awaited. Messages that are about something else are left alone.
 *
 * @param scope What is spoken to: the worker's own scope unless given; in a SharedWorker each
 * port that connects.
 * @returns What ends it for those who come later.
 */
export function serve(scope: object = globalThis): () => void {
  return serveOn(scope, Verifier);
}
