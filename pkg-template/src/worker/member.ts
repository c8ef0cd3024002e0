import { VerifierError } from '../errors/verifier-error.js';
import { freed } from '../running.js';
import type { VerifierWorker } from './verifier-worker.js';

/** A worker that is there or is about to be, and what it has to do. */
interface Seat {
  readonly ready: Promise<VerifierWorker>;
  running: number;
  isRetired: boolean;
}

/** As messages call the pool. */
export const THE_POOL = 'the pool';

/** One place of a pool: a worker, and another one when that has failed. */
export class Member {
  readonly #begin: (signal: AbortSignal) => Promise<VerifierWorker>;
  #seat: Seat | undefined;
  /** Also those that have failed, and whose work has not heard of it yet. */
  readonly #seats = new Set<Seat>();
  #load = 0;
  readonly #end = new AbortController();

  /** `begin`: makes a worker, unless the signal ends that. */
  constructor(begin: (signal: AbortSignal) => Promise<VerifierWorker>) {
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
      this.#checkAlive();
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
    this.#end.abort(freed(THE_POOL));
    for (const seat of this.#seats) left(seat);
    this.#seats.clear();
  }

  #checkAlive(): void {
    if (this.#end.signal.aborted) throw freed(THE_POOL);
  }

  #taken(): Seat {
    this.#checkAlive();
    return (this.#seat ??= this.#begun());
  }

  #begun(): Seat {
    const seat: Seat = { ready: this.#begin(this.#end.signal), running: 0, isRetired: false };
    this.#seats.add(seat);
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
    this.#seats.delete(seat);
    left(seat);
  }
}

/** Ends its worker, as soon as it is there. */
function left({ ready }: Seat): void {
  void ready.then((worker) => worker.free()).catch(() => undefined);
}

/** Whether nothing can be asked of a worker any more. */
function isEnd(error: unknown): boolean {
  return VerifierError.isVerifierError(error) && ['INSTANCE_POISONED', 'WORKER_FAILED'].includes(error.code);
}
