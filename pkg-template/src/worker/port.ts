import { VerifierError } from '../errors/verifier-error.js';

/**
 * Something that messages are sent to: a `Worker`, the port of a `SharedWorker`, another
 * `MessagePort`, or a `Worker` of Node's `worker_threads`.
 */
export interface WorkerPort {
  /** Sends a message, and gives away what `transfer` lists. */
  postMessage(message: unknown, transfer: Transferable[]): void;
  /** What a worker has and a port has not. */
  terminate?(): unknown;
}

/** What of events is looked at. */
interface Told {
  readonly data?: unknown;
  readonly message?: unknown;
}

/** How events are heard: as in browsers, or as in Node.js. */
interface Hearing {
  addEventListener?(type: string, listener: (event: Told) => void): void;
  removeEventListener?(type: string, listener: (event: Told) => void): void;
  on?(type: string, listener: (value: unknown) => void): void;
  off?(type: string, listener: (value: unknown) => void): void;
  /** Of a MessagePort: nothing is heard before. */
  start?(): void;
}

/** Hears messages; gives what ends that. */
export function hear(port: object, hearer: (data: unknown) => void): () => void {
  const stop = on(port, 'message', ({ data }) => hearer(data));
  (port as Hearing).start?.();
  return stop;
}

/** Hears other events; gives what ends that. */
export function on(port: object, type: string, hearer: (told: Told) => void): () => void {
  const hearing = port as Hearing;
  if (typeof hearing.addEventListener === 'function') {
    hearing.addEventListener(type, hearer);
    return () => hearing.removeEventListener?.(type, hearer);
  }
  // Node's give the value itself.
  const listener = (value: unknown) => hearer(type === 'message' ? { data: value } : told(value));
  hearing.on?.(type, listener);
  return () => void hearing.off?.(type, listener);
}

function told(value: unknown): Told {
  return value instanceof Error ? { message: value.message } : {};
}

/** The error for a worker that is of no use. */
export function workerFailed(reason: string, cause?: unknown): VerifierError {
  return VerifierError.of('WORKER_FAILED', `the worker failed: ${reason}`, { cause });
}
