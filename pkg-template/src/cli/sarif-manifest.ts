import type { ManifestComparison } from './manifest-report.js';
import { locationBelow, locationOf } from './sarif-location.js';
import type { SarifRun } from './sarif-run.js';

/** Tells of a folder and its manifest: each file that is not as it is listed, at its own place. */
export function tellComparison(sarif: SarifRun, report: ManifestComparison): void {
  const { folder, manifest, sha256, verdict, files, bytes, matched, findings, findingsOmitted, undecided, notChecked } = report;
  const place = locationOf(folder);
  const list = locationOf(manifest);
  sarif.artifact(list, { verdict, files, bytes, matched }, { hashes: { 'sha-256': sha256 } });
  for (const { path, ...finding } of findings) {
    // Where the manifest itself is at fault, a path is one that it lists.
    const isOfFile = path !== undefined && finding.code !== 'MANIFEST_INVALID';
    if (isOfFile) sarif.finding(finding, locationBelow(place, path));
    else sarif.finding(path === undefined ? finding : { ...finding, path }, list);
  }
  sarif.omitted(findingsOmitted, place);
  for (const { what, code, message, hint } of undecided) {
    sarif.finding({ code, severity: 'error', message, hint }, locationOf(what));
  }
  for (const { check, reason } of notChecked) sarif.note(`not checked: ${check}: ${reason}`);
  if (files === 0 && findings.length === 0) sarif.note('the manifest lists no file, so nothing was compared', 'warning');
}
