import { copied } from '../sources/copied.js';
import { isBytes } from '../sources/shapes.js';
import { moved } from './moved.js';
import type { Exposed } from './scope.js';

/** Pieces that are asked for before they are needed: else each one would wait for a message. */
const AHEAD = 4;

/** Calls the other side's function of that name. */
export type Caller = (method: string, ...args: unknown[]) => Promise<unknown>;

/**
 * A stream whose pieces the other side asks for. It is locked at the first piece.
 *
 * Streams could be transferred as such in some engines, which do no more than this then.
 *
 * @param isOwn Whether pieces are nobody else's, so that they need not be copied.
 */
export function exposedStream(open: () => ReadableStream<unknown> | null, isOwn: boolean): Exposed {
  let reader: ReadableStreamDefaultReader<unknown> | undefined;
  let isCancelled = false;
  return {
    async next() {
      if (isCancelled) return undefined;
      reader ??= open()?.getReader();
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) return undefined;
      // What is no bytes is for the reader to refuse.
      if (!isBytes(value)) return { piece: value };
      const isWhole = ArrayBuffer.isView(value) && value.byteLength === value.buffer.byteLength;
      return { piece: isOwn && isWhole ? moved(value) : moved(copied(value)) };
    },
    async cancel() {
      isCancelled = true;
      await (reader === undefined ? open()?.cancel() : reader.cancel());
    },
    end() {
      // What was begun is of no use to anybody else.
      void reader?.cancel().catch(() => undefined);
    },
  };
}

/** The same stream on the other side. */
export function streamOf(call: Caller): ReadableStream<unknown> {
  const ahead: Promise<unknown>[] = [];
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        while (ahead.length < AHEAD) {
          const next = call('next');
          next.catch(() => undefined);
          ahead.push(next);
        }
        const next = (await ahead.shift()) as { piece: unknown } | undefined;
        if (next === undefined) controller.close();
        else controller.enqueue(next.piece);
      },
      async cancel() {
        await call('cancel');
      },
    },
    // Nothing is asked for before somebody reads.
    { highWaterMark: 0 },
  );
}
