import type { Core, Examination, HostSource } from '../core/core.js';
import { hostDigest } from '../core/host-digest.js';
import type { Pace } from '../core/pace.js';
import type { Progress } from '../progress.js';
import { withCause } from '../sources/callers-source.js';
import type { Work } from '../work.js';
import { Handing } from './handing.js';
import { withBeginning } from './other-file.js';
import { told } from './told.js';
import type { OnFile } from './unpacked-file.js';
import type { Verdict } from './verdict.js';

/**
 * Works step by step to the verdict, with turns for everything else in between, and frees the
 * examination. Files go to `onFile` on the way.
 */
export async function examine(
  core: Core,
  examination: Examination,
  host: HostSource,
  { signal, report }: Work,
  pace: Pace,
  onFile: OnFile | undefined,
): Promise<Verdict> {
  let isFinished = false;
  try {
    const handing = new Handing(core, examination, hostDigest(), onFile, signal);
    const whole = wholeOf(host);
    if (whole !== undefined) await handing.authenticate(whole, report);
    signal?.throwIfAborted();
    for (;;) {
      const progress = withCause(host, () => core.call(() => stepOf(examination)));
      report(progress);
      if (progress.phase === 'done') break;
      await handing.take();
      if (progress.phase === 'comparing') await handing.settle();
      await pace.keep();
      signal?.throwIfAborted();
    }
    await handing.end();
    isFinished = true;
    return told(withBeginning(core.call(() => examination.finish()) as Verdict, host));
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

/** All bytes of a source, where they lie in one piece and nobody can change them. */
function wholeOf(host: HostSource & { readonly whole?: Uint8Array | undefined }): Uint8Array | undefined {
  return host.fixed ? host.whole : undefined;
}
