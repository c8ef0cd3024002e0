import type { Outcome, VerifyReport } from '../protocol.js';
import { Mark, type Tone } from '../ui/state.js';
import { count, number } from '../ui/words.js';

const OUTCOMES: readonly (readonly [Outcome, Tone, string])[] = [
  ['verified', 'good', 'somebody vouches for every byte'],
  ['unverified', 'open', 'nothing is wrong, and nobody vouches for it'],
  ['rejected', 'bad', 'something is wrong: do not install'],
  ['undecided', 'none', 'the package did not come, so nothing is known'],
];
/** Codes that are listed. */
const CODES = 12;

/** How many packages became what, as a bar and in numbers. */
export function VerifyChart({ report }: { report: VerifyReport }) {
  const { outcomes, done, codes } = report;
  const present = OUTCOMES.filter(([outcome]) => outcomes[outcome] > 0);
  const words = present.map(([outcome]) => `${number(outcomes[outcome])} ${outcome}`).join(', ');
  const most = codes[0]?.[1] ?? 1;
  return (
    <figure class="chart">
      <figcaption>{count(done, 'package')} by verdict</figcaption>
      <div class="bar" role="img" aria-label={words}>
        {present.map(([outcome, tone]) => (
          <span key={outcome} class={`part ${tone}`} style={{ flexGrow: outcomes[outcome] }} />
        ))}
      </div>
      <ul class="legend">
        {present.map(([outcome, tone, meaning]) => (
          <li key={outcome}>
            <Mark tone={tone} word={outcome} /> <strong>{number(outcomes[outcome])}</strong> <span class="hint">{meaning}</span>
          </li>
        ))}
      </ul>
      {codes.length === 0 ? null : (
        <table class="codes">
          <caption>By code of what was found</caption>
          <tbody>
            {codes.slice(0, CODES).map(([code, packages]) => (
              <tr key={code}>
                <th scope="row"><code>{code}</code></th>
                <td class="number">{number(packages)}</td>
                <td class="length" aria-hidden="true"><span style={{ width: `${(100 * packages) / most}%` }} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {codes.length > CODES ? <p class="hint">And {codes.length - CODES} other codes: they are in the export.</p> : null}
    </figure>
  );
}
