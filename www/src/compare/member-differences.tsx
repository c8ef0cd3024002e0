import type { PackageView } from '../protocol.js';
import { count, number, shown } from '../ui/words.js';
import { memberDifferences } from './differences.js';

/** Entries of a list that are drawn before somebody asks for them. */
const FEW = 12;

/** Members of one document that are drawn. */
const MOST = 300;

/** What packages say of themselves, where they say different things. */
export function MemberDifferences({ before, after }: { before: PackageView; after: PackageView }) {
  const documents = [
    ['info/index.json', before.index, after.index],
    ['info/about.json', before.about, after.about],
    ...[...new Set([...before.documents.keys(), ...after.documents.keys()])]
      .sort()
      .map((path) => [path, before.documents.get(path) ?? null, after.documents.get(path) ?? null] as const),
  ] as const;
  const found = documents.flatMap(([path, one, other]) => {
    const differences = memberDifferences(one, other);
    return differences.length === 0 ? [] : [{ path, differences }];
  });
  return (
    <section aria-labelledby="members-title">
      <h2 id="members-title">Metadata</h2>
      {found.length === 0 ? <p>The same in both.</p> : null}
      {found.map(({ path, differences }) => (
        <table key={path} class="members">
          <caption>{shown(path)}</caption>
          <thead>
            <tr><th scope="col">Member</th><th scope="col">Before</th><th scope="col">After</th></tr>
          </thead>
          <tbody>
            {differences.slice(0, MOST).map(({ name, before, after }) => (
              <tr key={name}>
                <th scope="row">{name === '' ? 'all of it' : shown(name, 80)}</th>
                <td><Value of={before} missing={after} /></td>
                <td><Value of={after} missing={before} /></td>
              </tr>
            ))}
          </tbody>
          {differences.length <= MOST ? null : (
            <tfoot>
              <tr><td colSpan={3}>And {number(differences.length - MOST)} more members.</td></tr>
            </tfoot>
          )}
        </table>
      ))}
    </section>
  );
}

/** Of lists, what the other one does not have. */
function Value({ of, missing }: { of: unknown; missing: unknown }) {
  if (of === undefined || of === null) return <span class="absent">none</span>;
  if (Array.isArray(of) && Array.isArray(missing)) {
    const others = new Set(missing.map((value) => JSON.stringify(value)));
    const own = of.filter((value) => !others.has(JSON.stringify(value)));
    if (own.length === 0) return <span class="absent">{of.length === missing.length ? 'in another order' : 'no more'}</span>;
    const list = <ul>{own.slice(0, 200).map((value, at) => <li key={at}><code>{text(value)}</code></li>)}</ul>;
    if (own.length <= FEW) return list;
    return <details><summary>{count(own.length, 'entry', 'entries')} that the other has not</summary>{list}{own.length > 200 ? <p class="soft">and {number(own.length - 200)} more</p> : null}</details>;
  }
  return <code>{text(of)}</code>;
}

function text(value: unknown): string {
  return shown(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), 400);
}
