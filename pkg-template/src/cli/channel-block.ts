import type { RoleInfo, TrustInfo } from '../trust/channel-trust.js';
import type { RoleReport } from '../trust/role-report.js';
import type { MirrorFailure } from '../trust/refresh-report.js';
import { printable } from '../printable.js';
import type { Level } from '../options/settings.js';
import type { Finding, Verdict } from '../verdict/verdict.js';
import type { ChannelReport, PackagesReport, SubdirReport, TargetReport } from './channel-report.js';
import type { ChannelOptions } from './channel-options.js';
import { bytes, count } from './quantity.js';
import { findingsRows, headline, listedWords, NOT_KEPT, notCheckedRows, roleRows, row, SHOWN, signed, signedVerdict } from './rows.js';
import type { Terminal } from './terminal.js';
import { whyUnverified } from './verdict-block.js';

const DAY = 86_400_000;

/** Findings of one package of a channel that are shown. */
const SHOWN_OF_PACKAGE = 5;

/** Days before a role expires in which a reader is told. */
const SOON = 14;

/** What the policy makes of records that are not bad and not good. */
export type RecordLevels = Readonly<Record<'RECORD_UNSIGNED' | 'WEAK_DIGEST', Level>>;

/** What is said of such records, and what to do. */
export const ABOUT_RECORDS: Record<keyof RecordLevels, readonly [what: string, hint: string]> = {
  RECORD_UNSIGNED: [
    'nobody vouches for the records of',
    'Try another mirror: somebody may have taken signatures away, or the roles of TUF may list another form of the repodata. Give --policy RECORD_UNSIGNED=warn only if what nobody vouches for may be used.',
  ],
  WEAK_DIGEST: [
    'an MD5 alone, which can be forged, binds the signed records of',
    'Ask the channel for records with a SHA-256, or give --policy WEAK_DIGEST=warn if MD5 is all that there is.',
  ],
};

/**
 * What is trusted of a channel.
 *
 * @param reports Who signed it, where that is to be told.
 */
export function trustBlock(
  options: ChannelOptions,
  trust: TrustInfo | null,
  terminal: Terminal,
  reports: readonly RoleReport[] = [],
): string {
  const { channel, root } = options;
  const now = options.now === undefined ? Date.now() : Date.parse(options.now);
  const head = `${terminal.style(printable(channel), 'bold')}\n`;
  if (trust === null) return head;
  const roles: [string, RoleInfo | null][] = [['root', trust.root], ...rolesBelow(trust)];
  const soon = roles.filter((entry): entry is [string, RoleInfo] => {
    // They are renewed all the time.
    if (['timestamp', 'snapshot'].includes(entry[0])) return false;
    const left = entry[1] === null ? NaN : Date.parse(entry[1].expires) - now;
    return left > 0 && left <= SOON * DAY;
  });
  return [
    head,
    row('trusted', 'dim', `${printable(root)}, ${trust.anchor}`, terminal),
    ...roles.map(([role, info]) => row(role, 'dim', roleWords(role, info, trust) + signersWords(role, reports), terminal)),
    ...soon.map(([role, { expires }]) => {
      const days = Math.ceil((Date.parse(expires) - now) / DAY);
      const words = `${role} expires within ${count(days, 'day')}; the channel has to renew it`;
      return row('note', 'yellow', words, terminal);
    }),
  ].join('');
}

function rolesBelow(trust: TrustInfo): [string, RoleInfo | null][] {
  if (trust.format === 'tuf') {
    return [['timestamp', trust.timestamp], ['snapshot', trust.snapshot], ['targets', trust.targets]];
  }
  return [['key_mgr', trust.keyMgr], ['pkg_mgr', trust.pkgMgr]];
}

