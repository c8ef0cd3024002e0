// TEST KEYS, whose seeds are these names, and what Node.js signs with them.
import { createHash, createPrivateKey, createPublicKey, sign as signWith } from 'node:crypto';

// RFC 8410 7: what stands before the seed in PKCS #8.
const PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A key of a name. */
export function keyOf(name) {
  const seed = createHash('sha256').update(name).digest();
  const key = createPrivateKey({ key: Buffer.concat([PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    hex: spki.subarray(-32).toString('hex'),
    sign: (bytes) => signWith(null, bytes, key).toString('hex'),
  };
}

/** The bytes that are signed of a value in which there is nothing but ASCII and integers. */
export const canonical = (value) => Buffer.from(JSON.stringify(sorted(value), null, 2));

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}

/** Signatures over bytes. */
export const signaturesOver = (bytes, ...keys) =>
  Object.fromEntries(keys.map((key) => [key.hex, { signature: key.sign(bytes) }]));

/** What is signed, with its signatures, as a role file. */
export function envelope(signed, ...keys) {
  return JSON.stringify({ signatures: signaturesOver(canonical(signed), ...keys), signed });
}

const root = keyOf('root');
const keyMgr = keyOf('key_mgr');

/** Who signs records. */
export const signer = keyOf('pkg_mgr');

const role = (type, delegations, more) => ({
  delegations,
  expiration: '2031-01-01T00:00:00Z',
  metadata_spec_version: '0.6.0',
  timestamp: '2029-01-01T00:00:00Z',
  type,
  version: 1,
  ...more,
});
const to = (...keys) => ({ pubkeys: keys.map(({ hex }) => hex), threshold: 1 });

/** A time at which these roles have not expired. */
export const NOW = '2030-01-01T00:00:00Z';

/** A root, and below it key_mgr.json; there is no pkg_mgr.json. */
export const rootText = (more = {}) => envelope(role('root', { key_mgr: to(keyMgr), root: to(root) }, more), root);
export const keyMgrText = (more = {}, pubkeys = [signer.hex]) =>
  envelope(role('key_mgr', { pkg_mgr: { pubkeys, threshold: 1 } }, more), keyMgr);

/** Repodata of records that are given as texts, signed over the bytes that are given. */
export function repodataText(entries, { subdir = 'noarch' } = {}) {
  const packages = [];
  const signatures = [];
  for (const { fileName, record, bytes } of entries) {
    packages.push(Buffer.concat([Buffer.from(`${JSON.stringify(fileName)}:`), Buffer.from(record)]));
    signatures.push(`${JSON.stringify(fileName)}:${JSON.stringify(signaturesOver(bytes, signer))}`);
  }
  const joined = packages.flatMap((entry, index) => (index === 0 ? [entry] : [Buffer.from(','), entry]));
  return Buffer.concat([
    Buffer.from(`{"info":{"subdir":${JSON.stringify(subdir)}},"packages":{`),
    ...joined,
    Buffer.from(`},"signatures":{${signatures.join()}}}`),
  ]);
}
