import { withOption } from '../errors/lowering.js';
import { frozen } from '../frozen.js';
import type { Finding } from './verdict.js';

/** A verdict as the core gives it, with hints in the words of JavaScript, for callers to keep. */
export function told<V extends { readonly findings: readonly Finding[] }>(verdict: unknown): V {
  const given = verdict as V;
  const findings = given.findings.map((finding) => ({ ...finding, hint: withOption(finding.code, finding.hint) }));
  return frozen({ ...given, findings });
}
