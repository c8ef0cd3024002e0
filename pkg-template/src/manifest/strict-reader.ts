import { quoted } from '../printable.js';

/** Characters of a text that is no JSON which a message shows. */
const SHOWN = 20;

/** What something is, in words for a message; found only where there is one. */
export type Words = () => string;

/** What a text has instead of what it should have. */
export class FormError extends Error {
  override readonly name = 'FormError';
}

/**
 * Reads the JSON of one form, piece by piece as its reader asks for it. What is not asked for is
 * never built: nested without end, it is refused at its first character. JSON.parse() would also
 * keep the last of two members of one name, where others keep the first.
 */
export class StrictReader {
  readonly #json: string;
  #at = 0;

  constructor(json: string) {
    this.#json = json;
  }

  /**
   * An object. `member` is called for each name, and has to read its value.
   *
   * @param what What it is, for messages.
   */
  object(what: Words, member: (name: string) => void): void {
    this.#expect('{', () => `${what()} is no object`);
    const seen = new Set<string>();
    if (this.#takes('}')) return;
    do {
      const name = this.string(() => `a name in ${what()}`);
      if (seen.has(name)) throw new FormError(`${what()} has ${quoted(name)} twice`);
      seen.add(name);
      this.#expect(':', () => `a colon is missing behind ${quoted(name)}`);
      member(name);
    } while (this.#takes(','));
    this.#expect('}', () => `${what()} goes on where a comma or its end should be`);
  }

  /** A text. */
  string(what: Words): string {
    this.#expect('"', () => `${what()} is no text`);
    const start = this.#at - 1;
    while (this.#at < this.#json.length && this.#json[this.#at] !== '"') {
      this.#at += this.#json[this.#at] === '\\' ? 2 : 1;
    }
    this.#expect('"', () => `${what()} has no end`);
    try {
      return JSON.parse(this.#json.slice(start, this.#at)) as string;
    } catch {
      throw new FormError(`${what()} is no text of JSON`);
    }
  }

  /** A whole number from 0 to 2^53 - 1, in digits alone. */
  number(what: Words): number {
    this.#skipSpace();
    const digits = /(?:0|[1-9]\d{0,15})(?![\w.+-])/y;
    digits.lastIndex = this.#at;
    const [found] = digits.exec(this.#json) ?? [];
    const number = Number(found);
    if (found === undefined || !Number.isSafeInteger(number)) {
      throw new FormError(`${what()} is no whole number${this.#here()}`);
    }
    this.#at += found.length;
    return number;
  }

  /** Nothing more. */
  end(): void {
    this.#skipSpace();
    if (this.#at < this.#json.length) throw new FormError(`something stands behind its end${this.#here()}`);
  }

  #takes(character: string): boolean {
    this.#skipSpace();
    if (this.#json[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string, otherwise: Words): void {
    if (!this.#takes(character)) throw new FormError(`${otherwise()}${this.#here()}`);
  }

  #skipSpace(): void {
    while (' \t\n\r'.includes(this.#json[this.#at] ?? '-')) this.#at++;
  }

  #here(): string {
    const rest = this.#json.slice(this.#at, this.#at + SHOWN);
    return rest === '' ? ', where it ends' : `, at ${quoted(rest)}`;
  }
}
