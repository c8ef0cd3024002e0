/** The texts of all rows as one string, in which searching is fastest. */
export class RowText {
  readonly #text: string;
  /** Where each row begins in it, and where the last one ends. */
  readonly #starts: Uint32Array;

  constructor(texts: readonly string[]) {
    const starts = new Uint32Array(texts.length + 1);
    let end = 0;
    const lines = texts.map((text, number) => {
      // A line is a row.
      const line = text.toLowerCase().replaceAll('\n', ' ');
      end += line.length + 1;
      starts[number + 1] = end;
      return line;
    });
    this.#text = lines.join('\n');
    this.#starts = starts;
  }

  /** A 1 for each row that has all the words; null where all rows match. */
  matches(text: string): Uint8Array | null {
    const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
    // The longest is most likely the rarest.
    words.sort((a, b) => b.length - a.length);
    const [first, ...others] = words;
    if (first === undefined) return null;
    const starts = this.#starts;
    const found = new Uint8Array(starts.length - 1);
    let number = 0;
    for (let at = this.#text.indexOf(first); at !== -1; ) {
      number = this.#rowAt(at, number);
      const [start, end] = [starts[number] ?? 0, starts[number + 1] ?? 0];
      if (others.length === 0 || this.#hasAll(others, start, end)) found[number] = 1;
      // One match a row is enough.
      at = this.#text.indexOf(first, end);
    }
    return found;
  }

  #hasAll(words: readonly string[], start: number, end: number): boolean {
    const line = this.#text.slice(start, end);
    return words.every((word) => line.includes(word));
  }

  /** The row in which that place is; it is not before the row `from`. */
  #rowAt(place: number, from: number): number {
    const starts = this.#starts;
    let step = 1;
    while (from + step < starts.length - 1 && (starts[from + step] ?? 0) <= place) step *= 2;
    let [low, high] = [from + Math.floor(step / 2), Math.min(from + step, starts.length - 1)];
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= place) low = middle;
      else high = middle;
    }
    return low;
  }
}
