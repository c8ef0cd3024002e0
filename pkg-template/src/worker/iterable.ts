import type { Exposed } from './scope.js';
import type { Caller } from './stream.js';

/** Values that are sent at one time, where none of them has to be waited for. */
const BATCH = 64;

interface Batch {
  readonly values: readonly unknown[];
  readonly isDone: boolean;
}

/** Something that the other side iterates over. */
export function exposedIterable(iterable: Iterable<unknown> | AsyncIterable<unknown>): Exposed {
  let iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  const isAsync = Symbol.asyncIterator in iterable;
  let isOver = false;
  const leave = async () => {
    if (isOver) return;
    isOver = true;
    await iterator?.return?.();
  };
  const begun = () => (iterator ??= isAsync ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]());
  return {
    async next(): Promise<Batch> {
      const values: unknown[] = [];
      for (let count = isAsync ? 1 : BATCH; count > 0; count--) {
        const { done, value } = await begun().next();
        if (done === true) {
          isOver = true;
          return { values, isDone: true };
        }
        values.push(value);
      }
      return { values, isDone: false };
    },
    return: leave,
    end() {
      void leave().catch(() => undefined);
    },
  };
}

/** The same on the other side. */
export async function* iterableOf(call: Caller): AsyncGenerator<unknown, void, undefined> {
  let isDone = false;
  try {
    while (!isDone) {
      const batch = (await call('next')) as Batch;
      ({ isDone } = batch);
      yield* batch.values;
    }
  } catch (error) {
    isDone = true;
    throw error;
  } finally {
    if (!isDone) await call('return');
  }
}
