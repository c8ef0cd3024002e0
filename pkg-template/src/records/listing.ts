import { invalidArgument } from '../errors/invalid-argument.js';
import type { WorkOptions } from '../work.js';
import { LocatedRecords } from './located-records.js';
import { RecordIndex } from './record-index.js';
import type { RecordRow } from './record-row.js';
import type { RecordSource } from './record-source.js';
import { ShardedRecords } from './sharded-records.js';

/** The options of listing records; what is here beside the others is for workers. */
export interface ListOptions extends WorkOptions {
  /** @internal Takes the rows of each piece, which are then not returned. */
  readonly onRows?: ((rows: readonly RecordRow[]) => unknown) | undefined;
}

/** Records between two turns of the event loop, at most: some ms of work. */
const PIECE = 1024;

/** Gives the rows of all records piece by piece, and waits for `turn` in between. */
export async function listRecords(
  records: RecordSource,
  give: (rows: readonly RecordRow[]) => unknown,
  turn: (done: number, total: number) => Promise<void>,
): Promise<void> {
  if (records instanceof RecordIndex) {
    const { records: total } = records;
    for (let first = 0; first < total; ) {
      const [next, rows] = records.list(first, PIECE);
      await give(rows);
      first = next;
      await turn(first, total);
    }
  } else if (records instanceof ShardedRecords) {
    const shards = records.lists();
    const total = shards.reduce((sum, { fileNames }) => sum + fileNames.length, 0);
    let done = 0;
    for (const { fileNames, rows } of shards) {
      for (let first = 0; first < fileNames.length; first += PIECE) {
        const piece = rows(fileNames.slice(first, first + PIECE));
        await give(piece);
        done += piece.length;
        await turn(done, total);
      }
    }
  } else if (records instanceof LocatedRecords) {
    throw invalidArgument('subdir', 'its text was not kept; addRepodata() keeps it');
  }
}
