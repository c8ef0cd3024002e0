import { useEffect, useRef } from 'preact/hooks';
import type { PackageView } from '../protocol.js';
import { adjust, route, TABS, type Tab } from '../route/route.js';
import { channel } from '../state/channel.js';
import { opened } from '../state/package.js';
import { Fault } from '../ui/fault.js';
import { Working } from '../ui/progress.js';
import { Tabs } from '../ui/tabs.js';
import { useTitle } from '../ui/title.js';
import { number, shown } from '../ui/words.js';
import { AboutTab } from './about-tab.js';
import { BackLink } from './back-link.js';
import { FilesTab } from './files-tab.js';
import { FindingsTab } from './findings-tab.js';
import { PackageHeader } from './package-header.js';
import { nameOf } from './package-name.js';
import { RecordTab } from './record-tab.js';

/** What was shown when the page came. */
const first = route.peek();

/** A package: what it says of itself, its files, and what was found. */
export function PackagePage() {
  const { item } = route.value;
  const state = opened.state.value;
  const view = opened.last;
  const title = useRef<HTMLHeadingElement>(null);
  const name = nameOf(item);
  useTitle(name);
  useEffect(() => {
    // The link that led here is gone: who uses a keyboard goes on from the title.
    if (route.peek() !== first && (document.activeElement ?? document.body) === document.body) {
      title.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }, [name]);
  return (
    <article class="package">
      <BackLink />
      <h1 ref={title} tabIndex={-1}><bdi>{shown(name, 160)}</bdi></h1>
      {state.status === 'failed' ? <Fault fault={state.fault} title={view === null ? 'The package could not be opened' : 'It could not be read'} /> : null}
      {view === null ? <Waiting /> : <Here view={view} />}
    </article>
  );
}

function Waiting() {
  const state = opened.state.value;
  const above = channel.state.value;
  if (state.status === 'failed') return null;
  if (route.value.item?.kind === 'record' && above.status === 'failed') return <Fault fault={above.fault} title="Its channel could not be opened" />;
  return (
    <Working
      what="reading the package"
      progress={state.status === 'loading' ? state.progress : null}
      onCancel={() => opened.cancel()}
    />
  );
}

function Here({ view }: { view: PackageView }) {
  const { tab } = route.value;
  const { findings, findingsOmitted } = view.verdict;
  const titles: Readonly<Record<Tab, string>> = {
    files: `Files ${number(view.files.length)}`,
    findings: `Findings ${number(findings.length + findingsOmitted)}`,
    about: 'About',
    record: 'Record',
  };
  return (
    <>
      <PackageHeader view={view} />
      <Tabs label="Parts of the package" names={TABS} titles={titles} current={tab} onChoose={(tab) => adjust({ tab })}>
        {tab === 'files' ? <FilesTab key={view.id} view={view} /> : null}
        {tab === 'findings' ? <FindingsTab view={view} /> : null}
        {tab === 'about' ? <AboutTab view={view} /> : null}
        {tab === 'record' ? <RecordTab view={view} /> : null}
      </Tabs>
    </>
  );
}
