import { unlessAborted } from '../unless-aborted.js';

/** Which repodata a verifier has: all who need that of a subdir at once wait for one load. */
export class LoadedRepodata {
  readonly #load: (subdir: string) => Promise<unknown>;
  readonly #loads = new Map<string, { readonly promise: Promise<unknown>; readonly begun: number }>();

  constructor(load: (subdir: string) => Promise<unknown>) {
    this.#load = load;
  }

  /** Loads it unless that was done. What failed is tried anew by whoever comes next. */
  async ensure(subdir: string, signal: AbortSignal | undefined): Promise<void> {
    const { promise } = this.#loads.get(subdir) ?? this.put(subdir, this.#load(subdir));
    await unlessAborted(promise, signal);
  }

  /** It is being loaded, or was, for another reason. */
  put(subdir: string, promise: Promise<unknown>): { readonly promise: Promise<unknown> } {
    const entry = { promise, begun: performance.now() };
    this.#loads.set(subdir, entry);
    promise.catch(() => {
      if (this.#loads.get(subdir) === entry) this.#loads.delete(subdir);
    });
    return entry;
  }

  /** Forgets it if it is older than so many milliseconds, and says whether it was. */
  forgetOlder(subdir: string, age: number): boolean {
    const { begun = Infinity } = this.#loads.get(subdir) ?? {};
    return performance.now() - begun > age && this.#loads.delete(subdir);
  }

  forgetAll(): void {
    this.#loads.clear();
  }
}
