// A TUF repository in memory: what its owners sign, and what it serves.
import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import { written } from './canonical-json.mjs';
import { binOf, binsOf, Delegations } from './delegations.mjs';
import { Key } from './key.mjs';

const TOP_LEVEL = ['root', 'timestamp', 'snapshot', 'targets'];

/** A time so many days from now, as metadata writes it. */
export const inDays = (days) =>
  new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');

/** The digest of bytes in hex. */
export const digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex');

/**
 * `roles` has what is signed of each role, to be edited at will; it comes into effect when it
 * is published. `files` is what is served, by path; tests spoil it as they like.
 */
export class Repository {
  /** Role name → what is signed. */
  roles = new Map();
  /** Role name → the keys that sign it, which need not be those that should. */
  signers = new Map();
  /** Path, with percent signs decoded → bytes. */
  files = new Map();
  /** Path → a status to answer with in place of the file. */
  statuses = new Map();
  /** Whether snapshot and timestamp list lengths and hashes. */
  listsHashes = false;
  /** Role name → version → the bytes that were published last under it. */
  #published = new Map();
  /** Role name → what was published last. */
  #newest = new Map();

  /** Has version 1 of the four roles, fresh for 30 days, each with a key of its own. */
  constructor({ consistent = true } = {}) {
    this.#add('root', { consistent_snapshot: consistent, keys: new Map(), roles: new Map() });
    this.#add('timestamp', { meta: new Map([['snapshot.json', { version: 1 }]]) });
    this.#add('snapshot', { meta: new Map([['targets.json', { version: 1 }]]) });
    this.#add('targets', { targets: new Map() });
    for (const name of TOP_LEVEL) {
      this.root.roles.set(name, { keyids: [], threshold: 1 });
      this.addKey(name);
    }
    this.publish('root');
    this.release('targets');
  }

  get root() { return this.roles.get('root'); }
  get timestamp() { return this.roles.get('timestamp'); }
  get snapshot() { return this.roles.get('snapshot'); }
  get targets() { return this.roles.get('targets'); }

  /** What a client is given to begin with. */
  get trustedRoot() { return this.published('root', 1); }

  /** The bytes that were published under a version: the newest, unless one is given. */
  published(name, version) {
    return version === undefined ? this.#newest.get(name)?.bytes : this.#published.get(name)?.get(version);
  }

  /** Gives a role a key, as the delegator says and as the role signs. */
  addKey(name, key = new Key(), delegator = 'root') {
    this.trustKey(name, key, delegator);
    this.signers.get(name).push(key);
    return key;
  }

  /** Lists a key for a role, which does not sign with it. */
  trustKey(name, key = new Key(), delegator = 'root') {
    const { keys, entry } = this.#delegationOf(name, delegator);
    keys.set(key.keyid, key.listed);
    entry.keyids.push(key.keyid);
    return key;
  }

  /** Gives a role other keys, in the place of all it had. */
  setKeys(name, keys, { threshold = 1, signers = keys, delegator = 'root' } = {}) {
    const { entry } = this.#delegationOf(name, delegator);
    Object.assign(entry, { keyids: [], threshold });
    for (const key of keys) this.trustKey(name, key, delegator);
    this.signers.set(name, [...signers]);
  }

  /** A delegation to a role by name, and the role, where there is none yet. */
  delegate(delegator, name, { key = new Key(), ...rule } = {}) {
    this.#delegationsOf(delegator).add(name, rule);
    if (!this.roles.has(name)) this.#add(name, { _type: 'targets', targets: new Map() });
    this.addKey(name, key, delegator);
  }

  /** Delegates to hash bins (TAP 15), all of one key; gives their names. */
  delegateToBins(delegator, bits, prefix) {
    const key = new Key();
    const listed = { bit_length: bits, name_prefix: prefix, keyids: [key.keyid], threshold: 1 };
    this.#delegationsOf(delegator).addBins(key, listed);
    const names = binsOf(listed);
    for (const name of names) {
      this.#add(name, { _type: 'targets', targets: new Map() });
      this.signers.get(name).push(key);
    }
    return { names, nameFor: (path) => binOf(listed, path) };
  }

