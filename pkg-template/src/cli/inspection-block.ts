import { printable } from '../printable.js';
import type { Described, JsonObject } from '../verdict/described.js';
import type { Transfer } from '../verdict/remote-inspection.js';
import { bytes, count } from './quantity.js';
import { row } from './rows.js';
import type { Terminal } from './terminal.js';
import { verdictBlock } from './verdict-block.js';

/** Values of a list that are shown; `--json` gives all of them. */
const SHOWN = 30;

/** What is shown; of a file that is here nothing was fetched. */
type Inspected = Described & { readonly transfer: Transfer | null };

/** What a package says of itself, and the verdict on that, as a block of text for people. */
export function inspectionBlock(inspection: Inspected, file: string, terminal: Terminal): string {
  const facts = factsOf(inspection).filter((fact): fact is [string, string] => fact[1] !== undefined);
  const said = facts.map(([label, value]) => row(label, 'dim', printable(value, 4000), terminal)).join('');
  return verdictBlock(inspection.verdict, file, terminal, said);
}

function factsOf({ verdict, index, paths, about, info, transfer }: Inspected): [string, string | undefined][] {
  const time = index?.['timestamp'];
  const built = typeof time === 'number' ? new Date(time) : undefined;
  return [
    ['summary', text(about, 'summary')],
    ['licence', text(index, 'license') ?? text(about, 'license')],
    ['home', text(about, 'home')],
    ['depends on', list(index?.['depends'])],
    ['constrains', list(index?.['constrains'])],
    ['built', built !== undefined && !Number.isNaN(built.valueOf()) ? built.toISOString() : undefined],
    ['lists', listing(paths)],
    ['info', info.size === 0 ? undefined : [...info].map(([path, { length }]) => `${path} (${bytes(length)})`).slice(0, SHOWN).join(', ')],
    ['fetched', transfer === null ? undefined : fetched(transfer, verdict.digests.size)],
  ];
}

function fetched({ bytes: fetched, requests, whole }: Transfer, size: number): string {
  const of = size === 0 || whole !== null ? '' : ` of ${bytes(size)}`;
  const why = whole === null ? '' : `, all of it: ${WHY[whole]}`;
  return `${bytes(fetched)}${of} in ${count(requests, 'request')}${why}`;
}

const WHY: Readonly<Record<NonNullable<Transfer['whole']>, string>> = {
  'tar.bz2': 'a .tar.bz2 has no parts',
  'no ranges': 'the server knows no ranges',
  encoded: 'the server compresses what it sends',
  'unknown size': 'the server does not say how long it is',
  container: 'its zip can\'t be read in parts',
  complete: 'it is short',
};

function text(from: JsonObject | null, name: string): string | undefined {
  const value = from?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function list(values: unknown): string | undefined {
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const shown = values.filter((value) => typeof value === 'string').slice(0, SHOWN);
  const hidden = values.length - shown.length;
  return [...shown, ...(hidden === 0 ? [] : [`and ${count(hidden, 'more')}`])].join(', ');
}

function listing(paths: readonly JsonObject[] | null): string | undefined {
  if (paths === null) return undefined;
  const sizes = paths.map(({ size_in_bytes: size }) => (typeof size === 'number' ? size : 0));
  return `${count(paths.length, 'file')}, ${bytes(sizes.reduce((sum, size) => sum + size, 0))}`;
}
