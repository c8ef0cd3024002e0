import { webLocks } from '../web-locks.js';

// Engines don't say that a worker was terminated, nor a worker that its page is gone. But they
// release the locks of those that are (Web Locks), where there are locks: in secure contexts.

/** Holds a lock until `ended`; gives its name once it is held, or null where there are no locks. */
export function heldLock(ended: AbortSignal): Promise<string | null> {
  const locks = webLocks();
  if (locks === undefined) return Promise.resolve(null);
  const name = `conda-verifier ${crypto.randomUUID()}`;
  return new Promise((resolve) => {
    const hold = () => {
      resolve(name);
      return new Promise<void>((release) => {
        if (ended.aborted) release();
        else ended.addEventListener('abort', () => release(), { once: true });
      });
    };
    // Some pages may not have any.
    locks.request(name, hold).catch(() => resolve(null));
  });
}

/** Calls when the other side's lock is released, unless this side has ended before. */
export function afterLock(name: string, ended: AbortSignal, call: () => void): void {
  webLocks()
    ?.request(name, { signal: ended }, () => call())
    .catch(() => undefined);
}
