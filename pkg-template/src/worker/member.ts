import { VerifierError } from '../errors/verifier-error.js';
import type { VerifierWorker } from './verifier-worker.js';

/** A worker that is there or is about to be, and what it has to do. */
interface Seat {
  readonly ready: Promise<VerifierWorker>;
  running: number;
  isRetired: boolean;
}

/** One place of a pool: a worker, and another one when that has failed. */
export class Member {
  readonly #begin: () => Promise<VerifierWorker>;
  #seat: Seat | undefined;
  #load = 0;
  #isFreed = false;

  constructor(begin: () => Promise<VerifierWorker>) {
    this.#begin = begin;
  }

  /** How much there is to do. */
  get load(): number {
    return this.#load;
  }

  /** Whether its worker goes on, or is about to begin. */
  get isThere(): boolean {
    return this.#seat !== undefined;
  }

  /** Starts the worker, unless it is there. */
  async start(): Promise<void> {
    await this.#taken().ready;
  }

  /**
   * Has the worker do something.
   *
   * @throws VerifierError WORKER_FAILED, INSTANCE_POISONED for all that it was at when it
   * failed; the next call is for another worker. FREED.
   */
  async call<T>(weight: number, work: (worker: VerifierWorker) => Promise<T>): Promise<T> {
    this.#load += weight;
    const seat = this.#taken();
    seat.running++;
    try {
      const worker = await seat.ready;
      if (this.#isFreed) throw freed();
      return await work(worker);
    } catch (error) {
      if (isEnd(error)) this.#retire(seat);
      throw error;
    } finally {
      this.#load -= weight;
      seat.running--;
      this.#clear(seat);
    }
  }

  /** Ends the worker, and what it is at with FREED. */
  free(): void {
    this.#isFreed = true;
    void this.#seat?.ready.then((worker) => worker.free()).catch(() => undefined);
  }

  #taken(): Seat {
    if (this.#isFreed) throw freed();
    return (this.#seat ??= this.#begun());
  }

  #begun(): Seat {
    const seat: Seat = { ready: this.#begin(), running: 0, isRetired: false };
    seat.ready.then(
      // It may end while nobody asks it for anything.
      (worker) => worker.whenEnded(() => this.#retire(seat)),
      () => this.#retire(seat),
    );
    return seat;
  }

  #retire(seat: Seat): void {
    seat.isRetired = true;
    if (this.#seat === seat) this.#seat = undefined;
    this.#clear(seat);
  }

  /** After a trap, others may be about to hear of it: it is ended when they have. */
  #clear(seat: Seat): void {
    if (!seat.isRetired || seat.running > 0) return;
    void seat.ready.then((worker) => worker.free()).catch(() => undefined);
  }
}

/** Whether nothing can be asked of a worker any more. */
function isEnd(error: unknown): boolean {
  return VerifierError.isVerifierError(error) && ['INSTANCE_POISONED', 'WORKER_FAILED'].includes(error.code);
}

/** The error for what is asked after `free()`. */
export function freed(): VerifierError {
  return VerifierError.of('FREED', 'the pool was used after free()');
}
