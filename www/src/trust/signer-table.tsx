import type { Signers } from 'conda-verifier';
import { Copy } from '../ui/copy.js';
import { Mark } from '../ui/state.js';
import { shown } from '../ui/words.js';
import { signatureState, signedWords, signerName } from './signed.js';

/** Each key that may sign, and whether it did. */
export function SignerTable({ signers, own }: { signers: Signers; own: { role: string; version: number } }) {
  const isEnough = signers.signed >= signers.threshold;
  return (
    <table class="signers">
      <caption>
        By {shown(signerName(signers, own), 80)}: <Mark tone={isEnough ? 'good' : 'bad'} word={signedWords(signers)} />
      </caption>
      <thead>
        <tr>
          <th scope="col">Key id</th>
          <th scope="col">Type</th>
          <th scope="col">Signature</th>
        </tr>
      </thead>
      <tbody>
        {signers.keys.map(({ keyid, keyType, state }) => {
          const [tone, word] = signatureState(state);
          return (
            <tr key={keyid}>
              <th scope="row">
                <code title={shown(keyid)}>{shown(keyid.length > 20 ? `${keyid.slice(0, 16)}…` : keyid, 20)}</code>{' '}
                <Copy text={keyid} what={`key id ${keyid.slice(0, 8)}`} />
              </th>
              <td>{shown(keyType ?? 'malformed', 40)}</td>
              <td><Mark tone={tone} word={word} /></td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
