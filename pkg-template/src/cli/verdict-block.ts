import { printable } from '../printable.js';
import type { Check, Finding, Reason, Severity, Status, Verdict } from '../verdict.js';
import { bytes, count } from './quantity.js';
import type { Style, Terminal } from './terminal.js';
import { wrap } from './wrapping.js';

/** Findings that are shown; `--json` gives all of them. */
const SHOWN = 20;

/** Where the values of rows begin. */
const INDENT = 16;

const HEADS: Record<Status, { unicode: string; plain: string; style: Style }> = {
  verified: { unicode: '✔', plain: '+', style: 'green' },
  unverified: { unicode: '●', plain: '?', style: 'yellow' },
  rejected: { unicode: '✘', plain: 'x', style: 'red' },
};

const SEVERITIES: Record<Severity, { label: string; style: Style }> = {
  error: { label: 'error', style: 'red' },
  warning: { label: 'warning', style: 'yellow' },
  info: { label: 'note', style: 'dim' },
};

const WHY_UNVERIFIED: Record<Reason, string> = {
  unsigned: 'nothing: it matches the repodata, which nobody signed',
  'weak digest': 'nothing: it matches an MD5, which can be forged',
  'no digest': 'nothing: there was no digest to compare with',
};

/** A verdict as a block of text for people. */
export function verdictBlock(verdict: Verdict, file: string, terminal: Terminal): string {
  const rows = [...facts(verdict), ...checks(verdict)].map(([label, value]) =>
    row(label, 'dim', value, terminal),
  );
  const shown = verdict.findings.slice(0, SHOWN);
  const hidden = verdict.findings.length - shown.length + verdict.findingsOmitted;
  const more = hidden === 0 ? [] : [row('', 'dim', `and ${count(hidden, 'more finding')}`, terminal)];
  return [
    head(verdict.verdict, file, terminal),
    ...rows,
    ...shown.map((finding, index) => {
      // What to do is told once, behind the last of several that ask for the same.
      const isLast = shown[index + 1]?.code !== finding.code;
      return findingRows(finding, isLast, terminal);
    }),
    ...more,
    '',
  ].join('');
}

/** A line for several packages together. */
export function summaryLine(
  counts: Readonly<Record<Status, number>>,
  undecided: number,
  terminal: Terminal,
): string {
  const parts = Object.entries(counts)
    .filter(([, number]) => number > 0)
    .map(([status, number]) =>
      terminal.style(`${number} ${status}`, 'bold', HEADS[status as Status].style),
    );
  if (undecided > 0) parts.push(terminal.style(`${undecided} not decided`, 'bold', 'red'));
  const total = Object.values(counts).reduce((sum, number) => sum + number, undecided);
  return `${count(total, 'package')}: ${parts.join(', ')}\n`;
}

function head(status: Status, file: string, terminal: Terminal): string {
  const { unicode, plain, style } = HEADS[status];
  const word = terminal.style(`${terminal.sign(unicode, plain)} ${status}`, 'bold', style);
  return `${word}  ${terminal.style(printable(file), 'bold')}\n`;
}

function facts(verdict: Verdict): [string, string][] {
  const { package: id, trust, reasons, digests, format, files, unpackedSize } = verdict;
  const named =
    id === null
      ? 'not known: no info/index.json was read'
      : `${id.name} ${id.version} ${id.build}${id.subdir === null ? '' : ` (${id.subdir})`}`;
  const unpacked =
    verdict.checks.some(({ check }) => check === 'entries') || files > 0
      ? `, ${count(files, 'file')}, ${bytes(unpackedSize)} unpacked`
      : '';
  const isOpened = verdict.checks.some(({ check }) => check === 'container');
  const container = format ?? (isOpened ? 'of no known format' : 'not opened');
  const why = reasons.map((reason) => WHY_UNVERIFIED[reason] ?? `nothing: ${reason}`).join('; ');
  const basis =
    trust.basis === 'none'
      ? why || 'nothing'
      : `${trust.basis === 'caller-digest' ? 'your digest' : trust.basis}, ${trust.anchor ?? ''}`;
  return [
    ['package', printable(named)],
    ['archive', `${container}, ${bytes(digests.size)}${unpacked}`],
    ['rests on', printable(basis)],
  ];
}

function checks(verdict: Verdict): [string, string][] {
  const made = (outcome: string) =>
    verdict.checks.filter((report) => report.outcome === outcome).map(({ check }) => check);
  const rows: [string, Check[]][] = [
    ['checked', made('passed')],
    ['warned', made('warned')],
    ['failed', made('failed')],
  ];
  // Checks that were left out for one reason share a row.
  const left = new Map<string, Check[]>();
  for (const { check, reason } of verdict.notChecked) {
    left.set(reason, [...(left.get(reason) ?? []), check]);
  }
  const lowered: [string, string][] =
    verdict.lowered.length === 0 ? [] : [['lowered', verdict.lowered.join(', ')]];
  return [
    ...rows
      .filter(([, names]) => names.length > 0)
      .map(([label, names]): [string, string] => [label, names.join(', ')]),
    ...[...left].map(([reason, names], index): [string, string] => [
      index === 0 ? 'not checked' : '',
      `${names.join(', ')}: ${printable(reason)}`,
    ]),
    ...lowered,
  ];
}

function findingRows(finding: Finding, withHint: boolean, terminal: Terminal): string {
  const { label, style } = SEVERITIES[finding.severity];
  const facts: [string, string | undefined][] = [
    ['expected', finding.expected],
    ['found', finding.actual],
    ['what to do', withHint ? finding.hint : undefined],
  ];
  return [
    row(label, style, `${finding.code}: ${printable(finding.message, 1000)}`, terminal),
    ...facts
      .filter((fact): fact is [string, string] => fact[1] !== undefined)
      .map(([label, value]) => row(`  ${label}`, 'dim', printable(value), terminal)),
  ].join('');
}

/** A label and a value, which is wrapped and indented. */
function row(label: string, style: Style, value: string, terminal: Terminal): string {
  const [first = '', ...rest] = wrap(value, terminal.width - INDENT);
  const padding = ' '.repeat(Math.max(0, INDENT - 2 - label.length));
  const indent = ' '.repeat(INDENT);
  return [
    `  ${terminal.style(label, style)}${padding}${first}\n`,
    ...rest.map((line) => `${indent}${line}\n`),
  ].join('');
}
