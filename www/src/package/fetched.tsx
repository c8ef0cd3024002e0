import type { WholeBecause } from 'conda-verifier';
import { useRef } from 'preact/hooks';
import type { PackageView } from '../protocol.js';
import { opened, verifyWhole } from '../state/package.js';
import { Working } from '../ui/progress.js';
import { bytes } from '../ui/words.js';

const WHY: Readonly<Record<WholeBecause, string>> = {
  'tar.bz2': 'in a .tar.bz2 nothing can be found without what is before it',
  'no ranges': 'its server hands out whole files only',
  encoded: 'its server compresses what it sends',
  'unknown size': 'its server does not say how long it is',
  container: 'its zip can’t be read in parts',
  complete: 'it is short',
};

/** How much of the package was read, and the way to the rest. */
export function Fetched({ view }: { view: PackageView }) {
  const place = useRef<HTMLDivElement>(null);
  // It stays, whatever is in it: whoever pressed the button goes on from here.
  return <div class="fetched" tabIndex={-1} ref={place}><State view={view} onVerify={() => place.current?.focus()} /></div>;
}

function State({ view: { isWhole, transfer, size }, onVerify }: { view: PackageView; onVerify: () => void }) {
  const state = opened.state.value;
  if (state.status === 'loading') {
    return <Working what="verifying all of it" progress={state.progress} onCancel={() => opened.cancel()} />;
  }
  if (isWhole) {
    if (transfer?.whole == null || transfer.whole === 'complete') return null;
    return <p class="note">All of it was read at once: {WHY[transfer.whole]}.</p>;
  }
  const verify = () => {
    onVerify();
    void verifyWhole(opened);
  };
  return (
    <div class="note">
      <p>
        Only <code>info/</code> was read
        {transfer === null ? '' : `: ${bytes(transfer.bytes)}${size === null ? '' : ` of ${bytes(size)}`}`}.
      </p>
      <button type="submit" onClick={verify}>Verify all of it</button>
    </div>
  );
}
