// Who waits for a turn of the event loop.
const waiting: (() => void)[] = [];

/** A turn of the event loop, for one caller. */
export function ownTurn(): Promise<void> {
  return new Promise(afterTurn);
}

/**
 * A turn of the event loop. One of those who wait is let go at a turn: otherwise all
 * packages that are verified at once would take their stretches before a timer is heard.
 */
export function sharedTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) afterTurn(next);
  });
}

function next(): void {
  waiting.shift()?.();
  if (waiting.length > 0) afterTurn(next);
}

/**
 * Calls after a turn of the event loop.
 *
 * Not by scheduler.yield(): what continues after it goes before timers and all else of its
 * priority. Nor by setTimeout(), which waits 4 ms and more, in a hidden page a second.
 */
function afterTurn(call: () => void): void {
  if (typeof MessageChannel !== 'function') {
    setTimeout(call, 0);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    // Else it would keep a program of Node.js running.
    port1.close();
    call();
  };
  port2.postMessage(undefined);
}
