import { ascii } from '../printable.js';

/** The colours that are used, by the numbers of ECMA-48. */
const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

/** No line is broken into less: labels take a part of it. */
const NARROWEST = 40;

/** A way to make text stand out. */
export type Style = keyof typeof STYLES;

/** A stream that text is written to. */
export interface TextStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** What a stream can show: colours, signs beyond ASCII, and how much on a line. */
export class Terminal {
  readonly #stream: TextStream;
  readonly #hasColour: boolean;
  readonly #isUnicode: boolean;
  readonly #columns: number | undefined;

  constructor(
    stream: TextStream,
    environment: NodeJS.ProcessEnv = process.env,
    platform: string = process.platform,
  ) {
    this.#stream = stream;
    this.#hasColour = hasColour(stream, environment);
    this.#isUnicode = isUnicode(environment, platform);
    this.#columns = columns(environment);
  }

  /** Whether a person looks at it. */
  get isInteractive(): boolean {
    return this.#stream.isTTY === true;
  }

  /**
   * Characters on a line: as many as COLUMNS says, or as the terminal has; endless where nobody
   * looks, so that text can be searched.
   */
  get width(): number {
    if (this.#columns === undefined && !this.isInteractive) return Infinity;
    return Math.max(NARROWEST, this.#columns ?? (this.#stream.columns || 80));
  }

  /** One of two signs, the second for terminals that know ASCII alone. */
  sign(unicode: string, plain: string): string {
    return this.#isUnicode ? unicode : plain;
  }

  /** Text in a style, if there are styles. */
  style(text: string, ...styles: Style[]): string {
    if (!this.#hasColour || text === '') return text;
    return `\x1b[${styles.map((style) => STYLES[style]).join(';')}m${text}\x1b[0m`;
  }

  /** Writes data, which is UTF-8 whatever the terminal shows. */
  writeData(text: string): void {
    this.#stream.write(text);
  }

  /** Writes text for people. */
  write(text: string): void {
    this.#stream.write(this.#isUnicode ? text : ascii(text));
  }
}

/** What a person asked for by COLUMNS (POSIX, XBD 8.3). */
function columns({ COLUMNS: columns = '' }: NodeJS.ProcessEnv): number | undefined {
  return /^[1-9]\d{0,4}$/.test(columns) ? Number(columns) : undefined;
}

/** https://no-color.org and https://force-color.org */
function hasColour(stream: TextStream, environment: NodeJS.ProcessEnv): boolean {
  const { FORCE_COLOR: force = '', NO_COLOR: no = '', TERM: term } = environment;
  if (force !== '') return force !== '0' && force !== 'false';
  return no === '' && stream.isTTY === true && term !== 'dumb';
}

function isUnicode(environment: NodeJS.ProcessEnv, platform: string): boolean {
  // Both have terminals that show all of it, whatever the environment says.
  if (platform === 'win32' || platform === 'darwin') return true;
  const { LC_ALL: all, LC_CTYPE: type, LANG: language } = environment;
  return /utf-?8/i.test(all || type || language || '');
}
