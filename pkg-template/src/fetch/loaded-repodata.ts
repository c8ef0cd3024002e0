import type { VerifierError } from '../errors/verifier-error.js';
import { unlessAborted } from '../unless-aborted.js';

/** Why there is none that could be loaded; null where there is. */
type Absence = VerifierError | null;

/** Which repodata a verifier has: all who need that of a subdir at once wait for one load. */
export class LoadedRepodata {
  readonly #load: (subdir: string) => Promise<Absence>;
  readonly #loads = new Map<string, { readonly promise: Promise<Absence>; readonly begun: number }>();

  constructor(load: (subdir: string) => Promise<Absence>) {
    this.#load = load;
  }

  /** Loads it unless that was done. What failed is tried anew by whoever comes next. */
  async ensure(subdir: string, signal: AbortSignal | undefined): Promise<Absence> {
    const { promise } = this.#loads.get(subdir) ?? this.put(subdir, this.#load(subdir));
    return unlessAborted(promise, signal);
  }

  /** It is being loaded, or was, for another reason. */
  put(subdir: string, promise: Promise<Absence>): { readonly promise: Promise<Absence> } {
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
