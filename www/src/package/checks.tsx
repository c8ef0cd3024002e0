import type { Outcome, Verdict } from 'conda-verifier';
import { Mark, type Tone } from '../ui/state.js';
import { shown } from '../ui/words.js';
import { CHECKS } from './verdict-words.js';

const TONES: Readonly<Record<Outcome, Tone>> = { passed: 'good', warned: 'open', failed: 'bad' };

/** The checks that were made, and those that were not. */
export function Checks({ verdict }: { verdict: Verdict }) {
  const reasons = new Map<string, string[]>();
  for (const { check, reason } of verdict.notChecked) {
    reasons.set(reason, [...(reasons.get(reason) ?? []), check]);
  }
  return (
    <div class="columns">
      <section aria-labelledby="checked-title">
        <h2 id="checked-title">What was checked</h2>
        {verdict.checks.length === 0 ? <p>Nothing.</p> : null}
        <ul class="checks">
          {verdict.checks.map(({ check, outcome }) => (
            <li key={check}>
              <Mark tone={TONES[outcome]} word={outcome} /> <span>{CHECKS[check] ?? ''} <code>{check}</code></span>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="unchecked-title">
        <h2 id="unchecked-title">What was not checked</h2>
        {reasons.size === 0 ? <p>Nothing was left out.</p> : null}
        <ul class="unchecked">
          {[...reasons].map(([reason, checks]) => (
            <li key={reason}>
              {shown(reason, 300)}: {checks.map((check) => [<code key={check}>{check}</code>, ' '])}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
