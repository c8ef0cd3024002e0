import type { RecordPage, RecordQuery, RecordRow, RecordState, SortKey } from '../protocol.js';
import { RowOrder } from './row-order.js';
import { RowText } from './row-text.js';

/** What is known of a record before anybody looked at signatures. */
export type ListedRow = Omit<RecordRow, 'state' | 'verdict' | 'codes'>;

/** What may change of it. */
export type Change = Partial<Pick<RecordRow, 'state' | 'fault' | 'verdict' | 'codes'>>;

/** How bad a state is: what to look at first comes first. */
const STATES: readonly RecordState[] = ['bad', 'unsigned', 'weak', 'unknown', 'trusted'];

/** Which rows match a search, in order. */
interface Matches {
  readonly key: string;
  readonly numbers: Uint32Array;
  readonly size: number;
}

/**
 * The records of a platform, to be searched while somebody types. Of some hundred thousand a
 * search takes some ten milliseconds: their texts are one string, and what changes of a row is
 * kept beside it.
 */
export class RecordTable {
  readonly #rows: readonly ListedRow[];
  readonly #text: RowText;
  readonly #order: RowOrder;
  /** Of each row its place in STATES. */
  readonly #states: Uint8Array;
  readonly #sizes: Float64Array;
  readonly #faults = new Map<number, RecordRow['fault']>();
  readonly #verified = new Map<number, Pick<RecordRow, 'verdict' | 'codes'>>();
  /** Numbers of rows by file name; made when it is first needed. */
  #numbers: Map<string, number> | undefined;
  /** The matches of the last search: scrolling asks for the same again. */
  #last: Matches | undefined;

  constructor(rows: readonly ListedRow[]) {
    this.#rows = rows;
    this.#text = new RowText(rows.map(({ fileName, license }) => (license === null ? fileName : `${fileName} ${license}`)));
    this.#order = new RowOrder(rows);
    this.#sizes = Float64Array.from(rows, ({ size }) => size ?? 0);
    this.#states = new Uint8Array(rows.length);
    for (const [number, { fault }] of rows.entries()) {
      this.#states[number] = STATES.indexOf(fault === null ? 'unsigned' : 'bad');
      if (fault !== null) this.#faults.set(number, fault);
    }
  }

  get length(): number {
    return this.#rows.length;
  }

  get counts(): Record<RecordState, number> {
    const counts = { trusted: 0, weak: 0, unsigned: 0, bad: 0, unknown: 0 };
    for (const state of this.#states) counts[stateOf(state)] += 1;
    return counts;
  }

  row(fileName: string): RecordRow | undefined {
    const number = this.#numberOf(fileName);
    return number === undefined ? undefined : this.#row(number);
  }

  /** Changes what is known of a record. */
  set(fileName: string, change: Change): void {
    const number = this.#numberOf(fileName);
    if (number === undefined) return;
    this.#change(number, change);
    // What became of a package decides neither what matches nor where it stands.
    if (change.state === undefined) return;
    this.#last = undefined;
    this.#order.forget('trust');
  }

  /** Sets the state of all records but those that are named. */
  setAll(state: RecordState, others: ReadonlyMap<string, Change>): void {
    this.#states.fill(STATES.indexOf(state));
    this.#faults.clear();
    for (const [fileName, change] of others) {
      const number = this.#numberOf(fileName);
      if (number !== undefined) this.#change(number, change);
    }
    this.#last = undefined;
    this.#order.forget('trust');
  }

  query({ offset, count, ...query }: RecordQuery): RecordPage {
    const begun = performance.now();
    const { numbers, size } = this.#matching(query);
    const rows = Array.from(numbers.subarray(offset, offset + count), (number) => this.#row(number));
    return { total: numbers.length, size, rows, took: performance.now() - begun };
  }

  /** All rows that match, in order. */
  *all(query: Query): Iterable<RecordRow> {
    for (const number of this.#matching(query).numbers) yield this.#row(number);
  }

  #row(number: number): RecordRow {
    const row = this.#rows[number];
    if (row === undefined) throw new Error('there is no such row');
    const { verdict, codes } = this.#verified.get(number) ?? { verdict: null, codes: [] };
    return { ...row, state: stateOf(this.#states[number]), fault: this.#faults.get(number) ?? null, verdict, codes };
  }

  #change(number: number, { state, fault, verdict, codes }: Change): void {
    if (state !== undefined) this.#states[number] = STATES.indexOf(state);
    if (fault === null) this.#faults.delete(number);
    else if (fault !== undefined) this.#faults.set(number, fault);
    if (verdict !== undefined) this.#verified.set(number, { verdict, codes: codes ?? [] });
  }

  #numberOf(fileName: string): number | undefined {
    this.#numbers ??= new Map(this.#rows.map((row, number) => [row.fileName, number]));
    return this.#numbers.get(fileName);
  }

  #matching({ text, states, sort, descending }: Query): Matches {
    const key = JSON.stringify([text, states, sort, descending]);
    if (this.#last?.key === key) return this.#last;
    const isWanted = STATES.map((state) => states === null || states.includes(state));
    const found = this.#text.matches(text);
    const order = this.#order.by(sort, this.#states, STATES.length);
    const numbers = new Uint32Array(order.length);
    let [length, size] = [0, 0];
    for (let at = 0; at < order.length; at += 1) {
      const number = order[descending ? order.length - 1 - at : at] ?? 0;
      if ((found !== null && found[number] === 0) || isWanted[this.#states[number] ?? 0] !== true) continue;
      numbers[length] = number;
      length += 1;
      size += this.#sizes[number] ?? 0;
    }
    this.#last = { key, numbers: numbers.slice(0, length), size };
    return this.#last;
  }
}

/** What is looked for, and in which order. */
export interface Query {
  readonly text: string;
  readonly states: readonly RecordState[] | null;
  readonly sort: SortKey;
  readonly descending: boolean;
}

function stateOf(place: number | undefined): RecordState {
  return STATES[place ?? -1] ?? 'unknown';
}
