import { route } from '../route/route.js';
import { channel, reopen } from '../state/channel.js';
import { TrustPanel } from '../trust/trust-panel.js';
import { Explanation } from '../ui/explanation.js';
import { Fault } from '../ui/fault.js';
import { Working } from '../ui/progress.js';
import { FolderNote } from './folder-note.js';
import { AttackNote } from './attack-note.js';
import { ChannelTitle } from './channel-title.js';
import { Records } from './records.js';
import { SubdirBar } from './subdir-bar.js';

/** A channel: who vouches for it, and its records. */
export function ChannelPage() {
  const state = channel.state.value;
  const view = state.status === 'here' ? state.value : state.status === 'loading' ? state.before : null;
  return (
    <>
      <ChannelTitle />
      {route.value.place.kind === 'sample' ? <AttackNote /> : null}
      <FolderNote />
      {state.status === 'loading' && view === null ? <Working what="opening the channel" progress={null} onCancel={() => channel.cancel()} /> : null}
      {state.status === 'failed' ? (
        <>
          <Fault fault={state.fault} title="The channel could not be opened" />
          <Explanation code={state.fault.code} />
        </>
      ) : null}
      {state.status === 'failed' || state.status === 'nothing' ? (
        <p><button type="button" onClick={() => void reopen()}>{state.status === 'failed' ? 'Try again' : 'Open the channel'}</button></p>
      ) : null}
      {view === null ? null : (
        <>
          <TrustPanel view={view} />
          <section aria-labelledby="records-title" class="records">
            <h2 id="records-title">Records</h2>
            <SubdirBar />
            <Records />
          </section>
        </>
      )}
    </>
  );
}
