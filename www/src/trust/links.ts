import type { ErrorJson } from 'conda-verifier';
import type { RoleReport } from 'conda-verifier';
import type { ChannelView, SubdirView } from '../protocol.js';
import type { Loading } from '../state/loading.js';
import type { Tone } from '../ui/state.js';
import { count } from '../ui/words.js';
import { lifeOf } from './life.js';

/** A link of the chain from the pinned root to the records. */
export interface Link {
  /** What it is called in addresses. */
  readonly key: string;
  readonly part: 'roots' | 'roles' | 'records';
  readonly title: string;
  readonly tone: Tone;
  /** What there is to think of it, in a word or two. */
  readonly word: string;
  /** What it is for. */
  readonly purpose: string;
  /** What is trusted; null where nothing is. */
  readonly report: RoleReport | null;
  /** What broke the chain here. */
  readonly fault: ErrorJson | null;
  /** What else there is to say. */
  readonly facts: readonly string[];
}

type Records = Loading<SubdirView>;

/** Roles may be called anything. */
const PURPOSES: ReadonlyMap<string, string> = new Map(Object.entries({
  key_mgr: 'Says whose keys may sign records.',
  pkg_mgr: 'The role whose keys sign the records. Its own file is optional.',
  timestamp: 'Says which snapshot is the newest. Renewed often, so that nobody can hide what is new.',
  snapshot: 'Says which versions of the lists belong together.',
  targets: 'Lists files of the channel with their length and digest, or says who may.',
}));

/** The whole chain, also where it breaks or nobody began it. */
export function linksOf(view: ChannelView, records: Records, subdir: string): readonly Link[] {
  const links = [...rootLinks(view), ...roleLinks(view)];
  const broken = links.findIndex(({ fault }) => fault !== null);
  const reached = links.map((link, at) => (broken === -1 || at <= broken ? link : unreached(link)));
  return [...reached, ...recordLinks(view, records, subdir)];
}

/** What a fault of the refresh is about, in the words of the chain. */
export function brokenRole({ path, details }: ErrorJson): { role: string; version: number | null } {
  const file = (path ?? String(details?.['file'] ?? details?.['url'] ?? '')).split('/').at(-1) ?? '';
  const parts = /^(?:(\d+)\.)?(.+?)\.json$/.exec(file);
  const named = details?.['role'];
  const role = typeof named === 'string' && named !== '' ? named : (parts?.[2] ?? '');
  return { role, version: parts?.[1] === undefined ? null : Number(parts[1]) };
}

function rootLinks(view: ChannelView): readonly Link[] {
  const purposes = ['Where trust begins: you, or this page, said that it is the right one.', 'Replaces the root before it, whose keys signed it: so keys can change.'];
  if (view.trust === null) {
    return [
      {
        key: 'root',
        part: 'roots',
        title: 'Root',
        tone: 'open',
        word: 'not pinned',
        purpose: 'Would name the keys that speak for this channel. Without it nobody does.',
        report: null,
        fault: null,
        facts: [],
      },
    ];
  }
  const fault = view.fault === null ? null : brokenRole(view.fault);
  const reports = view.roles.filter(({ role }) => role === 'root');
  const links = reports.map((report, at): Link => {
    const isLast = at === reports.length - 1;
    // Only the newest has to be fresh: those before it did their part.
    const isBroken = isLast && fault?.role === 'root' && (view.fault?.code === 'EXPIRED' || (fault.version ?? 0) === report.version);
    return {
      ...roleLink(report, view, at === 0 ? purposes[0] ?? '' : purposes[1] ?? '', isLast),
      key: `${report.version}.root`,
      part: 'roots',
      title: `Root ${report.version}`,
      ...(at === 0 && !isBroken && (!isLast || lifeOf(report, view.now).tone === 'good') ? { word: 'pinned' } : {}),
      ...(isLast ? {} : { facts: [`Replaced by root ${report.version + 1}.`] }),
      ...(isBroken ? brokenAs(view.fault) : {}),
    };
  });
  if (fault?.role !== 'root' || links.some(({ fault }) => fault !== null)) return links;
  const version = fault.version ?? (reports.at(-1)?.version ?? 0) + 1;
  return [
    ...links,
    {
      key: `${version}.root`,
      part: 'roots',
      title: `Root ${version}`,
      purpose: purposes[1] ?? '',
      report: null,
      facts: ['Offered, and refused.'],
      ...brokenAs(view.fault),
    },
  ];
}

