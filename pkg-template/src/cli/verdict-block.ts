import { printable } from '../printable.js';
import type { Basis, Check, Reason, Status, Verdict } from '../verdict/verdict.js';
import { bytes, count } from './quantity.js';
import { NOT_KEPT, notCheckedRows, row, signedVerdict, someFindings, styleOf } from './rows.js';
import type { Terminal } from './terminal.js';

const WHY_UNVERIFIED: Record<Reason, string> = {
  unsigned: 'nothing: it matches the repodata, which nobody signed',
  'weak digest': 'nothing: it matches an MD5, which can be forged',
  'no digest': 'nothing: there was no digest to compare with',
  partial: 'nothing: only parts of it were read',
  consistent: 'nothing: it is consistent with what was noted when it was installed',
  'not recomputable': 'nothing: what some files became can\'t be recomputed',
};

/** What a verdict rests on, in words. */
export const BASES: Partial<Record<Basis, string>> = {
  'caller-digest': 'your digest',
  'content-trust': 'signatures that go back to the root',
  tuf: 'the channel\'s roles, which go back to the root',
};

const VOUCHING =
  'Give a digest or a signed channel that vouches for it: --sha256 HEX, or --channel with --root.';

const LOOKING = 'To verify it, give conda-verifier package a digest or a signed channel that vouches for it.';

/**
 * A verdict as a block of text for people.
 *
 * @param said Rows of what it says of itself, where that is what was asked for.
 */
export function verdictBlock(verdict: Verdict, file: string, terminal: Terminal, said?: string): string {
  const { lowered } = verdict;
  const rows = (facts: readonly [string, string][]) =>
    facts.map(([label, value]) => row(label, 'dim', value, terminal)).join('');
  const next: [string, string][] =
    verdict.verdict === 'unverified' ? [['what to do', said === undefined ? VOUCHING : LOOKING]] : [];
  return [
    `${signedVerdict(verdict.verdict, lowered, terminal)}  ${terminal.style(printable(file), 'bold')}\n`,
    rows(identity(verdict)),
    said ?? '',
    rows([...bytesOf(verdict), ...next, ...checks(verdict)]),
    notCheckedRows(verdict.notChecked, terminal),
    lowered.length === 0 ? '' : row('lowered', 'dim', lowered.join(', '), terminal),
    someFindings(verdict.findings, verdict.findingsOmitted, terminal),
  ].join('');
}

/** A line for several packages together. */
export function summaryLine(
  counts: Readonly<Record<Status, number>>,
  undecided: number,
  isKept: boolean,
  terminal: Terminal,
): string {
  const parts = Object.entries(counts)
    .filter(([, number]) => number > 0)
    .map(([status, number]) =>
      terminal.style(`${number} ${status}`, 'bold', styleOf(status as Status)),
    );
  if (undecided > 0) parts.push(terminal.style(`${undecided} not decided`, 'bold', 'red'));
  const total = Object.values(counts).reduce((sum, number) => sum + number, undecided);
  const unkept = isKept ? '' : `, but ${NOT_KEPT}`;
  return `${count(total, 'package')}: ${parts.join(', ')}${unkept}\n`;
}

/** What a verdict rests on where it is nothing. */
export function whyUnverified(reasons: readonly Reason[]): string {
  return reasons.map((reason) => WHY_UNVERIFIED[reason] ?? `nothing: ${reason}`).join('; ');
}

/** Which package it is. */
function identity(verdict: Verdict): [string, string][] {
  const { package: id } = verdict;
  const named =
    id === null
      ? unopened(verdict)
      : `${id.name} ${id.version} ${id.build}${id.subdir === null ? '' : ` (${id.subdir})`}`;
  return [['package', printable(named)]];
}

/** What its bytes are, and what they rest on. */
function bytesOf(verdict: Verdict): [string, string][] {
  const { trust, reasons, digests, format, files, unpackedSize } = verdict;
  const unpacked =
    verdict.checks.some(({ check }) => check === 'entries') || files > 0
      ? `, ${count(files, 'file')}, ${bytes(unpackedSize)} unpacked`
      : '';
  const isOpened = verdict.checks.some(({ check }) => check === 'container');
  const container = format ?? (isOpened ? 'of no known format' : 'not opened');
  const why = whyUnverified(reasons);
  const basis =
    trust.basis === 'none'
      ? why || 'nothing'
      : `${BASES[trust.basis] ?? trust.basis}, ${trust.anchor ?? ''}`;
  const { sha256 } = digests;
  // It is what the verdict rests on, or what was found, and is told there.
  const isTold = trust.basis === 'caller-digest' || verdict.findings.some(({ actual }) => actual === sha256);
  return [
    ['archive', `${container}, ${bytes(digests.size)}${unpacked}`],
    ...(sha256 === null || isTold ? [] : [['sha256', sha256] satisfies [string, string]]),
    ['rests on', printable(basis)],
  ];
}

/** Why it is not known which package it is. */
function unopened({ checks }: Verdict): string {
  const hasFailed = (...names: Check[]) =>
    checks.some(({ check, outcome }) => outcome === 'failed' && names.includes(check));
  if (checks.some(({ check }) => check === 'container')) return 'not known: no info/index.json was read';
  if (hasFailed('archive-sha256', 'archive-md5')) return 'not opened: its digest is wrong';
  if (hasFailed('archive-size')) return 'not opened: its size is wrong';
  if (hasFailed('signature', 'record', 'pkg_mgr.json')) return 'not opened: its record is not good';
  return 'not known: no info/index.json was read';
}

/** The checks that were made, by how they ended. */
export function checks(verdict: Pick<Verdict, 'checks'>): [string, string][] {
  const made = (outcome: string) =>
    verdict.checks.filter((report) => report.outcome === outcome).map(({ check }) => check);
  const rows: [string, Check[]][] = [
    ['checked', made('passed')],
    ['warned', made('warned')],
    ['failed', made('failed')],
  ];
  return rows
    .filter(([, names]) => names.length > 0)
    .map(([label, names]): [string, string] => [label, names.join(', ')]);
}