  /** Lists an artifact in a role, and serves it. Published it is by the role's next version. */
  addArtifact(role, path, content, { algorithms = ['sha256'], hashes, length } = {}) {
    const bytes = Buffer.from(content);
    const target = {
      length: length ?? bytes.length,
      hashes: hashes ?? Object.fromEntries(algorithms.map((algorithm) => [algorithm, digest(algorithm, bytes)])),
    };
    this.roles.get(role).targets.set(path, target);
    this.serveArtifact(path, bytes, target);
    return target;
  }

  /** Serves bytes as an artifact, whatever the roles say of it. */
  serveArtifact(path, content, { hashes }) {
    for (const place of this.placesOf(path, hashes)) this.files.set(`targets/${place}`, Buffer.from(content));
  }

  /** Where an artifact is below the base (TUF 6.2: the hash stands before the file name). */
  placesOf(path, hashes) {
    if (!this.root.consistent_snapshot) return [path];
    const { dir, base } = posix.parse(path);
    return Object.values(hashes).map((hash) => posix.join(dir, `${hash}.${base}`));
  }

  /**
   * Signs a role as it is now and serves it, with a version more than before, unless this is
   * the first one. `by`: other keys than the role's own. `edit` is given the signed file and
   * gives what is served in its place: an object, a text or bytes.
   */
  publish(name, { bump = true, by = this.signers.get(name), edit = (file) => file } = {}) {
    const signed = this.roles.get(name);
    if (bump && this.#newest.has(name)) signed.version += 1;
    const file = edit({ signatures: by.map((key) => key.signatureOver(signed)), signed });
    const bytes = Buffer.from(typeof file === 'string' || Buffer.isBuffer(file) ? file : written(file));
    this.serve(name, signed.version, bytes);
    this.#newest.set(name, { version: signed.version, bytes });
    if (!this.#published.has(name)) this.#published.set(name, new Map());
    this.#published.get(name).set(signed.version, bytes);
    return bytes;
  }

  /** Serves bytes as a version of a role, and lets nobody know. */
  serve(name, version, bytes) {
    const versioned = name === 'root' || (this.root.consistent_snapshot && name !== 'timestamp');
    this.files.set(`metadata/${versioned ? `${version}.` : ''}${name}.json`, bytes);
  }

  /** Publishes these, then a snapshot that lists them, then a timestamp. */
  release(...names) {
    for (const name of names) this.publish(name);
    this.releaseSnapshot();
  }

  /** Publishes a snapshot that lists what was published last, then a timestamp. */
  releaseSnapshot(options) {
    for (const [name, { version, bytes }] of this.#newest) {
      const isTargets = !['root', 'timestamp', 'snapshot'].includes(name);
      if (isTargets) this.snapshot.meta.set(`${name}.json`, this.#meta(version, bytes));
    }
    this.publish('snapshot', options);
    this.releaseTimestamp();
  }

  /** Publishes a timestamp that lists the snapshot that was published last. */
  releaseTimestamp(options) {
    const { version, bytes } = this.#newest.get('snapshot');
    this.timestamp.meta.set('snapshot.json', this.#meta(version, bytes));
    this.publish('timestamp', options);
  }

  #add(name, members) {
    this.roles.set(name, { _type: name, spec_version: '1.0.31', version: 1, expires: inDays(30), ...members });
    this.signers.set(name, []);
  }

  #meta(version, bytes) {
    if (!this.listsHashes) return { version };
    return { version, length: bytes.length, hashes: { sha256: digest('sha256', bytes) } };
  }

  #delegationOf(name, delegator) {
    if (delegator === 'root') return { keys: this.root.keys, entry: this.root.roles.get(name) };
    return this.#delegationsOf(delegator).of(name);
  }

  #delegationsOf(delegator) {
    return new Delegations(this.roles.get(delegator));
  }
}
