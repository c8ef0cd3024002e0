import type { ChannelView } from '../protocol.js';

/** The roles from the pinned root to the records. */
export function Chain({ view }: { view: ChannelView }) {
  return (
    <ol class="chain">
      {view.roles.map(({ role, version, expires }) => (
        <li key={`${role} ${version}`}>{role} {version} until {expires}</li>
      ))}
    </ol>
  );
}