/** What places failed at that were passed over. */
export function mirrorRows(failures: readonly MirrorFailure[], terminal: Terminal): string {
  const rows = failures.slice(0, SHOWN).map(({ mirror, path, code, message }) =>
    row('passed over', 'yellow', printable(`${mirror} for ${path}: ${code}: ${message}`, 1000), terminal),
  );
  const left = failures.length - SHOWN;
  const more = left > 0 ? row('', 'dim', `and ${count(left, 'more failure')} of mirrors; --json lists all`, terminal) : '';
  return rows.join('') + more;
}

/** What the roles of TUF say of a file. */
function targetRows({ length, hashes, roles, expires }: TargetReport, terminal: Terminal): string {
  const digests = Object.entries(hashes).map(([algorithm, hash]) => `${algorithm}:${hash}`);
  return [
    row('target', 'dim', [bytes(length), ...digests].join(', '), terminal),
    row('listed by', 'dim', `${rolesWords(roles)}, until ${expires}`, terminal),
  ].join('');
}

/** The roles that lead to a file. */
export function rolesWords(roles: readonly string[]): string {
  return roles.map((role) => printable(role)).join(' > ');
}

/** What became of a subdir's records. */
export function subdirBlock(
  report: SubdirReport,
  levels: RecordLevels,
  terminal: Terminal,
  hinted = new Set<string>(),
): string {
  const { subdir, repodata, target, records, trusted, unsigned, weak, bad, verdict, findings } = report;
  const isUnlisted = report.method === 'target' && target === null;
  const { unsignedCount, weakCount, badCount } = report;
  const parts = [
    `${trusted.toLocaleString('en')} trusted`,
    ...counted(unsignedCount, 'unsigned'),
    ...counted(weakCount, 'weak'),
    ...counted(badCount, 'bad'),
  ];
  const counts = records === 0 ? 'no records' : `${count(records, 'record')}: ${parts.join(', ')}`;
  const words = findings.length > 0 ? 'not used' : counts;
  const all = byCode([...findings, ...bad]);
  return [
    '\n',
    headline(signed(verdict, terminal, subdir), words, terminal),
    row('repodata', 'dim', printable(repodata), terminal),
    target === null ? '' : targetRows(target, terminal),
    isUnlisted ? row('target', 'dim', 'none: no role lists it', terminal) : '',
    findingsRows(all.slice(0, SHOWN), omitted(findings.length + badCount, all.length), terminal, hinted),
    namesRows('RECORD_UNSIGNED', unsigned, unsignedCount, levels, terminal, hinted),
    namesRows('WEAK_DIGEST', weak, weakCount, levels, terminal, hinted),
  ].join('');
}

/** Those of one code together: what to do is then told once. */
export function byCode<T extends Finding>(findings: readonly T[]): T[] {
  return [...findings].sort((a, b) => (a.code < b.code ? -1 : Number(a.code > b.code)));
}

/** What became of a subdir's packages. */
export function packagesBlock(subdir: string, report: PackagesReport, terminal: Terminal): string {
  const failed = report.unverified + report.rejected;
  const more = omitted(failed, report.verdicts.length + report.refused.length, Math.min(SHOWN, failed));
  const parts = (['verified', 'unverified', 'rejected'] as const)
    .filter((status) => report[status] > 0)
    .map((status) => signed(status, terminal, `${report[status]} ${status}`));
  if (report.undecided > 0) parts.push(terminal.style(`${report.undecided} not decided`, 'bold', 'red'));
  if (report.absent > 0) parts.push(`${report.absent} not there`);
  return [
    more === '' ? '' : row('', 'dim', more, terminal),
    failed > 0 ? '\n' : '',
    row('packages', 'dim', parts.join(', ') || `none in ${subdir}`, terminal),
  ].join('');
}

/**
 * A package that is not verified.
 *
 * @param told The codes that were told of its record before.
 */
