import type { Core, Examination, HostSource } from '../core/core.js';
import type { Pace } from '../core/pace.js';
import { frozen } from '../frozen.js';
import type { Progress } from '../progress.js';
import { withCause } from '../sources/callers-source.js';
import type { Work } from '../work.js';
import type { Verdict } from './verdict.js';

/**
 * Works step by step to the verdict, with turns for everything else in between, and frees the
 * examination.
 */
export async function examine(
  core: Core,
  examination: Examination,
  host: HostSource,
  { signal, report }: Work,
  pace: Pace,
): Promise<Verdict> {
  let isFinished = false;
  try {
    for (;;) {
      const progress = withCause(host, () => core.call(() => stepOf(examination)));
      report(progress);
      if (progress.phase === 'done') break;
      await pace.keep();
      signal?.throwIfAborted();
    }
    isFinished = true;
    return frozen(core.call(() => examination.finish()) as Verdict);
  } finally {
    if (!isFinished) core.free(examination);
  }
}

function stepOf(examination: Examination): Progress {
  const step = examination.step();
  const { phase, done, total } = step;
  step.free();
  return { phase: phase as Progress['phase'], done, total };
}
