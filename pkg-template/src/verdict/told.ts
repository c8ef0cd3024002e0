import { withOption } from '../errors/lowering.js';
import { frozen } from '../frozen.js';
import type { Finding } from './verdict.js';

/** What has findings that a policy may have made less of. */
interface Judged {
  readonly findings: readonly Finding[];
  readonly lowered?: readonly string[];
}

/** A verdict as the core gives it, with hints in the words of JavaScript, for callers to keep. */
export function told<V extends Judged>(verdict: unknown): V {
  const given = verdict as V;
  const findings = given.findings.map((finding) => {
    const { code, hint } = finding;
    return { ...finding, hint: withOption(code, hint, given.lowered?.includes(code)) };
  });
  return frozen({ ...given, findings });
}
