import { type Client, startWorker } from '../worker/client.js';

let started: Promise<Client> | undefined;

/** The page's worker, started when it is first needed. */
export async function client(): Promise<Client> {
  started ??= startWorker();
  try {
    return await started;
  } catch (error) {
    started = undefined;
    throw error;
  }
}
