// Engines don't say that a worker was terminated, nor a worker that its page is gone. But they
// release the locks of those that are (Web Locks), where there are locks: in secure contexts.

/**
 * Locks where the end of a worker needs them. Those of Node.js 24 don't: there two threads that
 * wait for a lock each wake one another for ever, locks of an ended thread stay held, and threads
 * and ports say by themselves that they have ended.
 */
function locksOf(): LockManager | undefined {
  const { locks, userAgent } = (globalThis.navigator ?? {}) as Partial<Navigator>;
  return userAgent?.startsWith('Node.js') === true ? undefined : locks;
}

/** Holds a lock until `ended`; gives its name once it is held, or null where there are no locks. */
export function heldLock(ended: AbortSignal): Promise<string | null> {
  const locks = locksOf();
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
  locksOf()
    ?.request(name, { signal: ended }, () => call())
    .catch(() => undefined);
}
