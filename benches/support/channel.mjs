// A channel whose one TEST KEY signs everything, and what is trusted of it.
import { hex, sign } from './key.mjs';

/** Between the times of its roles, in seconds. */
export const NOW = Date.parse('2030-01-01T00:00:00Z') / 1000;

const SIGNERS = { pubkeys: [hex], threshold: 1 };

/** A role as bytes. Its members are written in their order, which has to be sorted. */
function role(type, delegations) {
  const signed = {
    delegations,
    expiration: '2031-01-01T00:00:00Z',
    metadata_spec_version: '0.6.0',
    timestamp: '2029-01-01T00:00:00Z',
    type,
    version: 1,
  };
  // Python's json.dumps(indent=2, sort_keys=True), for ASCII that is sorted.
  const signature = sign(Buffer.from(JSON.stringify(signed, null, 2))).toString('hex');
  return Buffer.from(JSON.stringify({ signatures: { [hex]: { signature } }, signed }));
}

/** Who may sign records, after a refresh. `ChannelTrust` is that of an instance. */
export function trusted({ ChannelTrust }) {
  const root = role('root', { key_mgr: SIGNERS, root: SIGNERS });
  const trust = new ChannelTrust('root.json', root, {});
  for (let want = trust.next(NOW); want !== null; want = trust.next(NOW)) {
    if (want.path === 'key_mgr.json') trust.update(want.path, role('key_mgr', { pkg_mgr: SIGNERS }));
    else trust.unavailable(want.path, 404);
  }
  return trust;
}
