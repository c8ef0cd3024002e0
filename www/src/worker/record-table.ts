import type { RecordPage, RecordQuery, RecordRow, RecordState, SortKey } from '../protocol.js';

/** A row, and the text that a search looks into. */
interface Entry extends RecordRow {
  readonly text: string;
}

/** How bad a state is: what to look at first comes first. */
const GRAVITY: Readonly<Record<RecordState, number>> = { bad: 0, unsigned: 1, weak: 2, unknown: 3, trusted: 4 };

const compareNames = new Intl.Collator('en', { numeric: true }).compare;

/**
 * The records of a platform, to be searched while somebody types: with some hundred thousand a
 * search takes some ten milliseconds.
 */
export class RecordTable {
  readonly #entries: Entry[];
  /** Numbers of rows by what they are sorted by, as far as anybody asked. */
  readonly #orders = new Map<SortKey, Uint32Array>();
  /** The matches of the last search: scrolling asks for the same again. */
  #last: { readonly key: string; readonly numbers: Uint32Array } | undefined;
  readonly #numbers = new Map<string, number>();

  constructor(rows: readonly RecordRow[]) {
    this.#entries = rows.map((row) => ({ ...row, text: `${row.fileName} ${row.license ?? ''}`.toLowerCase() }));
    for (const [number, { fileName }] of this.#entries.entries()) this.#numbers.set(fileName, number);
  }

  get length(): number {
    return this.#entries.length;
  }

  get counts(): Record<RecordState, number> {
    const counts = { trusted: 0, weak: 0, unsigned: 0, bad: 0, unknown: 0 };
    for (const { state } of this.#entries) counts[state] += 1;
    return counts;
  }

  row(fileName: string): RecordRow | undefined {
    const number = this.#numbers.get(fileName);
    return number === undefined ? undefined : this.#entries[number];
  }

  /** Changes what is known of a record. */
  set(fileName: string, change: Partial<Pick<RecordRow, 'state' | 'fault' | 'verdict'>>): void {
    const number = this.#numbers.get(fileName);
    const entry = number === undefined ? undefined : this.#entries[number];
    if (number === undefined || entry === undefined) return;
    this.#entries[number] = { ...entry, ...change };
    if (change.state !== undefined && change.state !== entry.state) this.#orders.delete('trust');
    this.#last = undefined;
  }

  /** Sets the state of all records but those that are named. */
  setAll(state: RecordState, others: ReadonlyMap<string, Partial<Pick<RecordRow, 'state' | 'fault'>>>): void {
    for (const [number, entry] of this.#entries.entries()) {
      const other = others.get(entry.fileName);
      this.#entries[number] = { ...entry, state, fault: null, ...other };
    }
    this.#orders.delete('trust');
    this.#last = undefined;
  }

  query({ text, states, sort, descending, offset, count }: RecordQuery): RecordPage {
    const begun = performance.now();
    const numbers = this.#matching(text, states, sort, descending);
    const rows = [...numbers.subarray(offset, offset + count)].flatMap((number) => {
      const entry = this.#entries[number];
      if (entry === undefined) return [];
      const { text: _, ...row } = entry;
      return [row];
    });
    return { total: numbers.length, rows, took: performance.now() - begun };
  }

  /** All rows that match, in order. */
  *all(query: Pick<RecordQuery, 'text' | 'states' | 'sort' | 'descending'>): Iterable<RecordRow> {
    for (const number of this.#matching(query.text, query.states, query.sort, query.descending)) {
      const entry = this.#entries[number];
      if (entry === undefined) continue;
      const { text: _, ...row } = entry;
      yield row;
    }
  }

  #matching(
    text: string,
    states: readonly RecordState[] | null,
    sort: SortKey,
    descending: boolean,
  ): Uint32Array {
    const key = JSON.stringify([text, states, sort, descending]);
    if (this.#last?.key === key) return this.#last.numbers;
    const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
    const wanted = states === null ? null : new Set(states);
    const order = this.#order(sort);
    const numbers = new Uint32Array(order.length);
    let length = 0;
    for (let at = 0; at < order.length; at += 1) {
      const number = order[descending ? order.length - 1 - at : at] ?? 0;
      const entry = this.#entries[number];
      if (entry === undefined || (wanted !== null && !wanted.has(entry.state))) continue;
      if (!words.every((word) => entry.text.includes(word))) continue;
      numbers[length] = number;
      length += 1;
    }
    this.#last = { key, numbers: numbers.subarray(0, length) };
    return this.#last.numbers;
  }

  #order(sort: SortKey): Uint32Array {
    const known = this.#orders.get(sort);
    if (known !== undefined) return known;
    const numbers = Uint32Array.from(this.#entries.keys());
    const compare = this.#comparison(sort);
    numbers.sort(compare);
    this.#orders.set(sort, numbers);
    return numbers;
  }

  #comparison(sort: SortKey): (a: number, b: number) => number {
    if (sort === 'name') {
      const names = this.#orderOfNames();
      return (a, b) => (names[a] ?? 0) - (names[b] ?? 0);
    }
    const valueOf = (entry: Entry | undefined): number => {
      if (entry === undefined) return -1;
      if (sort === 'trust') return GRAVITY[entry.state];
      return (sort === 'size' ? entry.size : entry.timestamp) ?? -1;
    };
    const values = Float64Array.from(this.#entries, valueOf);
    return (a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b;
  }

  /** The rank of each row by name, then version as people count. */
  #orderOfNames(): Uint32Array {
    const numbers = Uint32Array.from(this.#entries.keys());
    // A collator for each pair would take seconds: rows come sorted by file name, so that only
    // runs of one name are left to be put in order.
    const ranks = new Uint32Array(numbers.length);
    let from = 0;
    while (from < numbers.length) {
      const name = this.#entries[from]?.name;
      let to = from + 1;
      while (to < numbers.length && this.#entries[to]?.name === name) to += 1;
      const run = numbers.subarray(from, to);
      run.sort((a, b) => compareNames(this.#entries[a]?.fileName ?? '', this.#entries[b]?.fileName ?? ''));
      for (let at = 0; at < run.length; at += 1) ranks[run[at] ?? 0] = from + at;
      from = to;
    }
    return ranks;
  }
}
