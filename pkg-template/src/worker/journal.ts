import type { RepodataOptions } from '../records/repodata-file.js';
import type { TrustState } from '../trust/channel-trust.js';
import type { VerifierWorker } from './verifier-worker.js';

/** Repodata that was added: by which method, and what there was to read. */
export type Addition =
  | {
      readonly name: 'addRepodata' | 'indexRepodata' | 'addShardIndex';
      readonly args: readonly [subdir: string, source: string | Blob, options: Pick<RepodataOptions, 'target'>];
    }
  | { readonly name: 'addShard'; readonly args: readonly [subdir: string, name: string, source: Blob] };

/** What all workers of a pool were told, for one that is new. */
export class Journal {
  #state: TrustState | undefined;
  /** By subdir: what was added, and shards by name. */
  readonly #added = new Map<string, Map<string, Addition>>();

  /** Notes what is trusted now. */
  trust(state: TrustState): void {
    this.#state = state;
  }

  /** Notes what was added, in the place of what was there for the subdir; shards add to their index. */
  add(addition: Addition): void {
    const [subdir, name] = addition.args;
    if (addition.name === 'addShard') {
      this.#added.get(subdir)?.set(`shard ${name as string}`, addition);
    } else {
      this.#added.set(subdir, new Map([['', addition]]));
    }
  }

  /** Tells all of it. What the worker refuses by now, it says again where it is asked for. */
  async tell(worker: VerifierWorker): Promise<void> {
    const refused = (error: unknown) => {
      if (worker.ended !== undefined) throw error;
    };
    if (this.#state !== undefined) await worker.restore(this.#state).catch(refused);
    for (const additions of [...this.#added.values()]) {
      for (const addition of [...additions.values()]) await told(worker, addition).catch(refused);
    }
  }
}

/** Tells a worker of one addition. */
export function told(worker: VerifierWorker, { name, args }: Addition): Promise<unknown> {
  switch (name) {
    case 'addRepodata':
      return worker.addRepodata(...args);
    case 'indexRepodata':
      return worker.indexRepodata(...args);
    case 'addShardIndex':
      // A text is refused by the first worker.
      return worker.addShardIndex(args[0], args[1] as Blob, args[2]);
    case 'addShard':
      return worker.addShard(...args);
  }
}