export function packageBlock(
  path: string,
  { verdict, reasons, findings }: Pick<Verdict, 'verdict' | 'reasons' | 'findings'>,
  told: ReadonlySet<string>,
  terminal: Terminal,
  hinted: Set<string>,
): string {
  const head = signed(verdict, terminal, printable(path));
  const why = verdict === 'unverified' ? whyUnverified(reasons) : '';
  const isTold = findings.length > 0 && findings.every(({ code }) => told.has(code));
  if (isTold) {
    const codes = [...new Set(findings.map(({ code }) => code))].join(', ');
    return headline(head, `${codes}: see its record above`, terminal);
  }
  const left = findings.length - SHOWN_OF_PACKAGE;
  const more = left > 0 ? `and ${count(left, 'more finding')}; --json lists all` : '';
  return `${headline(head, why, terminal)}${findingsRows(findings.slice(0, SHOWN_OF_PACKAGE), more, terminal, hinted)}`;
}

/** Something that was found, with what to do. */
export function findingBlock(finding: Finding, terminal: Terminal): string {
  return roleRows(finding, terminal);
}

/** What was not checked, and the word for the channel. */
export function channelBlock(report: ChannelReport, terminal: Terminal): string {
  const { verdict, channel, subdirs, mirrors, lowered, notChecked, unsaved } = report;
  const sum = (numberOf: (subdir: SubdirReport) => number): number =>
    subdirs.reduce((total, subdir) => total + numberOf(subdir), 0);
  const looked = sum(({ packages: all }) =>
    all === undefined ? 0 : all.verified + all.unverified + all.rejected + all.undecided,
  );
  const verified = sum(({ packages: all }) => all?.verified ?? 0);
  const totals = [
    count(subdirs.length, 'subdir'),
    count(sum(({ records }) => records), 'record'),
    `${sum(({ trusted }) => trusted).toLocaleString('en')} trusted`,
    ...(subdirs.some(({ packages }) => packages !== undefined)
      ? [`${verified.toLocaleString('en')} of ${count(looked, 'package')} verified`]
      : []),
  ];
  const words = subdirs.length === 0 ? '' : totals.join(', ');
  const more = unsaved == null ? '' : `, but ${NOT_KEPT}`;
  const head = `${signedVerdict(verdict, lowered, terminal, more)}  ${terminal.style(printable(channel), 'bold')}`;
  return [
    '\n',
    mirrorRows(mirrors, terminal),
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

/** How many signed the newest file of a role; of a root by its own keys. */
function signersWords(role: string, reports: readonly RoleReport[]): string {
  const newest = reports.filter((report) => report.role === role).at(-1);
  const own = newest?.signers.at(-1);
  if (own === undefined) return '';
  return `; ${own.signed} of ${own.keys.length} signed, ${own.threshold} needed`;
}

function counted(files: number, word: string): string[] {
  return files === 0 ? [] : [`${files.toLocaleString('en')} ${word}`];
}

function namesRows(
  code: keyof RecordLevels,
  files: readonly string[],
  total: number,
  levels: RecordLevels,
  terminal: Terminal,
  hinted: Set<string>,
): string {
  const level = levels[code];
  if (total === 0 || level === 'ignore') return '';
  const [what, hint] = ABOUT_RECORDS[code];
  const names = files.slice(0, SHOWN).map((name) => printable(name));
  const [label, style] = level === 'throw' ? (['error', 'red'] as const) : (['warning', 'yellow'] as const);
  const more = omitted(total, files.length);
  const isHinted = hinted.has(code);
  hinted.add(code);
  return [
    row(label, style, `${code}: ${what} ${names.join(', ') || count(total, 'file')}`, terminal),
    more === '' || names.length === 0 ? '' : row('', 'dim', more, terminal),
    isHinted ? '' : row('  what to do', 'dim', hint, terminal),
  ].join('');
}

/** How many more there are than the first that are `shown`, of which `listed` are told of to programs. */
function omitted(total: number, listed: number, shown = Math.min(SHOWN, listed)): string {
  return total === shown ? '' : `and ${(total - shown).toLocaleString('en')} more; ${listedWords(total, listed, shown)}`;
}
