import type { ChannelView } from '../protocol.js';

/** Pins a root. */
export function PinRoot({ view }: { view: ChannelView }) {
  return <p class="note">{view.anchor === null ? 'No root is pinned.' : `Pinned: ${view.anchor}`}</p>;
}
