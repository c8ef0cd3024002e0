import { invalidArgument } from './errors/invalid-argument.js';
import { checkNames } from './options/named-options.js';
import type { Progress } from './progress.js';

/** The options of what takes time. */
export interface WorkOptions {
  /** Ends the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then: about once per MiB, or per thousand records. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Work that a caller watches and may end. */
export interface Work {
  readonly signal: AbortSignal | undefined;
  readonly report: (progress: Progress) => void;
}

/**
 * Checks the options, and whether there is anything to begin at all.
 *
 * @param others The names of further options.
 */
export function workOf(options: WorkOptions, others: readonly string[] = []): Work {
  checkNames('options', options, ['signal', 'onProgress', ...others]);
  const { signal, onProgress } = options;
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw invalidArgument('options.onProgress', 'it is no function');
  }
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') {
    throw invalidArgument('options.signal', 'it is no AbortSignal');
  }
  signal?.throwIfAborted();
  return { signal, report: (progress) => onProgress?.(Object.freeze(progress)) };
}
