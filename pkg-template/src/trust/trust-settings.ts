import { LIMITS } from '../options/limits.js';
import { Clock, type Now } from './clock.js';
import { folderUrl, isAddress, urlOf } from './folder-url.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import { checkNames } from '../options/named-options.js';
import type { Bytes } from '../sources/package-source.js';
import { copied } from '../sources/copied.js';
import type { TrustOptions as CoreOptions } from '../wasm/conda_verifier.js';

/** The least versions that are accepted, from a second copy of what was seen. */
export interface MinVersions {
  /** Of `root.json`. */
  readonly root?: number;
  /** Of `key_mgr.json`, under content trust. */
  readonly keyMgr?: number;
  /** Of `pkg_mgr.json`, under content trust. */
  readonly pkgMgr?: number;
  /** TUF's, as the next two. */
  readonly timestamp?: number;
  /** Of `snapshot.json`. */
  readonly snapshot?: number;
  /** Of `targets.json`. */
  readonly targets?: number;
}

const VERSIONED = ['root', 'keyMgr', 'pkgMgr', 'timestamp', 'snapshot', 'targets'] as const;

/** The options of `Verifier.create` that are about who is trusted. */
export interface TrustOptions {
  /**
   * The root of the channel, `root.json`, that you trust: its bytes or its text. Not
   * `undefined`: a root that was looked up in vain must not pass for one that nobody wanted.
   */
  readonly trustedRoot?: Bytes | string;
  /**
   * The channel that the root is trusted for: its URL, below which the role files are, or
   * another name. What was kept of another channel is refused by it.
   */
  readonly channel?: string | URL | undefined;
  /**
   * What time it is; the clock of the machine unless given. A value holds for ever; a
   * function is asked anew for each refresh and for each verification.
   */
  readonly now?: Now | undefined;
  /** Whether the channel has to have `pkg_mgr.json`; `auto`, once it was seen with one. */
  readonly pkgMgrFile?: 'auto' | 'require' | undefined;
  /** Whose way to write JSON counts for signatures: of both tools, or of conda's alone. */
  readonly canonicalForm?: 'both' | 'conda-content-trust' | undefined;
  /** Whether a root may be signed without OpenPGP's headers, as mamba's are. */
  readonly rawRootSignatures?: 'accept' | 'refuse' | undefined;
  /** Notices a store that was rolled back as a whole. */
  readonly minVersions?: MinVersions | undefined;
}

/** The names of `TrustOptions`. */
export const TRUST_OPTIONS = [
  'trustedRoot',
  'channel',
  'now',
  'pkgMgrFile',
  'canonicalForm',
  'rawRootSignatures',
  'minVersions',
] as const;

/** A root that is to be trusted, and how, in the form that the core takes. */
export interface TrustSettings {
  readonly root: Uint8Array;
  readonly clock: Clock;
  readonly options: CoreOptions;
}

/** Checks the options; undefined where no root is given. */
export function trustSettings(
  given: TrustOptions,
  limits: Record<string, number>,
): TrustSettings | undefined {
  if (given.trustedRoot === undefined) {
    // Without a root they would all be ignored in silence.
    const vain = TRUST_OPTIONS.find((name) =>
      name === 'trustedRoot' ? name in given : given[name] !== undefined,
    );
    if (vain === undefined) return undefined;
    throw invalidArgument(
      `options.${vain}`,
      vain === 'trustedRoot'
        ? 'it has no value; leave it out to verify no signatures'
        : 'it is about signatures; give trustedRoot too',
    );
  }
  const options: CoreOptions = {
    channel: given.channel === undefined ? undefined : channelOf(given.channel),
    requirePkgMgr: oneOf(given, 'pkgMgrFile', ['auto', 'require']) === 'require',
    mambaForm: oneOf(given, 'canonicalForm', ['both', 'conda-content-trust']) === 'both',
    rawRootSignatures: oneOf(given, 'rawRootSignatures', ['accept', 'refuse']) === 'accept',
    minVersions: minVersionsOf(given.minVersions === undefined ? {} : given.minVersions),
    limits,
  };
  const { roleBytes = LIMITS.roleBytes } = limits;
  return { root: rootOf(given.trustedRoot, roleBytes), clock: new Clock(given.now), options };
}

/** What is short, and no object, is meant to be a path. */
const PATH = /^\s*[^\s{][^{]{0,2000}$/;

function rootOf(root: Bytes | string, roleBytes: number): Uint8Array {
  if (typeof root === 'string') {
    if (PATH.test(root)) throw noText(root);
    return new TextEncoder().encode(root.slice(0, roleBytes + 1));
  }
  const isBuffer = /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(root));
  if (!isBuffer && !ArrayBuffer.isView(root)) {
    throw invalidArgument('options.trustedRoot', 'give the text or the bytes of root.json, not what JSON.parse made of it, nor a Response or URL');
  }
  return copied(root, roleBytes + 1);
}

/** The error for what is more likely the name of a root. */
function noText(root: string): VerifierError {
  return new VerifierError({
    code: 'JSON_INVALID',
    message: `the option trustedRoot is not strict JSON: ${quoted(root)}`,
    hint: 'Give the text of root.json, or its bytes, not its path or URL.',
    details: { argument: 'options.trustedRoot' },
  });
}

/** A URL in the one spelling that ends in a slash; other names as they are. */
export function channelOf(channel: string | URL): string {
  if (!isAddress(channel)) throw invalidArgument('options.channel', 'it is neither a string nor a URL');
  const name = String(channel);
  if (name === '') throw invalidArgument('options.channel', 'it is empty');
  const url = urlOf(name);
  return url === undefined ? name : folderUrl('options.channel', url).href;
}

function oneOf<T extends string>(given: object, name: string, values: readonly [T, T]): T {
  const value: unknown = (given as Record<string, unknown>)[name];
  if (value === undefined) return values[0];
  const known = values.find((known) => known === value);
  if (known !== undefined) return known;
  throw invalidArgument(`options.${name}`, `it is ${values.map((value) => `"${value}"`).join(' or ')}`);
}

function minVersionsOf(versions: MinVersions): Record<string, number> {
  checkNames('options.minVersions', versions, VERSIONED);
  const least = VERSIONED.map((name) => [name, versions[name] === undefined ? 0 : versions[name]] as const);
  for (const [name, version] of least) {
    if (Number.isSafeInteger(version) && version >= 0) continue;
    throw invalidArgument(`options.minVersions.${name}`, 'a version is a whole number');
  }
  return Object.fromEntries(least);
}
