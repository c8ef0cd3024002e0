import { frozen } from '../frozen.js';
import type { RoleReport, Signatures } from './role-report.js';

/** What the core tells of the signatures of a document. */
export type SignatureRow = readonly [
  signers: readonly (readonly [
    role: string,
    version: number,
    threshold: number,
    signed: number,
    keys: readonly (readonly [keyid: string, keyType: string | null, state: Signatures['signers'][number]['keys'][number]['state']])[],
  ])[],
  foreign: readonly string[],
  foreignCount: number,
];

/** What it tells of a role. */
export type RoleRow = readonly [
  role: string,
  path: string,
  version: number,
  expires: string,
  isExpired: 0 | 1,
  ...signatures: SignatureRow,
];

export function signaturesOf([rows, foreign, foreignCount]: SignatureRow): Signatures {
  const signers = rows.map(([role, version, threshold, signed, keys]) => ({
    role,
    version,
    threshold,
    signed,
    keys: keys.map(([keyid, keyType, state]) => ({ keyid, keyType, state })),
  }));
  return frozen({ signers, foreign, foreignCount });
}

export function roleOf([role, path, version, expires, isExpired, ...row]: RoleRow, bytes: Uint8Array): RoleReport {
  // The bytes can't be frozen.
  return Object.freeze({ role, path, version, expires, isExpired: isExpired === 1, ...signaturesOf(row), bytes });
}
