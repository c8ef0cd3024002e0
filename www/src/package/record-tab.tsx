import type { PackageView } from '../protocol.js';
import { addressOf } from '../route/route.js';
import { SignerTable } from '../trust/signer-table.js';
import { Mark, RecordMark } from '../ui/state.js';
import { shown } from '../ui/words.js';
import { formatted, JsonText } from './json-text.js';

/** Keys of a record are always another's. */
const OWN = { role: '', version: 0 };

const STATES = {
  trusted: 'Those whom the pinned root names vouch for it.',
  weak: 'Somebody vouches for it, but it names the package by MD5 alone.',
  unsigned: 'Nobody that you trust signed it. Without a pinned root no signature counts.',
  bad: 'It is signed, and not as it has to be.',
  unknown: 'Its signatures could not be looked at.',
} as const;

/** What the channel says of the package, who signed that, and whether the package says the same. */
export function RecordTab({ view }: { view: PackageView }) {
  const { record } = view;
  if (record === null) {
    return (
      <p class="note">
        {view.isAlone
          ? 'Which records the channel has nobody says: its roles were refused.'
          : view.place.kind === 'channel'
          ? 'The channel has no record of it that can be read.'
          : 'The package was opened by itself. Open it from its channel to see what the channel says of it.'}
      </p>
    );
  }
  return (
    <>
      <section aria-labelledby="state-title">
        <h2 id="state-title">Who vouches for it</h2>
        <p><RecordMark state={record.state} /> {STATES[record.state]}</p>
        {record.signers.map((signers) => (
          <SignerTable key={`${signers.role} ${signers.version}`} signers={signers} own={OWN} />
        ))}
        {record.signers.length > 0 || view.verdict.trust.basis !== 'tuf' ? null : (
          <p>
            Records are not signed one by one here. The channel’s roles name the exact bytes of the list that it is in:{' '}
            <a href={addressOf({ item: null, against: null, tab: 'files', path: null, isMap: false, role: 'targets' })}>see who signed them</a>.
          </p>
        )}
      </section>
      <Differences view={view} record={record.json} />
      <section aria-labelledby="json-title">
        <h2 id="json-title">As it stands in the repodata</h2>
        <JsonText label="The record" value={record.json} />
      </section>
    </>
  );
}

const MEMBERS = [
  'name', 'version', 'build', 'build_number', 'subdir', 'noarch', 'depends', 'constrains',
  'license', 'license_family', 'timestamp', 'features', 'track_features', 'size', 'sha256', 'md5',
] as const;

/** What no channel may change. */
const FIXED: ReadonlySet<string> = new Set(['name', 'version', 'build', 'build_number', 'size', 'sha256', 'md5']);

function Differences({ view, record }: { view: PackageView; record: unknown }) {
  const said = (record ?? {}) as Readonly<Record<string, unknown>>;
  const { index, verdict, isWhole } = view;
  const own: Readonly<Record<string, unknown>> = {
    ...index,
    size: isWhole ? verdict.digests.size : undefined,
    sha256: verdict.digests.sha256 ?? undefined,
    md5: verdict.digests.md5 ?? undefined,
  };
  const rows = MEMBERS.filter((member) => own[member] !== undefined || said[member] !== undefined);
  return (
    <section aria-labelledby="differences-title">
      <h2 id="differences-title">The record and the package</h2>
      <p class="note">Channels mend what packages say of dependencies, so that those may differ.</p>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="differences-title">
        <table class="differences">
          <thead>
            <tr><th scope="col">Member</th><th scope="col">State</th><th scope="col">Record</th><th scope="col">Package</th></tr>
          </thead>
          <tbody>
            {rows.map((member) => <Row key={member} member={member} said={said[member]} own={own[member]} />)}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ member, said, own }: { member: string; said: unknown; own: unknown }) {
  const isSame = formatted(said ?? null) === formatted(own ?? null);
  const isKnown = own !== undefined;
  return (
    <tr>
      <th scope="row">{member}</th>
      <td>{!isKnown ? <Mark tone="none" word="not said" /> : isSame ? <Mark tone="good" word="same" /> : <Mark tone={FIXED.has(member) ? 'bad' : 'open'} word="differs" />}</td>
      <td><code>{cell(said)}</code></td>
      <td>{isSame ? <span class="soft">the same</span> : <code>{cell(own)}</code>}</td>
    </tr>
  );
}

function cell(value: unknown): string {
  if (value === undefined) return '–';
  if (typeof value === 'string') return shown(value, 200);
  return shown(Array.isArray(value) ? value.map((item) => (typeof item === 'string' ? item : formatted(item))).join(', ') : formatted(value), 600);
}
