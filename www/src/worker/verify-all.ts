import { PackageRejected } from 'conda-verifier';
import type { Outcome, VerifyReport } from '../protocol.js';
import type { OpenChannel } from './open-channel.js';
import type { Query } from './record-table.js';
import { faultOf, isUndecided } from './thrown.js';

/** Packages that are fetched at once: more make a server slow, and a browser has six connections. */
const AT_ONCE = 3;
/** Bytes of packages that are in memory at once; one that is larger comes alone. */
const IN_MEMORY = 256 << 20;
/** Milliseconds between two reports. */
const PAUSE = 150;

/** What is fetched. */
interface Wanted {
  readonly fileName: string;
  readonly size: number;
}

/** Fetches and verifies all packages that match; what becomes of each is in the table too. */
export async function verifyAll(
  channel: OpenChannel,
  subdir: string,
  query: Query,
  signal: AbortSignal,
  onReport: (report: VerifyReport) => void,
): Promise<VerifyReport> {
  const table = channel.table(subdir);
  const wanted = Array.from(table.all(query), ({ fileName, size }): Wanted => ({ fileName, size: size ?? 0 }));
  const count = new Count(wanted);
  const budget = new Budget(IN_MEMORY);
  const queue = wanted.values();
  let last = 0;
  const worker = async () => {
    for (const { fileName, size } of queue) {
      const release = await budget.take(size);
      try {
        signal.throwIfAborted();
        const { outcome, codes } = await verified(channel, subdir, fileName, signal);
        if (outcome !== 'undecided') table.set(fileName, { verdict: outcome, codes });
        else table.set(fileName, { verdict: null, codes });
        count.add(size, outcome, codes);
      } finally {
        release();
      }
      if (performance.now() - last < PAUSE) continue;
      last = performance.now();
      onReport(count.report());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return count.report();
}

async function verified(
  channel: OpenChannel,
  subdir: string,
  fileName: string,
  signal: AbortSignal,
): Promise<{ outcome: Outcome; codes: readonly string[] }> {
  const { verifier, fetcher, mirrors } = channel;
  try {
    const { verdict } = await verifier.fetchPackage(subdir, fileName, fetcher, { mirrors, signal });
    return { outcome: verdict.verdict, codes: unique(verdict.findings.map(({ code }) => code)) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PackageRejected) {
      const errors = error.verdict.findings.filter(({ severity }) => severity === 'error');
      return { outcome: 'rejected', codes: unique([error.code, ...errors.map(({ code }) => code)]) };
    }
    const { code } = faultOf(error);
    return { outcome: isUndecided(code) ? 'undecided' : 'rejected', codes: [code] };
  }
}

function unique(codes: readonly string[]): readonly string[] {
  return [...new Set(codes)];
}

/** What became of those that are done. */
class Count {
  readonly #total: number;
  readonly #size: number;
  #done = 0;
  #doneSize = 0;
  readonly #outcomes: Record<Outcome, number> = { verified: 0, unverified: 0, rejected: 0, undecided: 0 };
  readonly #codes = new Map<string, number>();

  constructor(wanted: readonly Wanted[]) {
    this.#total = wanted.length;
    this.#size = wanted.reduce((sum, { size }) => sum + size, 0);
  }

  add(size: number, outcome: Outcome, codes: readonly string[]): void {
    this.#done += 1;
    this.#doneSize += size;
    this.#outcomes[outcome] += 1;
    for (const code of codes) this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
  }

  report(): VerifyReport {
    return {
      total: this.#total,
      size: this.#size,
      done: this.#done,
      doneSize: this.#doneSize,
      outcomes: { ...this.#outcomes },
      codes: [...this.#codes].sort(([, a], [, b]) => b - a),
    };
  }
}

/** Bytes that may be taken; whoever wants more than is left waits. */
class Budget {
  readonly #all: number;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(all: number) {
    this.#all = all;
  }

  /** @returns What gives them back. */
  async take(size: number): Promise<() => void> {
    while (this.#taken > 0 && this.#taken + size > this.#all) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#taken += size;
    return () => {
      this.#taken -= size;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) wake();
    };
  }
}
