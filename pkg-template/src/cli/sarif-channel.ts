import { ABOUT_RECORDS } from './channel-block.js';
import type { ChannelReport, SubdirReport } from './channel-report.js';
import { type CommandPolicy, levelOf } from './policy-option.js';
import { count } from './quantity.js';
import { type ArtifactLocation, locationBelow, locationOf } from './sarif-location.js';
import type { SarifRun } from './sarif-run.js';

/** Tells of a channel: its roles, every record that is not trusted, every package that is not verified. */
export function tellChannel(sarif: SarifRun, report: ChannelReport, policy: CommandPolicy): void {
  const place = locationOf(report.channel);
  for (const finding of report.findings) {
    const file = finding.details?.['file'];
    sarif.finding(finding, typeof file === 'string' ? locationBelow(place, file) : place);
  }
  for (const { what, code, message, hint } of report.undecided) {
    const finding = { code, severity: 'error' as const, message, hint };
    sarif.finding(finding, what === report.channel ? place : locationBelow(place, what));
  }
  for (const subdir of report.subdirs) tellSubdir(sarif, subdir, place, policy);
  for (const { mirror, path, code, message } of report.mirrors) {
    sarif.note(`${mirror} was passed over for ${path}: ${message} [${code}]`, 'warning');
  }
  for (const { check, reason } of report.notChecked) sarif.note(`not checked: ${check}: ${reason}`);
  if (report.lowered.length > 0) sarif.note(`codes that the policy lowered: ${report.lowered.join(', ')}`);
}

function tellSubdir(sarif: SarifRun, report: SubdirReport, place: ArtifactLocation, policy: CommandPolicy): void {
  const repodata = locationBelow(place, report.repodata);
  const { verdict, method, records, trusted, unsignedCount, weakCount, badCount, packages } = report;
  const { verdicts: _, refused: __, ...counts } = packages ?? { verdicts: [], refused: [] };
  sarif.artifact(repodata, { verdict, method, records, trusted, unsignedCount, weakCount, badCount, packages: packages === undefined ? null : counts });
  for (const finding of report.findings) sarif.finding(finding, repodata);
  for (const { fileName, ...finding } of report.bad) sarif.finding(finding, repodata, { name: fileName, kind: 'record' });
  tellRest(sarif, report.badCount - report.bad.length, 'bad', report.repodata);
  for (const code of ['RECORD_UNSIGNED', 'WEAK_DIGEST'] as const) {
    const level = levelOf(policy, code);
    if (level === 'ignore') continue;
    const [files, total] = code === 'RECORD_UNSIGNED' ? [report.unsigned, report.unsignedCount] : [report.weak, report.weakCount];
    const [what, hint] = ABOUT_RECORDS[code];
    for (const name of files) {
      const finding = { code, severity: level === 'throw' ? ('error' as const) : ('warning' as const), message: `${what} ${name}`, hint };
      sarif.finding(finding, repodata, { name, kind: 'record' });
    }
    tellRest(sarif, total - files.length, code === 'RECORD_UNSIGNED' ? 'unsigned' : 'weak', report.repodata);
  }
  if (packages === undefined) return;
  for (const verdict of packages.verdicts) sarif.verdict(verdict, locationBelow(place, verdict.file ?? report.subdir));
  for (const { fileName, ...finding } of packages.refused) {
    sarif.finding(finding, locationBelow(place, `${report.subdir}/${fileName}`));
  }
  const listed = packages.verdicts.length + packages.refused.length;
  const rest = packages.unverified + packages.rejected - listed;
  if (rest > 0) sarif.note(`${count(rest, 'more package')} of ${report.subdir} that are not verified were left out; a larger --limit findings=N lists them`, 'warning');
}

/** Lists have no more entries than the limit allows. */
function tellRest(sarif: SarifRun, number: number, word: string, repodata: string): void {
  if (number <= 0) return;
  sarif.note(`${count(number, `more ${word} record`)} of ${repodata} were left out; a larger --limit findings=N lists them`, 'warning');
}
