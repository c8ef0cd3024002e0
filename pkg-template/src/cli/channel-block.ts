import type { RoleInfo, TrustInfo } from '../trust/channel-trust.js';
import { printable } from '../printable.js';
import type { Level } from '../options/settings.js';
import type { Finding } from '../verdict/verdict.js';
import type { ChannelReport, PackagesReport, SubdirReport } from './channel-report.js';
import type { ChannelOptions } from './open-channel.js';
import { count } from './quantity.js';
import { findingsRows, headline, notCheckedRows, roleRows, row, SHOWN, signed } from './rows.js';
import type { Terminal } from './terminal.js';

const DAY = 86_400_000;

/** Days before a role expires in which a reader is told. */
const SOON = 14;

/** What the policy makes of records that are not bad and not good. */
export type RecordLevels = Readonly<Record<'RECORD_UNSIGNED' | 'WEAK_DIGEST', Level>>;

const ABOUT_RECORDS: Record<keyof RecordLevels, readonly [what: string, hint: string]> = {
  RECORD_UNSIGNED: [
    'nobody signed the records of',
    'Try another mirror: somebody may have taken signatures away. Lower the code only if what nobody vouches for may be used.',
  ],
  WEAK_DIGEST: [
    'an MD5 alone, which can be forged, binds the signed records of',
    'Ask the channel for records with a SHA-256, or lower the code if MD5 is all that there is.',
  ],
};

/** What is trusted of a channel. */
export function trustBlock(options: ChannelOptions, trust: TrustInfo | null, terminal: Terminal): string {
  const { channel, root } = options;
  const now = options.now === undefined ? Date.now() : Date.parse(options.now);
  const head = `${terminal.style(printable(channel), 'bold')}\n`;
  if (trust === null) return head;
  const roles: [string, RoleInfo | null][] = [
    ['root', trust.root],
    ['key_mgr', trust.keyMgr],
    ['pkg_mgr', trust.pkgMgr],
  ];
  const soon = roles.filter((entry): entry is [string, RoleInfo] => {
    const left = entry[1] === null ? NaN : Date.parse(entry[1].expires) - now;
    return left > 0 && left <= SOON * DAY;
  });
  return [
    head,
    row('trusted', 'dim', `${printable(root)}, ${trust.anchor}`, terminal),
    ...roles.map(([role, info]) => row(role, 'dim', roleWords(role, info, trust), terminal)),
    ...soon.map(([role, { expires }]) => {
      const days = Math.ceil((Date.parse(expires) - now) / DAY);
      const words = `${role} expires within ${count(days, 'day')}; the channel has to renew it`;
      return row('note', 'yellow', words, terminal);
    }),
  ].join('');
}

/** What became of a subdir's records. */
export function subdirBlock(report: SubdirReport, levels: RecordLevels, terminal: Terminal): string {
  const { subdir, records, trusted, unsigned, weak, bad, verdict, findings } = report;
  const parts = [
    `${trusted.toLocaleString('en')} trusted`,
    ...counted(unsigned, 'unsigned'),
    ...counted(weak, 'weak'),
    ...counted(bad, 'bad'),
  ];
  const counts = records === 0 ? 'no records' : `${count(records, 'record')}: ${parts.join(', ')}`;
  const words = findings.length > 0 ? 'not used' : counts;
  // Those of one code together: what to do is then told once.
  const all = [...findings, ...bad].sort((a, b) => (a.code < b.code ? -1 : Number(a.code > b.code)));
  return [
    '\n',
    headline(signed(verdict, terminal, subdir), words, terminal),
    findingsRows(all.slice(0, SHOWN), omitted(all.length), terminal),
    namesRows('RECORD_UNSIGNED', unsigned, levels, terminal),
    namesRows('WEAK_DIGEST', weak, levels, terminal),
  ].join('');
}

/** What became of a subdir's packages. */
export function packagesBlock(subdir: string, report: PackagesReport, terminal: Terminal): string {
  const more = omitted(report.verdicts.length);
  const parts = (['verified', 'unverified', 'rejected'] as const)
    .filter((status) => report[status] > 0)
    .map((status) => signed(status, terminal, `${report[status]} ${status}`));
  if (report.undecided > 0) parts.push(terminal.style(`${report.undecided} not decided`, 'bold', 'red'));
  if (report.absent > 0) parts.push(`${report.absent} not there`);
  return [
    more === '' ? '' : row('', 'dim', more, terminal),
    report.verdicts.length > 0 ? '\n' : '',
    row('packages', 'dim', parts.join(', ') || `none in ${subdir}`, terminal),
  ].join('');
}

/** Something that was found, with what to do. */
export function findingBlock(finding: Finding, terminal: Terminal): string {
  return roleRows(finding, terminal);
}

/** What was not checked, and the word for the channel. */
export function channelBlock(report: ChannelReport, terminal: Terminal): string {
  const { verdict, channel, subdirs, lowered, notChecked } = report;
  const sum = (member: 'records' | 'trusted'): number =>
    subdirs.reduce((total, subdir) => total + subdir[member], 0);
  const totals = [
    count(subdirs.length, 'subdir'),
    count(sum('records'), 'record'),
    `${sum('trusted').toLocaleString('en')} trusted`,
  ];
  const words = subdirs.length === 0 ? '' : totals.join(', ');
  const head = `${signed(verdict, terminal)}  ${terminal.style(printable(channel), 'bold')}`;
  return [
    '\n',
    notCheckedRows(notChecked, terminal),
    lowered.length === 0 ? '' : row('lowered', 'dim', lowered.join(', '), terminal),
    '\n',
    headline(head, words, terminal),
  ].join('');
}

function roleWords(role: string, info: RoleInfo | null, { keyMgr }: TrustInfo): string {
  if (info !== null) return `version ${info.version}, expires at ${info.expires}`;
  return role === 'pkg_mgr' && keyMgr !== null
    ? 'no pkg_mgr.json, as in channels that conda signs'
    : 'not trusted yet';
}

function counted(files: readonly unknown[], word: string): string[] {
  return files.length === 0 ? [] : [`${files.length.toLocaleString('en')} ${word}`];
}

function namesRows(
  code: keyof RecordLevels,
  files: readonly string[],
  levels: RecordLevels,
  terminal: Terminal,
): string {
  const level = levels[code];
  if (files.length === 0 || level === 'ignore') return '';
  const [what, hint] = ABOUT_RECORDS[code];
  const names = files.slice(0, SHOWN).map((name) => printable(name));
  const [label, style] = level === 'throw' ? (['error', 'red'] as const) : (['warning', 'yellow'] as const);
  const more = omitted(files.length);
  return [
    row(label, style, `${code}: ${what} ${names.join(', ')}`, terminal),
    more === '' ? '' : row('', 'dim', more, terminal),
    row('  what to do', 'dim', hint, terminal),
  ].join('');
}

function omitted(number: number): string {
  return number > SHOWN ? `and ${(number - SHOWN).toLocaleString('en')} more; --json lists all` : '';
}
