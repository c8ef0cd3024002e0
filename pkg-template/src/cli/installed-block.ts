import { printable } from '../printable.js';
import type { InstalledVerdict } from '../verdict/installed-verdict.js';
import type { EnvironmentReport } from './environment.js';
import { bytes, count } from './quantity.js';
import { findingsRows, moreFindings, notCheckedRows, row, SHOWN, signed } from './rows.js';
import type { Terminal } from './terminal.js';
import { BASES, checks, whyUnverified } from './verdict-block.js';

/** A verdict on what is installed as a block of text for people. */
export function installedBlock(verdict: InstalledVerdict, name: string, terminal: Terminal): string {
  const shown = verdict.findings.slice(0, SHOWN);
  const { lowered } = verdict;
  return [
    `${signed(verdict.verdict, terminal)}  ${terminal.style(printable(name), 'bold')}\n`,
    ...[...facts(verdict), ...checks(verdict)].map(([label, value]) => row(label, 'dim', value, terminal)),
    notCheckedRows(verdict.notChecked, terminal),
    lowered.length === 0 ? '' : row('lowered', 'dim', lowered.join(', '), terminal),
    findingsRows(shown, moreFindings(verdict.findings.length, verdict.findingsOmitted), terminal),
  ].join('');
}

/** What an environment has beside its packages. */
export function environmentBlock(report: EnvironmentReport, terminal: Terminal): string {
  const { environment, unowned, unownedOmitted, bytecode, ownedTwice, ownedTwiceOmitted } = report;
  const some = (label: string, all: readonly string[], omitted: number, what: string) => {
    const hidden = Math.max(0, all.length - SHOWN) + omitted;
    return [
      row(label, 'yellow', `${count(all.length + omitted, 'file')} ${what}`, terminal),
      ...all.slice(0, SHOWN).map((line) => row('', 'dim', printable(line), terminal)),
      hidden === 0 ? '' : row('', 'dim', `and ${count(hidden, 'more file')}; --json names them`, terminal),
    ];
  };
  return [
    `${terminal.style(printable(environment), 'bold')}\n`,
    ...(unowned.length === 0
      ? [row('owned', 'dim', 'every file is owned by a package', terminal)]
      : some('unowned', unowned, unownedOmitted, 'that no package owns; nothing vouches for them')),
    bytecode === 0
      ? ''
      : row('not checked', 'dim', `${count(bytecode, 'file')} of bytecode that Python made of packages' files`, terminal),
    ...(ownedTwice.length === 0
      ? []
      : some(
          'owned twice',
          ownedTwice.map(({ path, records }) => `${path}: ${records.join(', ')}`),
          ownedTwiceOmitted,
          'that several packages own',
        )),
    '\n',
  ].join('');
}

function facts(verdict: InstalledVerdict): [string, string][] {
  const { package: id, trust, reasons, kind, original, files, size, replaced, level } = verdict;
  const named = id === null ? 'not known' : `${id.name} ${id.version} ${id.build}${id.subdir === null ? '' : ` (${id.subdir})`}`;
  const archive = original === null ? [] : [`compared with ${original.file ?? 'its archive'}`];
  const why = whyUnverified(reasons);
  const basis =
    trust.basis === 'none' || trust.anchor === null
      ? why || 'nothing'
      : [`${BASES[trust.basis] ?? trust.basis}, ${trust.anchor}`, ...(why === '' ? [] : [why])].join('; ');
  const made = (['conda', 'libmamba', 'rattler'] as const).filter((tool) => replaced.files > 0 && replaced[tool] === replaced.files);
  const rows: [string, string][] = [
    ['package', printable(named)],
    ['files', printable([`${kind}, ${count(files, 'file')}, ${bytes(size)}, level ${level}`, ...archive].join(', '))],
    ['rests on', printable(basis)],
  ];
  if (replaced.files > 0) {
    const by = made.length === 0 ? 'of no one client all' : `as by ${made.join(', ')}`;
    rows.push(['prefix', `in ${count(replaced.files, 'file')}, ${by}`]);
  }
  return rows;
}
