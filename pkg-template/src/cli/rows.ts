import { printable } from '../printable.js';
import { withCommandOption } from '../errors/lowering.js';
import type { Finding, Severity, Status } from '../verdict/verdict.js';
import { count } from './quantity.js';
import type { Style, Terminal } from './terminal.js';
import { widthOf, wrap } from './wrapping.js';

/** Findings that are shown; `--json` gives all of them. */
export const SHOWN = 20;

/** Findings of one code that are shown: some say what is wrong, a hundred say no more. */
const SHOWN_OF_CODE = 5;

/** Where --state could not be written. */
export const NOT_KEPT = 'what was seen was not kept';

/** Characters of a value that need not be told twice. */
const SHORT = 40;

/** Where the values of rows begin. */
const INDENT = 16;

const SIGNS: Record<Status, { unicode: string; plain: string; style: Style }> = {
  verified: { unicode: '✔', plain: '+', style: 'green' },
  unverified: { unicode: '●', plain: '?', style: 'yellow' },
  rejected: { unicode: '✘', plain: 'x', style: 'red' },
};

const SEVERITIES: Record<Severity, { label: string; style: Style }> = {
  error: { label: 'error', style: 'red' },
  warning: { label: 'warning', style: 'yellow' },
  info: { label: 'note', style: 'dim' },
};

/** The style of a verdict. */
export function styleOf(status: Status): Style {
  return SIGNS[status].style;
}

/** Details that are shown: mirrors that failed, and the keys of a threshold that was missed. */
const KEYS: readonly (readonly [name: string, label: string])[] = [
  ['mirrors', 'mirrors'],
  ['unknown', 'other keys'],
  ['bad', 'bad by'],
  ['malformed', 'malformed'],
];

/** A word with the sign and the colour of a verdict: the verdict's own unless another is given. */
export function signed(status: Status, terminal: Terminal, word: string = status): string {
  const { unicode, plain, style } = SIGNS[status];
  return terminal.style(`${terminal.sign(unicode, plain)} ${word}`, 'bold', style);
}

/** The sign and the word of a verdict, whether codes were lowered for it, and `more` of it. */
export function signedVerdict(status: Status, lowered: readonly string[], terminal: Terminal, more = ''): string {
  // Who reads no further shall know that it passed only because the policy let it.
  const isLowered = lowered.length > 0 && status !== 'rejected';
  const words = isLowered ? `, with ${count(lowered.length, 'code')} lowered` : '';
  return signed(status, terminal, status + words + more);
}

/** A head and what is said of it, which is wrapped and indented. */
export function headline(head: string, words: string, terminal: Terminal): string {
  const indent = Math.min(widthOf(head) + 2, INDENT);
  const [first = '', ...rest] = wrap(words, terminal.width - indent);
  const begins = widthOf(head) + 2 + widthOf(first) <= terminal.width;
  const lines = begins ? [`${head}  ${first}`.trimEnd(), ...rest] : [head, first, ...rest];
  return lines.map((line, index) => `${index === 0 ? '' : ' '.repeat(indent)}${line}\n`).join('');
}

/** A label and a value, which is wrapped and indented. */
export function row(label: string, style: Style, value: string, terminal: Terminal): string {
  const [first = '', ...rest] = wrap(value, terminal.width - INDENT);
  const padding = ' '.repeat(Math.max(0, INDENT - 2 - label.length));
  const indent = ' '.repeat(INDENT);
  return [
    `  ${terminal.style(label, style)}${padding}${first}\n`,
    ...rest.map((line) => `${indent}${line}\n`),
  ].join('');
}

/**
 * What was found; at the end, how many more there are.
 *
 * @param hinted Codes of which what to do was told before; those that are told here are added.
 */
export function findingsRows(
  findings: readonly Finding[],
  omitted: string,
  terminal: Terminal,
  hinted = new Set<string>(),
): string {
  const rows = findings.map((finding, index) => {
    // What to do is told once, behind the last of several that ask for the same.
    const isLast = findings[index + 1]?.hint !== finding.hint && !hinted.has(finding.code);
    if (isLast) hinted.add(finding.code);
    return findingRows(finding, [], isLast, terminal);
  });
  return rows.join('') + (omitted === '' ? '' : row('', 'dim', omitted, terminal));
}

/** Where more of `total` is to be found than what is shown. */
export function listedWords(total: number, listed: number, shown: number): string {
  if (listed === total) return '--json lists all';
  if (listed > shown) return `--json lists the first ${listed.toLocaleString('en')}`;
  return 'a larger --limit findings=N lists them';
}

/** The findings of a verdict: some of each code, and how many more there are. */
export function someFindings(findings: readonly Finding[], omitted: number, terminal: Terminal): string {
  const counts = new Map<string, number>();
  const shown: Finding[] = [];
  const hidden = new Set<string>();
  for (const finding of findings) {
    const number = (counts.get(finding.code) ?? 0) + 1;
    counts.set(finding.code, number);
    if (number <= SHOWN_OF_CODE && shown.length < SHOWN) shown.push(finding);
    else hidden.add(finding.code);
  }
  const number = findings.length - shown.length + omitted;
  const codes = omitted === 0 ? `, of ${[...hidden].join(', ')}` : '';
  const lists = listedWords(findings.length + omitted, findings.length, shown.length);
  const more = number === 0 ? '' : `and ${count(number, 'more finding')}${codes}; ${lists}`;
  return findingsRows(shown, more, terminal);
}

/** What was found about a role, with the keys that it is about. */
export function roleRows(finding: Finding, terminal: Terminal): string {
  const keys = KEYS.map(([name, label]): [string, string | undefined] => {
    const ids = finding.details?.[name];
    return [label, Array.isArray(ids) && ids.length > 0 ? ids.join(', ') : undefined];
  });
  return findingRows(finding, keys, true, terminal);
}

/** What was not checked: what was left out for one reason shares a row. */
export function notCheckedRows(
  open: readonly { readonly check: string; readonly reason: string }[],
  terminal: Terminal,
  label = 'not checked',
): string {
  const left = new Map<string, string[]>();
  for (const { check, reason } of open) left.set(reason, [...(left.get(reason) ?? []), check]);
  return [...left]
    .map(([reason, names], index) =>
      row(index === 0 ? label : '', 'dim', `${names.join(', ')}: ${printable(reason)}`, terminal),
    )
    .join('');
}

/**
 * Whether the message says already what was expected and found. Two that are long, as digests
 * are, stand below each other all the same: they are compared by eye.
 */
function isSaid({ message, expected, actual }: Finding): boolean {
  const values = [expected, actual].filter((value) => value !== undefined);
  const areShort = values.length < 2 || values.every(({ length }) => length <= SHORT);
  return areShort && values.every((value) => message.includes(printable(value, 1000)));
}

function findingRows(
  finding: Finding,
  more: readonly [string, string | undefined][],
  withHint: boolean,
  terminal: Terminal,
): string {
  const { label, style } = SEVERITIES[finding.severity];
  const values: [string, string | undefined][] = [['expected', finding.expected], ['found', finding.actual]];
  const facts: [string, string | undefined][] = [
    ...(isSaid(finding) ? [] : values),
    ...more,
    ['what to do', withHint ? withCommandOption(finding.code, finding.hint) : undefined],
  ];
  return [
    row(label, style, `${finding.code}: ${printable(finding.message, 1000)}`, terminal),
    ...facts
      .filter((fact): fact is [string, string] => fact[1] !== undefined)
      .map(([label, value]) => row(`  ${label}`, 'dim', printable(value, 1000), terminal)),
  ].join('');
}
