import type { SignerReport } from '../protocol.js';
import type { Tone } from '../ui/state.js';

/** How many different keys of a set signed. */
export function signedBy({ keys }: SignerReport): number {
  return keys.filter(({ state }) => state === 'signed').length;
}

/** `2 of 3 signed, 2 needed`. */
export function signedWords(signers: SignerReport): string {
  return `${signedBy(signers)} of ${signers.keys.length} signed, ${signers.threshold} needed`;
}

/** Whose keys these are, for somebody who looks at one file. */
export function signerName({ role, version }: SignerReport, own: { role: string; version: number }): string {
  if (role === own.role && version === own.version) return 'its own keys';
  return `${role} ${version}’s keys`;
}

/** What became of a key's signature; newer packages may know more states. */
export function toneOfKey(state: string): Tone {
  if (state === 'signed') return 'good';
  if (state === 'not signed' || state === 'missing') return 'none';
  return state === 'unsupported' || state === 'unverified' ? 'open' : 'bad';
}
