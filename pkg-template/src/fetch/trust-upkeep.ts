import type { RefreshReport } from '../trust/refresh-report.js';
import { unlessAborted } from '../unless-aborted.js';

/** Keeps what is trusted up to date: all who need it at once wait for one refresh. */
export class TrustUpkeep {
  readonly #refresh: () => Promise<RefreshReport>;
  readonly #after: number;
  readonly #changed: () => void;
  #underWay: Promise<void> | undefined;
  /** When the last one that succeeded had begun. */
  #begun = -Infinity;
  #versions = '';

  /**
   * @param after Milliseconds for which a refresh is good.
   * @param changed Called where other roles are trusted than before.
   */
  constructor(refresh: () => Promise<RefreshReport>, after: number, changed: () => void) {
    this.#refresh = refresh;
    this.#after = after;
    this.#changed = changed;
  }

  /** Which roles are trusted: another text where they are others. */
  get versions(): string {
    return this.#versions;
  }

  /**
   * Refreshes unless that was done lately, or within `atMost` milliseconds if that is less. What
   * failed is tried anew by whoever comes next.
   */
  async ensure(signal: AbortSignal | undefined, atMost: number): Promise<void> {
    if (performance.now() - this.#begun >= Math.min(this.#after, atMost)) await this.#shared(signal);
  }

  /** Refreshes unless that was begun after a time. */
  async renew(since: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#begun <= since) await this.#shared(signal);
  }

  /** Whoever gives up does so alone: the others still wait. */
  #shared(signal: AbortSignal | undefined): Promise<void> {
    this.#underWay ??= this.#run().finally(() => {
      this.#underWay = undefined;
    });
    return unlessAborted(this.#underWay, signal);
  }

  async #run(): Promise<void> {
    const begun = performance.now();
    const { root, keyMgr, pkgMgr, timestamp, snapshot, targets } = await this.#refresh();
    const versions = [root, keyMgr, pkgMgr, timestamp, snapshot, targets].map((role) => role?.version).join();
    this.#begun = begun;
    if (versions === this.#versions) return;
    this.#versions = versions;
    this.#changed();
  }
}
