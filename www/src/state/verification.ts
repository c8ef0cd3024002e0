import { effect, signal } from '@preact/signals';
import { proxy } from 'comlink';
import type { ErrorJson } from 'conda-verifier';
import type { RecordQuery, VerifyReport } from '../protocol.js';
import { route } from '../route/route.js';
import { during } from '../worker/client.js';
import { faultOf } from '../worker/thrown.js';
import { openings, recordsVersion } from './channel.js';
import { client } from './worker.js';

/** What verifying many packages has come to. */
export interface Verification {
  readonly status: 'running' | 'over' | 'stopped' | 'failed';
  /** Null before the first packages are done. */
  readonly report: VerifyReport | null;
  readonly fault: ErrorJson | null;
}

/** Null where nobody asked for it. */
export const verification = signal<Verification | null>(null);

let controller: AbortController | undefined;

/** Verifies all packages that match. */
export async function verifyMatching(query: RecordQuery): Promise<void> {
  stopVerifying();
  const mine = new AbortController();
  controller = mine;
  let report: VerifyReport | null = null;
  const show = (status: Verification['status'], fault: ErrorJson | null = null) => {
    if (controller === mine) verification.value = { status, report, fault };
  };
  show('running');
  let drawn = performance.now();
  let isOver = false;
  const onReport = proxy((now: VerifyReport) => {
    // From another thread it may come after the end.
    if (isOver || mine.signal.aborted) return;
    report = now;
    show('running');
    // The table need not change as often as the bar.
    if (performance.now() - drawn < 1000) return;
    drawn = performance.now();
    recordsVersion.value += 1;
  });
  try {
    const worker = await client();
    report = await during(worker, mine.signal, (task) => worker.verifyAll(route.peek().place, query, task, onReport));
    isOver = true;
    show('over');
  } catch (error) {
    if (mine.signal.aborted) show('stopped');
    else show('failed', faultOf(error));
  }
  recordsVersion.value += 1;
}

/** Ends it; what is done stays. */
export function stopVerifying(): void {
  controller?.abort();
}

/** What is known is of one platform of one channel, as it was opened: elsewhere it is over. */
export function followVerification(): void {
  let before = '';
  effect(() => {
    const { place, subdir } = route.value;
    const key = JSON.stringify([place, subdir, openings.value]);
    if (key === before) return;
    before = key;
    controller?.abort();
    controller = undefined;
    verification.value = null;
  });
}
