import { has } from '../sources/shapes.js';
import type { OnFile } from '../verdict/unpacked-file.js';
import type { WorkOptions } from '../work.js';

/** Arguments whose callbacks end with the call, and the signal that ends it. */
export interface Watched {
  readonly args: readonly unknown[];
  readonly signal: AbortSignal | undefined;
  /** Nothing is called any more. */
  end(): void;
}

/** The signal of options, if it is one. What is none is for the verifier to refuse. */
export function signalOf(options: unknown): AbortSignal | undefined {
  const { signal } = (options ?? {}) as WorkOptions;
  return has(signal, 'throwIfAborted') && has(signal, 'addEventListener') ? signal : undefined;
}

/**
 * Lets what the callbacks of a call throw end it, also where the worker does not wait for
 * them. Options that are no such are for the verifier to refuse.
 *
 * @param at The number of the argument that has the options.
 */
export function watched(args: readonly unknown[], at: number | undefined): Watched {
  const nothing: Watched = { args, signal: undefined, end: () => undefined };
  const options = at === undefined ? undefined : args[at];
  if (at === undefined || Object.prototype.toString.call(options) !== '[object Object]') return nothing;
  const known = options as WorkOptions & { onFile?: OnFile };
  const { signal, onProgress, onFile } = known;
  const hasSignal = signalOf(options) !== undefined;
  // As it is: the verifier says what is wrong with it.
  if (signal !== undefined && !hasSignal) return nothing;
  const isHeard = typeof onProgress === 'function';
  if (!hasSignal && !isHeard) return nothing;
  const end = new AbortController();
  const abort = () => end.abort(signal?.reason);
  if (signal?.aborted === true) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  let isOver = false;
  const given: Record<string, unknown> = { ...known, signal: end.signal };
  if (isHeard) {
    given['onProgress'] = ((progress) => {
      if (isOver || end.signal.aborted) return;
      try {
        onProgress(progress);
      } catch (error) {
        end.abort(error);
      }
    }) satisfies typeof onProgress;
  }
  if (typeof onFile === 'function') {
    // The worker hears of an abort later than this side.
    given['onFile'] = ((file) => {
      end.signal.throwIfAborted();
      return onFile(file);
    }) satisfies OnFile;
  }
  return {
    args: args.map((arg, index) => (index === at ? given : arg)),
    signal: end.signal,
    end: () => {
      isOver = true;
      signal?.removeEventListener('abort', abort);
    },
  };
}
