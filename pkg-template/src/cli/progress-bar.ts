import { printable } from '../printable.js';
import type { Progress } from '../progress.js';
import { bytes } from './quantity.js';
import type { Terminal } from './terminal.js';

/** Before this many milliseconds nobody wonders what happens. */
const PATIENCE = 1000;

/** Milliseconds between two drawings. */
const INTERVAL = 100;

const CLEAR_LINE = '\r\x1b[2K';

const WORDS: Record<Progress['phase'], string> = {
  reading: 'reading',
  authenticating: 'hashing',
  unpacking: 'unpacking',
  comparing: 'comparing files',
  records: 'verifying records',
  files: 'files',
  done: 'done',
};

/** A bar on one line, drawn only where a person looks and when it takes long. */
export class ProgressBar {
  readonly #terminal: Terminal;
  #label = '';
  #begin = 0;
  #last = 0;
  #isDrawn = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Begins anew, for another file. */
  begin(label: string): void {
    this.end();
    this.#label = printable(label);
    this.#begin = performance.now();
  }

  /** Draws, if it is time. */
  update({ phase, done, total }: Progress): void {
    const now = performance.now();
    const isEarly = now - this.#begin < PATIENCE || now - this.#last < INTERVAL;
    if (!this.#terminal.isInteractive || isEarly) return;
    this.#last = now;
    this.#isDrawn = true;
    const what = `${WORDS[phase].padEnd(9)} ${phase === 'files' ? done.toLocaleString('en') : total === null || total === 0 ? bytes(done) : this.#bar(done / total)}`;
    const room = this.#terminal.width - what.length - 2;
    // The end of a path tells more than its beginning.
    const label =
      this.#label.length > room ? `...${this.#label.slice(3 - Math.max(3, room))}` : this.#label;
    this.#terminal.write(`${CLEAR_LINE}${what} ${room > 8 ? label : ''}`);
  }

  /** Leaves a clean line. */
  end(): void {
    if (this.#isDrawn) this.#terminal.write(CLEAR_LINE);
    this.#isDrawn = false;
  }

  #bar(fraction: number): string {
    const length = 24;
    const full = Math.round(Math.min(1, fraction) * length);
    const bar =
      this.#terminal.sign('█', '#').repeat(full) + this.#terminal.sign('░', '-').repeat(length - full);
    return `${bar} ${String(Math.floor(Math.min(1, fraction) * 100)).padStart(3)} %`;
  }
}
