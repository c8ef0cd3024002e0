/**
 * The engine's locks (Web Locks), where they can be relied on. Those of Node.js 24 can't: there two
 * threads that wait for a lock each wake one another for ever, and locks of an ended thread stay
 * held.
 */
export function webLocks(): LockManager | undefined {
  const { locks, userAgent } = (globalThis.navigator ?? {}) as Partial<Navigator>;
  const isNode = userAgent?.startsWith('Node.js') === true;
  return isNode || typeof locks?.request !== 'function' ? undefined : locks;
}
