import type { Check, Verdict } from '../verdict/verdict.js';
import type { VerifierError } from '../errors/verifier-error.js';
import { findingOf } from './channel-report.js';

/** Every check, in the order of verdicts, and whether it is one of whole archives. */
const CHECKS: Readonly<Record<Check, boolean>> = {
  signature: true,
  freshness: true,
  completeness: true,
  removed: true,
  base_url: true,
  'pkg_mgr.json': true,
  record: true,
  'matches-unsigned-record': true,
  'package-target': true,
  'archive-size': true,
  'archive-sha256': true,
  'archive-md5': true,
  coherence: false,
  'file-name': true,
  container: true,
  entries: true,
  'index-json': true,
  'paths-json': true,
  'files-listed': true,
  'files-present': true,
  'file-types': true,
  'file-sizes': true,
  'file-sha256': true,
  'link-targets': true,
  'info/*': true,
  original: false,
  'installed-record': false,
  'prefix-replacement': false,
  'generated-files': false,
  permissions: false,
};

/** The verdict on a package that was not looked at, since what vouches for it was refused. */
export function notReached(error: VerifierError): Verdict {
  const reason = `not reached: ${error.code}`;
  return {
    file: null,
    verdict: 'rejected',
    reasons: [],
    trust: { basis: 'none', anchor: null },
    format: null,
    package: null,
    // No byte of it was read.
    digests: { size: 0, sha256: null, md5: null },
    checks: [],
    notChecked: (Object.keys(CHECKS) as Check[]).filter((check) => CHECKS[check]).map((check) => ({ check, reason })),
    findings: [findingOf(error)],
    findingsOmitted: 0,
    lowered: [],
    files: 0,
    unpackedSize: 0,
    hashedBy: 'core',
  };
}