function roleLinks(view: ChannelView): readonly Link[] {
  const { trust } = view;
  if (trust === null) return [];
  const fixed = trust.format === 'tuf' ? ['timestamp', 'snapshot', 'targets'] : ['key_mgr', 'pkg_mgr'];
  const reports = view.roles.filter(({ role }) => role !== 'root');
  const others = reports.map(({ role }) => role).filter((role) => !fixed.includes(role));
  const broken = view.fault === null ? null : brokenRole(view.fault).role;
  const names = [...fixed, ...new Set(others)];
  const known = broken === null || broken === '' || broken === 'root' || names.includes(broken) ? names : [...names, broken];
  const links = known.map((role): Link => {
    const report = reports.find((report) => report.role === role);
    const purpose = PURPOSES.get(role) ?? 'May list some of the files, in the name of another list.';
    const link = report === undefined ? absent(role, purpose) : roleLink(report, view, purpose, true);
    if (role !== broken) return link;
    const facts = report === undefined ? [] : [`Version ${report.version} of an earlier visit stays trusted until it expires.`];
    return { ...link, ...brokenAs(view.fault), facts };
  });
  // Nobody knows where it broke: below the roots, then.
  if (broken !== '' || links.some(({ fault }) => fault !== null)) return links;
  return links.map((link, at) => (at === 0 ? { ...link, ...brokenAs(view.fault) } : link));
}

function roleLink(report: RoleReport, view: ChannelView, purpose: string, isInForce: boolean): Link {
  const { tone, word } = isInForce ? lifeOf(report, view.now) : { tone: 'good' as const, word: 'verified' };
  return { key: report.role, part: 'roles', title: report.role, tone, word, purpose, report, fault: null, facts: [] };
}

function absent(role: string, purpose: string): Link {
  const isOptional = role === 'pkg_mgr';
  return {
    key: role,
    part: 'roles',
    title: role,
    tone: 'none',
    word: isOptional ? 'none' : 'not loaded',
    purpose,
    report: null,
    fault: null,
    facts: isOptional ? ['The channel has none, and need not have one.'] : [],
  };
}

function brokenAs(fault: ErrorJson | null): Pick<Link, 'tone' | 'word' | 'fault'> {
  return { tone: 'bad', word: fault?.code ?? 'refused', fault };
}

function unreached(link: Link): Link {
  const facts = link.report === null ? [] : [`Version ${link.report.version} is known from an earlier visit.`];
  return { ...link, tone: 'none', word: 'not reached', facts };
}

function recordLinks(view: ChannelView, records: Records, subdir: string): readonly Link[] {
  const common = { part: 'records', report: null, fault: null, facts: [] } as const;
  const repodata = { ...common, key: 'repodata', title: `Repodata of ${subdir}`, purpose: 'The list of all packages of one platform.' };
  const all = { ...common, key: 'records', title: 'Records', purpose: 'One for each package: its size, its digest, what it depends on.' };
  if (records.status === 'failed') {
    return [
      { ...repodata, ...brokenAs(records.fault), ...(view.fault === null ? {} : { tone: 'none', word: 'not reached', fault: null }) },
      { ...all, tone: 'none', word: 'not reached' },
    ];
  }
  const value = records.status === 'here' ? records.value : null;
  if (value === null) {
    return [
      { ...repodata, tone: 'none', word: 'being read' },
      { ...all, tone: 'none', word: 'being read' },
    ];
  }
  return [{ ...repodata, ...repodataState(view, value) }, { ...all, ...recordsState(view, value) }];
}

type State = Pick<Link, 'tone' | 'word' | 'facts'> & { readonly fault?: ErrorJson };

function repodataState(view: ChannelView, { target, path }: SubdirView): State {
  if (view.trust === null) return { tone: 'open', word: 'unsigned', facts: [path] };
  if (view.fault !== null && target === null) return { tone: 'none', word: 'not reached', facts: [path] };
  if (target !== null) {
    const facts = [`${path}, as the roles list it`];
    return view.fault === null ? { tone: 'good', word: 'verified', facts } : { tone: 'open', word: 'by earlier roles', facts };
  }
  if (view.trust.format === 'tuf') return { tone: 'open', word: 'unlisted', facts: [`No role lists ${path}.`] };
  return { tone: 'none', word: 'record by record', facts: [`${path}: nobody vouches that it is the newest, or complete.`] };
}

function recordsState(view: ChannelView, { counts, fault, records }: SubdirView): State {
  const { bad, trusted, unsigned, weak } = counts;
  if (fault !== null) {
    if (view.fault !== null) return { tone: 'none', word: 'not reached', facts: [] };
    return { tone: 'bad', word: fault.code, fault, facts: [] };
  }
  const facts = [
    ...(trusted > 0 ? [`${count(trusted, 'record')} trusted`] : []),
    ...(weak > 0 ? [`${count(weak, 'record')} weak`] : []),
    ...(unsigned > 0 ? [`${count(unsigned, 'record')} unsigned`] : []),
    ...(bad > 0 ? [`${count(bad, 'record')} bad`] : []),
  ];
  if (records === 0) return { tone: 'none', word: 'none', facts: [] };
  if (bad > 0) return { tone: 'bad', word: `${bad} bad`, facts };
  if (unsigned + weak > 0) return { tone: 'open', word: trusted === 0 ? 'unsigned' : 'some unsigned', facts };
  if (view.fault !== null) return { tone: 'open', word: 'by earlier roles', facts };
  return { tone: 'good', word: 'trusted', facts };
}
