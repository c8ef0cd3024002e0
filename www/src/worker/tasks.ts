/** Work that can be ended from another thread, by numbers that the page chooses. */
export class Tasks {
  readonly #running = new Map<number, AbortController>();

  async run<T>(task: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#running.set(task, controller);
    try {
      return await work(controller.signal);
    } finally {
      this.#running.delete(task);
    }
  }

  cancel(task: number): void {
    this.#running.get(task)?.abort();
  }
}
