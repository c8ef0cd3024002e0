import { printable } from '../printable.js';
import type { InstalledVerdict } from '../verdict/installed-verdict.js';
import type { Reason } from '../verdict/verdict.js';
import type { EnvironmentReport } from './environment.js';
import { bytes, count } from './quantity.js';
import { listedWords, notCheckedRows, row, SHOWN, signedVerdict, someFindings } from './rows.js';
import type { Terminal } from './terminal.js';
import { BASES, checks } from './verdict-block.js';

/** Why nothing vouches for what is installed, though nothing is wrong. */
const WHY: Record<Reason, string> = {
  unsigned: 'nobody vouches for the archive; it is the one that the client noted',
  'weak digest': 'nobody vouches for the archive; it is the one that the client noted, by an MD5',
  'no digest': 'nobody vouches for the archive',
  partial: 'only parts of the archive were read',
  consistent: 'it is consistent with its own list of files, which is as easy to change',
  'not recomputable': 'what some files became on linking can\'t be recomputed',
};

/**
 * A verdict on what is installed as a block of text for people. `title` is which package it says
 * it is, where nothing was compared with that.
 */
export function installedBlock(
  verdict: InstalledVerdict,
  name: string,
  title: string | undefined,
  terminal: Terminal,
): string {
  const { lowered } = verdict;
  return [
    `${signedVerdict(verdict.verdict, lowered, terminal)}  ${terminal.style(printable(name), 'bold')}\n`,
    ...[...facts(verdict, title), ...checks(verdict)].map(([label, value]) => row(label, 'dim', value, terminal)),
    notCheckedRows(verdict.notChecked, terminal),
    lowered.length === 0 ? '' : row('lowered', 'dim', lowered.join(', '), terminal),
    someFindings(verdict.findings, verdict.findingsOmitted, terminal),
  ].join('');
}

/** What an environment has beside its packages. */
export function environmentBlock(report: EnvironmentReport, terminal: Terminal): string {
  const { environment, packages, unowned, unownedOmitted, bytecode, ownedTwice, ownedTwiceOmitted } = report;
  const isEmpty = Object.values(packages).every((number) => number === 0);
  const some = (label: string, all: readonly string[], omitted: number, what: string) => {
    const [total, shown] = [all.length + omitted, Math.min(SHOWN, all.length)];
    const hidden = total - shown;
    return [
      row(label, 'yellow', `${count(total, 'file')} ${what}`, terminal),
      ...all.slice(0, SHOWN).map((line) => row('', 'dim', printable(line), terminal)),
      hidden === 0 ? '' : row('', 'dim', `and ${count(hidden, 'more file')}; ${listedWords(total, all.length, shown)}`, terminal),
    ];
  };
  return [
    `${terminal.style(printable(environment), 'bold')}\n`,
    row('platform', 'dim', platformWords(report), terminal),
    isEmpty ? row('packages', 'yellow', 'none: conda-meta has no records, so nothing was verified', terminal) : '',
    ...(unowned.length + unownedOmitted === 0
      ? [row('owned', 'dim', isEmpty ? 'there are no files' : 'every file is owned by a package', terminal)]
      : some('unowned', unowned, unownedOmitted, 'that no package owns; nothing vouches for them')),
    bytecode === 0
      ? ''
      : row('not checked', 'dim', `${count(bytecode, 'file')} of bytecode that Python made of packages' files`, terminal),
    ...(ownedTwice.length + ownedTwiceOmitted === 0
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

/** The platform and who says so, since it decides what packages for all become. */
function platformWords({ platform, platformBy }: EnvironmentReport): string {
  switch (platformBy) {
    case 'option':
      return `${platform}, as --platform says`;
    case 'records':
      return `${platform}, as the records of its packages say`;
    case 'machine':
      return `${platform}, this machine's: no record names one`;
    case 'nobody':
      return 'not known: the records name several; --platform says which it is';
  }
}

/** How many files have the environment's path, and which clients make all of them so. */
function prefixWords(replaced: InstalledVerdict['replaced'], level: InstalledVerdict['level']): string {
  const files = count(replaced.files, 'file');
  const tools = ['conda', 'libmamba', 'rattler'] as const;
  const made = tools.filter((tool) => replaced[tool] === replaced.files);
  if (made.length > 0) return `in ${files}, ${level === 'sizes' ? 'of the length that it has by' : 'as by'} ${made.join(', ')}`;
  const has = `${files} ${replaced.files === 1 ? 'has' : 'have'} a placeholder`;
  return tools.every((tool) => replaced[tool] === 0) ? `${has}; no client's result matches` : `${has}; no one client's results match all`;
}

/** Why it is not verified, in words, each reason by itself. */
function whys({ reasons, level, original }: InstalledVerdict): string[] {
  const consistent = original === null ? 'by its own list of files; no content was looked at' : 'no content was looked at';
  return reasons.map((reason) =>
    reason === 'consistent' && level === 'sizes' ? consistent : WHY[reason] ?? reason,
  );
}

/** The same as part of a sentence. */
export function whyUnverifiedInstalled(verdict: InstalledVerdict): string {
  return whys(verdict).join('; ');
}

/** On what it rests, in words. */
function basisOf(verdict: InstalledVerdict): string {
  const { trust } = verdict;
  const why = whys(verdict);
  const vouched = trust.basis === 'none' || trust.anchor === null ? [] : [`${BASES[trust.basis] ?? trust.basis}, ${trust.anchor}`];
  if (why.length === 0) return vouched[0] ?? 'nothing';
  return vouched.length === 0 ? `nothing: ${why.join('; ')}` : `${vouched[0]}; but ${why.join(', and ')}`;
}

function facts(verdict: InstalledVerdict, title: string | undefined): [string, string][] {
  const { package: id, kind, original, files, size, replaced, level } = verdict;
  const own = title === undefined ? 'not known: nothing says which it is' : `${title}, as it says itself`;
  const named = id === null ? own : `${id.name} ${id.version} ${id.build}${id.subdir === null ? '' : ` (${id.subdir})`}`;
  const archive = original === null ? [] : [`compared with ${original.file ?? 'its archive'}`];
  const rows: [string, string][] = [
    ['package', printable(named)],
    ['files', printable([`${kind}, ${count(files, 'file')}, ${bytes(size)}, level ${level}`, ...archive].join(', '))],
    ['rests on', printable(basisOf(verdict))],
  ];
  if (replaced.files > 0) {
    rows.push(['prefix', prefixWords(replaced, level)]);
  }
  return rows;
}
