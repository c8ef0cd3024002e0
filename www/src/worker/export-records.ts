import type { RecordRow } from '../protocol.js';
import type { OpenChannel } from './open-channel.js';
import type { Query } from './record-table.js';

/** What records can be written down as. */
export type ExportFormat = 'json' | 'csv';

/** Rows that become one piece of the file. */
const PIECE = 5000;

const COLUMNS = [
  'file',
  'name',
  'version',
  'build',
  'build_number',
  'size',
  'date',
  'license',
  'trust',
  'why',
  'verdict',
  'codes',
] as const;

type Line = Readonly<Record<(typeof COLUMNS)[number], string | number | null>>;

/** The records that match, as a file. */
export function exported(channel: OpenChannel, subdir: string, query: Query, format: ExportFormat): Blob {
  const lines = linesOf(channel.table(subdir).all(query));
  if (format === 'csv') return new Blob(pieces(lines, csvLine, `${COLUMNS.join(',')}\r\n`, ''), { type: 'text/csv;charset=utf-8' });
  const { name, anchor, now, fault } = channel.view();
  const about = { channel: name, subdir, anchor, refused: fault?.code ?? null, at: new Date(now).toISOString(), search: query.text, states: query.states };
  const head = `${JSON.stringify(about).slice(0, -1)},"records":[`;
  let isFirst = true;
  const write = (line: Line) => {
    const text = `${isFirst ? '' : ','}\n${JSON.stringify({ ...line, codes: line.codes === '' ? [] : String(line.codes).split(' ') })}`;
    isFirst = false;
    return text;
  };
  return new Blob(pieces(lines, write, head, '\n]}\n'), { type: 'application/json' });
}

function* linesOf(rows: Iterable<RecordRow>): Iterable<Line> {
  for (const row of rows) {
    const { timestamp, fault } = row;
    yield {
      file: row.fileName,
      name: row.name,
      version: row.version,
      build: row.build,
      build_number: row.buildNumber,
      size: row.size,
      date: timestamp === null || Math.abs(timestamp) > 8.64e15 ? null : new Date(timestamp).toISOString(),
      license: row.license,
      trust: row.state,
      why: fault?.code ?? null,
      verdict: row.verdict,
      codes: row.codes.join(' '),
    };
  }
}

function csvLine(line: Line): string {
  return `${COLUMNS.map((column) => cell(line[column])).join(',')}\r\n`;
}

/** Programs take what begins so for a formula, and run it: an apostrophe says that it is text. */
export function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const harmless = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function pieces(lines: Iterable<Line>, write: (line: Line) => string, head: string, end: string): string[] {
  const all = [head];
  let piece: string[] = [];
  for (const line of lines) {
    piece.push(write(line));
    if (piece.length < PIECE) continue;
    all.push(piece.join(''));
    piece = [];
  }
  return [...all, piece.join(''), end];
}
