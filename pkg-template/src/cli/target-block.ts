import { printable } from '../printable.js';
import { mirrorRows, rolesWords } from './channel-block.js';
import { bytes, count } from './quantity.js';
import { NOT_KEPT, roleRows, row, signed, styleOf } from './rows.js';
import type { TargetVerdict } from './target-report.js';
import type { Terminal } from './terminal.js';
import { wrap } from './wrapping.js';

/** A file and its verdict, for people. */
export function targetBlock(report: TargetVerdict, terminal: Terminal): string {
  const { path, verdict, target, written, findings, mirrors } = report;
  const head = signed(verdict, terminal);
  return [
    `\n${head}  ${terminal.style(printable(path), 'bold')}\n`,
    ...(target === null
      ? []
      : [
          row('length', 'dim', bytes(target.length), terminal),
          ...Object.entries(target.hashes).map(([algorithm, hash]) => row(algorithm, 'dim', hash, terminal)),
          row('listed by', 'dim', rolesWords(target.roles), terminal),
          row('expires', 'dim', target.expires, terminal),
        ]),
    written === null ? '' : row('written to', 'dim', printable(written), terminal),
    mirrorRows(mirrors, terminal),
    ...findings.map((finding) => roleRows(finding, terminal)),
  ].join('');
}

/** A line for several files together. */
export function targetsLine(
  counts: Readonly<Record<'verified' | 'rejected' | 'undecided', number>>,
  isKept: boolean,
  terminal: Terminal,
): string {
  const parts = (['verified', 'rejected'] as const)
    .filter((status) => counts[status] > 0)
    .map((status) => terminal.style(`${counts[status]} ${status}`, 'bold', styleOf(status)));
  if (counts.undecided > 0) parts.push(terminal.style(`${counts.undecided} not decided`, 'bold', 'red'));
  const total = counts.verified + counts.rejected + counts.undecided;
  const line = `${count(total, 'file')}: ${parts.join(', ')}${isKept ? '' : `, but ${NOT_KEPT}`}`;
  return `\n${wrap(line, terminal.width).join('\n')}\n`;
}
