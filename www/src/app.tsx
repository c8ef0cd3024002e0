import { ChannelPage } from './channel/channel-page.js';
import { ComparePage } from './compare/compare-page.js';
import { FilesPage } from './open/files-page.js';
import { OpenBar } from './open/open-bar.js';
import { DropZone } from './open/drop-zone.js';
import { PackagePage } from './package/package-page.js';
import { HOME, route, addressOf } from './route/route.js';
import { followChannel, followExpiry } from './state/channel.js';
import { followPackages } from './state/package.js';
import { followRecords } from './state/records.js';
import { followVerification } from './state/verification.js';

followChannel();
followExpiry();
followPackages();
followVerification();
followRecords();

/** All of the page. */
export function App() {
  return (
    <DropZone>
      <a class="skip" href="#main" onClick={toMain}>Skip to the content</a>
      <header class="top">
        <a class="brand" href={addressOf(HOME)}>
          <img src="./icon.svg" alt="" width="28" height="28" /> conda-verifier
        </a>
        <OpenBar />
      </header>
      <main id="main" tabIndex={-1}>
        <Content />
      </main>
      <footer>
        Everything is verified in this page, by a WebAssembly module of 0.2 MB. What you open goes to nobody
        but the servers that you name.
      </footer>
    </DropZone>
  );
}

function Content() {
  const { item, against } = route.value;
  if (item === null) return <ChannelPage />;
  if (item.kind === 'files') return <FilesPage />;
  return against === null ? <PackagePage /> : <ComparePage />;
}

/** The address is for views, so the link only moves the focus. */
function toMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
