import type { InstalledVerdict } from '../verdict/installed-verdict.js';
import type { EnvironmentReport } from './environment.js';
import { whyUnverifiedInstalled } from './installed-block.js';
import { count } from './quantity.js';
import { type ArtifactLocation, locationBelow, locationOf } from './sarif-location.js';
import { UNOWNED } from './sarif-rules.js';
import type { SarifRun } from './sarif-run.js';

/** Tells of a package that is installed: findings at its record or folder, with the files that they are about. */
export function tellInstalled(sarif: SarifRun, verdict: InstalledVerdict, location: ArtifactLocation): void {
  const { package: id, trust, reasons, kind, level, checks, notChecked, lowered, findings, findingsOmitted } = verdict;
  sarif.artifact(location, { verdict: verdict.verdict, package: id, trust, reasons, kind, level, checks, notChecked, lowered });
  for (const finding of findings) sarif.finding(finding, location);
  sarif.omitted(findingsOmitted, location);
  if (verdict.verdict === 'unverified') sarif.unverified(whyUnverifiedInstalled(verdict), reasons, location);
}

/** Tells what an environment has beside its packages. */
export function tellEnvironment(sarif: SarifRun, report: EnvironmentReport): void {
  const { environment, packages, platform, platformBy, unowned, unownedOmitted, bytecode, ownedTwice, ownedTwiceOmitted } = report;
  const place = locationOf(environment);
  sarif.artifact(place, { packages, platform, platformBy, unowned: unowned.length + unownedOmitted, bytecode });
  for (const path of unowned) {
    sarif.open(UNOWNED, 'No package owns this file, so nothing vouches for it', {}, locationBelow(place, path));
  }
  if (unownedOmitted > 0) {
    sarif.note(`${count(unownedOmitted, 'more file')} that no package owns were left out; a larger --limit findings=N lists them`, 'warning');
  }
  if (bytecode > 0) sarif.note(`not checked: ${count(bytecode, 'file')} of bytecode that Python made of packages' files`);
  for (const { path, records } of ownedTwice) sarif.note(`${path} is owned by several packages: ${records.join(', ')}`, 'warning');
  if (ownedTwiceOmitted > 0) {
    sarif.note(`${count(ownedTwiceOmitted, 'more file')} that several packages own were left out; a larger --limit findings=N lists them`, 'warning');
  }
  if (Object.values(packages).every((number) => number === 0)) {
    sarif.note('conda-meta has no records, so nothing was verified', 'warning');
  }
}
