import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { route } from '../route/route.js';
import { currentQuery, found } from '../state/records.js';
import { stopVerifying, verification, verifyMatching } from '../state/verification.js';
import { Fault } from '../ui/fault.js';
import { bytes, count, number } from '../ui/words.js';
import { VerifyChart } from './verify-chart.js';

/** From here on a visitor is asked whether he means it. */
const MANY = 300;
const LARGE = 300e6;

/** Verifies all packages that match, and says what became of them. */
export function VerifyMatching() {
  const isAsking = useSignal(false);
  const cancel = useRef<HTMLButtonElement>(null);
  const { total, size } = found.value;
  const now = verification.value;
  const isRunning = now?.status === 'running';
  const isHere = route.value.place.kind !== 'web';
  const what = `${count(total, 'package')}, ${bytes(size)}`;
  const begin = () => {
    isAsking.value = false;
    void verifyMatching(currentQuery());
    // The button that was pressed goes away.
    requestAnimationFrame(() => cancel.current?.focus());
  };
  const ask = () => {
    if (total > MANY || size > LARGE) isAsking.value = true;
    else begin();
  };
  return (
    <div class="verify">
      {isRunning ? null : isAsking.value ? (
        <p class="actions" role="group" aria-label="Verify all?">
          <span>This {isHere ? 'reads' : 'fetches'} {what}{isHere ? '' : ' from the channel’s servers'}.</span>
          <button type="submit" onClick={begin}>{isHere ? 'Read' : 'Fetch'} and verify them</button>
          <button type="button" onClick={() => (isAsking.value = false)}>Not now</button>
        </p>
      ) : (
        <p class="actions">
          <button type="button" disabled={total === 0} onClick={ask}>Verify all that match</button>
          <span class="hint">{total === 0 ? 'Nothing matches.' : `${isHere ? 'Reads' : 'Fetches'} and verifies ${what}.`}</span>
        </p>
      )}
      {now === null ? null : (
        <section class="result" aria-label="What became of the packages">
          {isRunning ? (
            <div class="working">
              <span>
                {now.report === null
                  ? 'fetching the first packages'
                  : `${number(now.report.done)} of ${count(now.report.total, 'package')}, ${bytes(now.report.doneSize)} of ${bytes(now.report.size)}`}
              </span>
              <progress aria-label="verifying packages" {...(now.report === null ? {} : { value: now.report.done, max: now.report.total })} />
              <button type="button" ref={cancel} onClick={stopVerifying}>Cancel</button>
            </div>
          ) : (
            <p role="status">{endOf(now.status, now.report?.done ?? 0, now.report?.total ?? 0)}</p>
          )}
          {now.fault === null ? null : <Fault fault={now.fault} title="Verifying stopped" />}
          {now.report === null || now.report.done === 0 ? null : <VerifyChart report={now.report} />}
        </section>
      )}
    </div>
  );
}

function endOf(status: string, done: number, total: number): string {
  if (status === 'stopped') return `Stopped: ${number(done)} of ${count(total, 'package')} were done, and stay in the table.`;
  return status === 'over' ? `Done: ${count(total, 'package')}.` : '';
}
