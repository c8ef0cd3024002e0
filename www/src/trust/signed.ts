import type { SignatureState, Signers } from 'conda-verifier';
import type { Tone } from '../ui/state.js';

/** `2 of 3 signed, 2 needed`. */
export function signedWords(signers: Signers): string {
  return `${signers.signed} of ${signers.keys.length} signed, ${signers.threshold} needed`;
}

/** Whose keys these are, for somebody who looks at one file. */
export function signerName({ role, version }: Signers, own: { role: string; version: number }): string {
  if (role === own.role && version === own.version) return 'its own keys';
  return `${role} ${version}’s keys`;
}

const OF_STATE: Readonly<Record<SignatureState, readonly [Tone, string]>> = {
  signed: ['good', 'signed'],
  bad: ['bad', 'bad signature'],
  malformed: ['bad', 'malformed'],
  unsupported: ['open', 'not supported'],
  unverified: ['open', 'not looked at'],
  missing: ['none', 'not signed'],
};

/** What became of a key's signature, in words and as good or bad. */
export function signatureState(state: SignatureState): readonly [Tone, string] {
  return OF_STATE[state];
}
