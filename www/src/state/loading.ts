import { type ReadonlySignal, signal } from '@preact/signals';
import type { ErrorJson, Progress } from 'conda-verifier';
import type { OnProgress } from '../protocol.js';
import { faultOf } from '../worker/thrown.js';

/** Something that takes time. */
export type Loading<T> =
  | { readonly status: 'nothing' }
  | { readonly status: 'loading'; readonly progress: Progress | null; readonly before: T | null }
  | { readonly status: 'here'; readonly value: T }
  | { readonly status: 'failed'; readonly fault: ErrorJson; readonly before: T | null };

/** Loads one thing at a time: another one ends the one before it. */
export class Loader<T> {
  readonly #state = signal<Loading<T>>({ status: 'nothing' });
  #controller: AbortController | undefined;

  get state(): ReadonlySignal<Loading<T>> {
    return this.#state;
  }

  /** The value, once it is here. */
  get value(): T | null {
    const state = this.#state.value;
    return state.status === 'here' ? state.value : null;
  }

  /** The value, or the one that stays to be seen meanwhile. */
  get last(): T | null {
    const state = this.#state.value;
    return state.status === 'here' ? state.value : state.status === 'nothing' ? null : state.before;
  }

  /** The value, for whoever need not know when it changes. */
  peekHere(): T | null {
    const state = this.#state.peek();
    return state.status === 'here' ? state.value : null;
  }

  /**
   * Begins anew.
   *
   * @param keeps Whether what is here stays to be seen meanwhile.
   */
  async load(run: (signal: AbortSignal, onProgress: OnProgress) => Promise<T>, keeps = false): Promise<void> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    const before = keeps ? this.last : null;
    this.#state.value = { status: 'loading', progress: null, before };
    let isOver = false;
    const show = (state: Loading<T>) => {
      if (this.#controller !== controller || isOver) return;
      isOver = state.status !== 'loading';
      this.#state.value = state;
    };
    try {
      // From another thread progress may come after the end.
      const value = await run(controller.signal, (progress) => show({ status: 'loading', progress, before }));
      show({ status: 'here', value });
    } catch (error) {
      if (controller.signal.aborted) show(before === null ? { status: 'nothing' } : { status: 'here', value: before });
      else show({ status: 'failed', fault: faultOf(error), before });
    }
  }

  /** Replaces the value. */
  set(value: T): void {
    this.#controller = undefined;
    this.#state.value = { status: 'here', value };
  }

  /** Ends what is under way. */
  cancel(): void {
    this.#controller?.abort();
  }

  clear(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.#state.value = { status: 'nothing' };
  }
}
