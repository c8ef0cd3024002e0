import type { RoleName } from './want.js';

/**
 * What became of the signature of a key.
 *
 * - `signed`: it is good.
 * - `bad`: it is not over these bytes.
 * - `malformed`: it, or the key itself, is no such thing.
 * - `unsupported`: no key of this type can be used here.
 * - `unverified`: nobody looked, since 16 others failed, or since the file is too long for so many.
 * - `missing`: there is none.
 */
export type SignatureState = 'signed' | 'bad' | 'malformed' | 'unsupported' | 'unverified' | 'missing';

/** A key that may sign. */
export interface Signer {
  /** What the role calls it: a key id of TUF, or the key itself in hex. */
  readonly keyid: string;
  /**
   * The name of its scheme: `ed25519`, `ecdsa-sha2-nistp256`, `rsassa-pss-sha256`; what can't be
   * used here is `keytype/scheme` as the role has it; null where the key is malformed.
   */
  readonly keyType: string | null;
  /** What became of its signature. */
  readonly state: SignatureState;
}

/** The keys that a role names for a document, and which of them signed it. */
export interface Signers {
  /** The role that names them. */
  readonly role: RoleName;
  /** The version of that role. */
  readonly version: number;
  /** How many different keys have to sign. */
  readonly threshold: number;
  /** How many did. A key that has several ids counts once. */
  readonly signed: number;
  /** All of them, in the order of the role. */
  readonly keys: readonly Signer[];
}

/** What became of the signatures of a document: a report, and no proof. */
export interface Signatures {
  /** Each of them had to be enough. */
  readonly signers: readonly Signers[];
  /** Key ids of signatures by nobody who had to sign: the first 32. */
  readonly foreign: readonly string[];
  /** How many there are. */
  readonly foreignCount: number;
}

/** A role that is trusted, and who signed it. */
export interface RoleReport extends Signatures {
  /** Its name. */
  readonly role: RoleName;
  /** The file below the channel, by the name that it was fetched or kept under. */
  readonly path: string;
  /** Its version. */
  readonly version: number;
  /** `2030-01-31T23:59:59Z`: from then on it counts no more. */
  readonly expires: string;
  /** Whether that has passed, by the verifier's clock. */
  readonly isExpired: boolean;
  /** The file as it was accepted: a copy. */
  readonly bytes: Uint8Array;
}
