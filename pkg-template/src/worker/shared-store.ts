import type { TrustState } from '../trust/channel-trust.js';
import { storeFailed, type TrustStore } from '../trust/trust-store.js';
import type { Exposed } from './scope.js';
import type { Caller } from './stream.js';

/** How often somebody else may have changed what is kept meanwhile. */
const ROUNDS = 16;

/**
 * A store that the other side uses. What is kept there is decided on the other side, which a
 * store can't wait for: so it says what it went by, and is told where that is no longer so.
 */
export function exposedStore(store: TrustStore): Exposed {
  return {
    read: () => store.read(),
    async swap(expected: unknown, next: TrustState): Promise<{ kept: TrustState } | null> {
      let isCalled = false;
      let other: { kept: TrustState } | null = null;
      await store.update((kept) => {
        isCalled = true;
        other = isSame(kept, expected) ? null : { kept };
        return other === null ? next : kept;
      });
      if (!isCalled) throw storeFailed('its update() does not call the function that it is given');
      return other;
    },
    clear: () => store.clear(),
  };
}

/** The same store on the other side. */
export function storeOf(call: Caller): TrustStore {
  const read = async (): Promise<TrustState> => (await call('read')) as TrustState;
  return {
    read,
    async update(merge) {
      let kept = await read();
      for (let round = 0; round < ROUNDS; round++) {
        const other = (await call('swap', kept, merge(kept))) as { kept: TrustState } | null;
        if (other === null) return;
        ({ kept } = other);
      }
      throw storeFailed(`others change it all the time: ${ROUNDS} times in a row`);
    },
    async clear() {
      await call('clear');
    },
  };
}

/** Whether two states have the same entries, in the same order. */
function isSame(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((entry: unknown, index) => isSameEntry(entry, b[index]));
}

function isSameEntry(a: unknown, b: unknown): boolean {
  const [one, other] = [a, b] as [Partial<TrustState[number]> | null, Partial<TrustState[number]> | null];
  const [x, y] = [one?.bytes, other?.bytes];
  if (typeof one?.key !== 'string' || one.key !== other?.key || x?.length === undefined) return false;
  return x.length === y?.length && x.every((byte, index) => byte === y[index]);
}
