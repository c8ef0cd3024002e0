import type { SortKey } from '../protocol.js';

/** What rows are sorted by. */
export interface Sortable {
  readonly fileName: string;
  readonly name: string | null;
  readonly size: number | null;
  readonly timestamp: number | null;
}

/** Numbers of rows in each order that was asked for. */
export class RowOrder {
  readonly #rows: readonly Sortable[];
  readonly #orders = new Map<SortKey, Uint32Array>();

  constructor(rows: readonly Sortable[]) {
    this.#rows = rows;
    this.#orders.set('name', orderOfNames(rows));
  }

  /**
   * @param groups Of each row a number below `many`, by which the order `trust` sorts.
   */
  by(sort: SortKey, groups: Uint8Array, many: number): Uint32Array {
    const known = this.#orders.get(sort);
    if (known !== undefined) return known;
    const names = this.#orders.get('name') ?? new Uint32Array();
    const order = sort === 'trust' ? grouped(names, groups, many) : this.#byNumber(sort, names);
    this.#orders.set(sort, order);
    return order;
  }

  /** What it was sorted by has changed. */
  forget(sort: SortKey): void {
    this.#orders.delete(sort);
  }

  /** By size, or by date to the second; rows without either come first. */
  #byNumber(sort: SortKey, names: Uint32Array): Uint32Array {
    const valueOf = ({ size, timestamp }: Sortable): number =>
      (sort === 'size' ? size : timestamp === null ? null : timestamp / 1000) ?? -1;
    // Value and rank by name in one number, since numbers are sorted without asking anybody.
    const places = 2 ** Math.ceil(Math.log2(names.length + 1));
    const most = Math.floor(Number.MAX_SAFE_INTEGER / places) - 2;
    const packed = new Float64Array(names.length);
    for (const [rank, number] of names.entries()) {
      const row = this.#rows[number];
      const value = row === undefined ? -1 : Math.max(-1, Math.min(Math.floor(valueOf(row)), most));
      packed[rank] = (value + 1) * places + rank;
    }
    packed.sort();
    return Uint32Array.from(packed, (value) => names[value % places] ?? 0);
  }
}

/** The same rows by group, and within each as before. */
function grouped(numbers: Uint32Array, groups: Uint8Array, many: number): Uint32Array {
  const order = new Uint32Array(numbers.length);
  let at = 0;
  for (let group = 0; group < many; group += 1) {
    for (const number of numbers) {
      if (groups[number] !== group) continue;
      order[at] = number;
      at += 1;
    }
  }
  return order;
}

/**
 * By name, then version as people count. Rows come sorted by file name, so that only runs of one
 * name are left to be put in order.
 */
function orderOfNames(rows: readonly Sortable[]): Uint32Array {
  const order = Uint32Array.from(rows.keys());
  let from = 0;
  while (from < rows.length) {
    const name = rows[from]?.name;
    let to = from + 1;
    while (to < rows.length && rows[to]?.name === name) to += 1;
    const nameLength = name?.length ?? 0;
    order.subarray(from, to).sort((a, b) => compared(rows[a]?.fileName ?? '', rows[b]?.fileName ?? '', nameLength) || a - b);
    from = to;
  }
  return order;
}

/** Compares texts from a place on, numbers in them by their value: 1.9 comes before 1.10. */
export function compared(a: string, b: string, from: number): number {
  const shorter = Math.min(a.length, b.length);
  let at = Math.min(from, shorter);
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  // What differs may be within a number.
  let start = at;
  while (start > from && isDigit(a, start - 1)) start -= 1;
  if (isDigit(a, start) && isDigit(b, start)) {
    const [one, other] = [numberAt(a, start), numberAt(b, start)];
    if (one !== other) return one < other ? -1 : 1;
  }
  if (at === shorter) return a.length - b.length;
  return a.charCodeAt(at) - b.charCodeAt(at);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function numberAt(text: string, start: number): number {
  let value = 0;
  for (let at = start; isDigit(text, at); at += 1) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}
