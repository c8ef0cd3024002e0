import { useMemo } from 'preact/hooks';
import { CopyLink } from '../ui/copy-link.js';
import { nameOf } from '../package/package-name.js';
import type { PackageView } from '../protocol.js';
import { addressOf, go, type Item, route } from '../route/route.js';
import { channel } from '../state/channel.js';
import type { Loader } from '../state/loading.js';
import { opened, other, verifyWhole } from '../state/package.js';
import { Fault } from '../ui/fault.js';
import { Working } from '../ui/progress.js';
import { StatusMark } from '../ui/state.js';
import { useTitle } from '../ui/title.js';
import { bytes, count, shown } from '../ui/words.js';
import { fileDifferences } from './differences.js';
import { FileDifferences } from './file-differences.js';
import { MemberDifferences } from './member-differences.js';

/** Two packages beside each other: what is in one and not in the other. */
export function ComparePage() {
  const { item, against } = route.value;
  useTitle(`${nameOf(item)} and ${nameOf(against)}`);
  return (
    <>
      <h1>Comparison</h1>
      <div class="sides">
        <Side loader={opened} title="Before" item={item} />
        <Side loader={other} title="After" item={against} />
      </div>
      <p class="actions">
        <button type="button" onClick={() => go({ item: against, against: item })}>Swap</button>{' '}
        <a href={addressOf({ against: null })}>Back to the package</a>{' '}
        <CopyLink />
      </p>
      {opened.value === null || other.value === null ? null : <Differences before={opened.value} after={other.value} />}
    </>
  );
}

function Side({ loader, title, item }: { loader: Loader<PackageView>; title: string; item: Item | null }) {
  const state = loader.state.value;
  const above = channel.state.value;
  return (
    <section class="side" aria-label={title}>
      <h2>{title}</h2>
      {state.status === 'loading' ? <Working what="reading the package" progress={state.progress} onCancel={() => loader.cancel()} /> : null}
      {state.status !== 'nothing' || item === null ? null : item.kind === 'record' && above.status === 'failed' ? (
        <Fault fault={above.fault} title="Its channel could not be opened" />
      ) : (
        <p class="note">Waiting for its channel…</p>
      )}
      {state.status === 'failed' ? <Fault fault={state.fault} /> : null}
      {state.status === 'here' ? <Facts view={state.value} item={item} loader={loader} /> : null}
    </section>
  );
}

function Facts({ view, item, loader }: { view: PackageView; item: Item | null; loader: Loader<PackageView> }) {
  return (
    <>
      <p>
        <a href={addressOf({ item, against: null })}><bdi>{shown(view.fileName, 120)}</bdi></a>
      </p>
      <p>
        <StatusMark status={view.verdict.verdict} /> {view.size === null ? null : bytes(view.size)},{' '}
        {count(view.files.length, 'file')}
      </p>
      {view.isWhole ? null : (
        <p class="note">
          Only its list of files was read.{' '}
          <button type="button" onClick={() => void verifyWhole(loader)}>Verify all of it</button>
        </p>
      )}
    </>
  );
}

function Differences({ before, after }: { before: PackageView; after: PackageView }) {
  const files = useMemo(() => fileDifferences(before, after), [before, after]);
  return (
    <>
      <MemberDifferences before={before} after={after} />
      <FileDifferences files={files} />
    </>
  );
}
