import type { KeyState, SignerReport } from '../protocol.js';
import { Mark, type Tone } from './state.js';
import { shown } from './words.js';

const TONES: Readonly<Record<KeyState, Tone>> = {
  signed: 'good',
  'not signed': 'none',
  unsupported: 'open',
  malformed: 'bad',
  'bad signature': 'bad',
};

/** Keys of which so many have to sign, and what became of each one's signature. */
export function Signers({ signers }: { signers: readonly SignerReport[] }) {
  return signers.map(({ role, version, threshold, keys }) => {
    const signed = keys.filter(({ state }) => state === 'signed').length;
    return (
      <section key={`${role} ${version}`} class="signers">
        <h3>
          {shown(role, 80)} {version}: {signed} of {threshold} needed
          {' '}<Mark tone={signed >= threshold ? 'good' : 'bad'} word={signed >= threshold ? 'enough' : 'too few'} />
        </h3>
        <ul>
          {keys.map(({ keyid, keyType, state }) => (
            <li key={keyid}>
              <Mark tone={TONES[state]} word={state} /> <code title={shown(keyid)}>{shown(keyid, 24)}</code> {shown(keyType, 40)}
            </li>
          ))}
        </ul>
      </section>
    );
  });
}
