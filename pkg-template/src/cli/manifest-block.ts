import { printable } from '../printable.js';
import type { ManifestComparison, ManifestWritten } from './manifest-report.js';
import { bytes, count } from './quantity.js';
import { notCheckedRows, row, signed, SHOWN, someFindings } from './rows.js';
import type { Terminal } from './terminal.js';

/** What was written, for people. */
export function writtenBlock(report: ManifestWritten, terminal: Terminal): string {
  return [
    `wrote ${terminal.style(printable(report.manifest), 'bold')}\n`,
    row('lists', 'dim', `${count(report.files, 'file')} of ${printable(report.folder)}, ${bytes(report.bytes)}`, terminal),
    row('its sha256', 'dim', report.sha256, terminal),
    notCheckedRows(report.notChecked, terminal, 'not listed'),
  ].join('');
}

/** What a comparison came to, for people. */
export function comparisonBlock(report: ManifestComparison, terminal: Terminal): string {
  const { verdict, folder, manifest, files, matched, findings, findingsOmitted, undecided } = report;
  const head = `${signed(verdict, terminal)}  ${terminal.style(printable(folder), 'bold')}\n`;
  const isRefused = files === 0 && findings.length > 0;
  const words = isRefused ? '' : files === 0 ? ' lists no file' : ` lists ${count(files, 'file')}, ${bytes(report.bytes)}`;
  const open = undecided.slice(0, SHOWN).map(({ what }) => row('not read', 'yellow', printable(what), terminal));
  return [
    head,
    row('manifest', 'dim', `${printable(manifest)}${words}`, terminal),
    row('its sha256', 'dim', report.sha256, terminal),
    files === 0 ? '' : row('equal', 'dim', matched === files ? 'all of them' : `${matched.toLocaleString('en')} of them`, terminal),
    ...open,
    notCheckedRows(report.notChecked, terminal),
    someFindings(findings, findingsOmitted, terminal),
  ].join('');
}
