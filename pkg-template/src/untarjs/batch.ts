/** Work that ends as one: either all of it succeeds, or none. */
export class Batch {
  #open: Round | undefined;

  /**
   * Does work. What is begun before all that is under way has ended belongs to the same round:
   * its results are given when all of it has succeeded. Where some of it fails, all of it fails
   * with that, at once, and so does what comes to it while the rest goes on.
   */
  async join<T>(work: () => Promise<T>): Promise<T> {
    const round = (this.#open ??= new Round());
    if (round.failure !== undefined) throw round.failure.error;
    round.pending++;
    let result: T | undefined;
    try {
      result = await work();
    } catch (error) {
      round.failure ??= { error };
    }
    round.pending--;
    if (round.pending === 0) this.#open = undefined;
    if (round.pending === 0 || round.failure !== undefined) round.close();
    await round.closed;
    if (round.failure !== undefined) throw round.failure.error;
    return result as T;
  }
}

class Round {
  pending = 0;
  failure: { readonly error: unknown } | undefined;
  close!: () => void;
  readonly closed = new Promise<void>((resolve) => void (this.close = resolve));
}
