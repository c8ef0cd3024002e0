import type { ChannelView } from '../protocol.js';
import { reopen } from '../state/channel.js';
import { Explanation } from '../ui/explanation.js';
import { Fault } from '../ui/fault.js';
import { Passed } from '../ui/passed.js';
import { shown } from '../ui/words.js';
import { Chain } from './chain.js';
import { LinkDetails } from './link-details.js';
import { PinRoot } from './pin-root.js';

/** Who vouches for the channel, from the pinned root on. */
export function TrustPanel({ view }: { view: ChannelView }) {
  return (
    <section aria-labelledby="trust-title" class="trust">
      <h2 id="trust-title">Trust</h2>
      {view.fault === null ? null : (
        <>
          <Fault fault={view.fault} title="Refused" />
          <Explanation code={view.fault.code} />
          <p><button type="button" onClick={() => void reopen()}>Try again</button></p>
        </>
      )}
      {view.store === null ? null : (
        <p class="note">What was kept from an earlier visit could not be used, so older versions may pass unnoticed this time: {shown(view.store.message)}</p>
      )}
      <Passed mirrors={view.mirrors} />
      <Chain view={view} />
      <LinkDetails view={view} />
      <PinRoot view={view} />
    </section>
  );
}
