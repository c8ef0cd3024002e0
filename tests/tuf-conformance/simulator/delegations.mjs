// Whom a targets role delegates to (TUF 4.5).
import { createHash } from 'node:crypto';

/** The delegations of what is signed of a targets role; edits it. */
export class Delegations {
  #signed;

  constructor(signed) {
    this.#signed = signed;
  }

  /** Adds a role to the end of the list; one that is there keeps its place and its rule. */
  add(name, { paths, prefixes, terminating = false }) {
    const delegations = (this.#signed.delegations ??= { keys: new Map(), roles: [] });
    if (delegations.roles.some((role) => role.name === name)) return;
    const rule = prefixes === undefined ? { paths: paths ?? ['*'] } : { path_hash_prefixes: prefixes };
    delegations.roles.push({ name, keyids: [], threshold: 1, terminating, ...rule });
  }

  addBins(key, listed) {
    this.#signed.delegations = { keys: new Map([[key.keyid, key.listed]]), succinct_roles: listed };
  }

  of(name) {
    const { keys, roles } = this.#signed.delegations;
    return { keys, entry: roles.find((role) => role.name === name) };
  }
}

/** The names of all bins (TAP 15: lower hex, as wide as the last one). */
export function binsOf({ bit_length: bits, name_prefix: prefix }) {
  const count = 2 ** bits;
  const width = (count - 1).toString(16).length;
  return Array.from({ length: count }, (_, bin) => `${prefix}-${bin.toString(16).padStart(width, '0')}`);
}

/** The bin of a path: the first bits of its SHA-256. */
export function binOf(listed, path) {
  const hash = createHash('sha256').update(path).digest();
  return binsOf(listed)[Math.floor(hash.readUInt32BE() / 2 ** (32 - listed.bit_length))];
}
