import type { ChannelView } from '../protocol.js';
import { Fault } from '../ui/fault.js';
import { shown } from '../ui/words.js';
import { Chain } from './chain.js';
import { PinRoot } from './pin-root.js';

/** Who vouches for the channel, from the pinned root on. */
export function TrustPanel({ view }: { view: ChannelView }) {
  return (
    <section aria-labelledby="trust-title" class="trust">
      <h2 id="trust-title">Trust</h2>
      {view.fault === null ? null : <Fault fault={view.fault} title="Refused" />}
      {view.store === null ? null : <p class="note">What was kept from an earlier visit could not be used: {shown(view.store.message)}</p>}
      {view.mirrors.length === 0 ? null : (
        <details class="note">
          <summary>Mirrors that were passed over: {view.mirrors.length}</summary>
          <ul>
            {view.mirrors.map(({ mirror, path, code, message }) => (
              <li key={`${mirror} ${path}`}><code>{code}</code> {shown(mirror)}: {shown(message)}</li>
            ))}
          </ul>
        </details>
      )}
      <Chain view={view} />
      <PinRoot view={view} />
    </section>
  );
}
