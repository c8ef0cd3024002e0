import type { Basis, Check, Reason, Verdict } from 'conda-verifier';
import type { PackageView } from '../protocol.js';
import { count, shown } from '../ui/words.js';

const BASES: Readonly<Record<Basis, string>> = {
  tuf: 'the channel’s TUF roles, from the pinned root on, name exactly these bytes',
  'content-trust': 'enough of the keys that the pinned root trusts signed its record',
  'caller-digest': 'it has the digest that was asked for',
  none: 'nobody that you trust vouches for it',
};

const REASONS: Readonly<Record<Reason, string>> = {
  unsigned: 'Nobody that you trust signed its record.',
  'weak digest': 'Only an MD5 digest names its bytes, and that can be forged.',
  'no digest': 'Nothing says which bytes it should have: open it from its channel, or compare its SHA-256 with one that you trust.',
  partial: 'Most of it was not read yet: verify all of it.',
  consistent: 'It agrees with its own lists, which are as easy to change as its files.',
  'not recomputable': 'Some files can’t be computed anew.',
};

/** A verdict in plain words. */
export function sentence({ verdict, reasons, trust, findings, findingsOmitted }: Verdict): string {
  if (verdict === 'verified') return `It can be trusted: ${BASES[trust.basis]}, and every check passed.`;
  if (verdict === 'rejected') {
    const errors = findings.filter(({ severity }) => severity === 'error');
    const more = errors.length - 1;
    const first = errors[0] === undefined ? '' : ` ${shown(brief(errors[0].message), 300)}.`.replace('….', '…');
    if (more > 0) return `Do not install it.${first} And ${count(more, 'more error')}${findingsOmitted > 0 ? ', at least' : ''}.`;
    return `Do not install it.${first}`;
  }
  const why = reasons.map((reason) => REASONS[reason] ?? `${reason}.`).join(' ');
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  const found = warnings === 0 ? 'Nothing wrong was found' : `No error was found, but ${count(warnings, 'warning')}${findingsOmitted > 0 ? ', at least' : ''}`;
  return `${found}. It can’t be trusted yet. ${why}`;
}

/** What to say where the channel's newest roles were refused; nothing where they were not. */
export function refusal({ refused, isAlone }: Pick<PackageView, 'refused' | 'isAlone'>): string {
  if (refused === null) return '';
  const rest = isAlone
    ? 'Nobody says what this package should be, so it is looked at alone: it may be anything.'
    : 'What is said here rests on what was trusted before them.';
  return `The channel’s newest roles were refused: ${refused.code}. ${rest}`;
}

/** A message as a sentence, in which digests don't drown the rest. */
function brief(message: string): string {
  return capital(message).replace(/\b[0-9a-f]{32,}\b/g, (digest) => `${digest.slice(0, 12)}…`);
}

/** A sentence begins so. */
export function capital(text: string): string {
  // Names stay as they are.
  return /^[a-z]+[ ',]/.test(text) ? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}` : text;
}

/** On what it rests, as the end of a sentence. */
export function restsOn({ trust }: Verdict): string {
  return BASES[trust.basis] ?? trust.basis;
}

/** What each check asks. */
export const CHECKS: Readonly<Partial<Record<Check, string>>> = {
  signature: 'Did enough trusted keys sign its record?',
  freshness: 'Is this the newest that the channel says?',
  completeness: 'Does the channel hold nothing back?',
  removed: 'Was it removed from the channel?',
  base_url: 'May it come from where it came from?',
  'pkg_mgr.json': 'Is the list of package keys there?',
  record: 'Does the channel have a record of it?',
  'matches-unsigned-record': 'Is it what its unsigned record says?',
  'package-target': 'Is it a target of its own, and the same?',
  'archive-size': 'Is it as long as it should be?',
  'archive-sha256': 'Does it have the SHA-256 that it should have?',
  'archive-md5': 'Does it have the MD5 that it should have?',
  coherence: 'Are all parts read from one and the same file?',
  'file-name': 'Is its name that of what is in it?',
  container: 'Is the archive well-formed?',
  entries: 'Are all entries of it harmless?',
  'index-json': 'Is info/index.json well-formed, and as its record says, where there is one?',
  'paths-json': 'Is info/paths.json well-formed?',
  'files-listed': 'Is every file listed?',
  'files-present': 'Is every listed file there?',
  'file-types': 'Is each what it is listed as: file, link, folder?',
  'file-sizes': 'Is each file as long as it is listed?',
  'file-sha256': 'Does each file have the SHA-256 that is listed?',
  'link-targets': 'Does every link lead to a place inside the package?',
  'info/*': 'Is each file of info/ listed with a digest?',
};
