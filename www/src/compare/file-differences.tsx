import { useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { addressOf, route } from '../route/route.js';
import { useVirtual } from '../ui/virtual.js';
import { bytes, count, number, shown } from '../ui/words.js';
import type { Change, FileDifference } from './differences.js';

const ROW = 34;
const CHANGES: readonly Change[] = ['added', 'removed', 'changed', 'not compared', 'same'];
const SIGNS: Readonly<Record<Change, string>> = { added: '+', removed: '−', changed: '~', 'not compared': '?', same: '=' };

/** The files that are in one and not in the other, or not the same in both. */
export function FileDifferences({ files }: { files: readonly FileDifference[] }) {
  const hidden = useSignal<ReadonlySet<Change>>(new Set<Change>(['same', 'not compared']));
  const rows = useMemo(() => files.filter(({ change }) => !hidden.value.has(change)), [files, hidden.value]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtual(scroller, rows.length, ROW);
  const toggle = (change: Change) => {
    const next = new Set(hidden.value);
    if (!next.delete(change)) next.add(change);
    hidden.value = next;
  };
  return (
    <section aria-labelledby="files-title">
      <h2 id="files-title">Files</h2>
      <div class="chips" role="group" aria-label="Show">
        {CHANGES.map((change) => (
          <button key={change} type="button" class="chip" aria-pressed={!hidden.value.has(change)} onClick={() => toggle(change)}>
            {SIGNS[change]} {change} {number(files.filter((file) => file.change === change).length)}
          </button>
        ))}
      </div>
      <div class="table differences" role="table" aria-label="Files" aria-rowcount={rows.length + 1} ref={scroller} tabIndex={0}>
        <div class="row head" role="row" aria-rowindex={1}>
          <div class="cell" role="columnheader">Change</div>
          <div class="cell" role="columnheader">Path</div>
          <div class="cell" role="columnheader">In what</div>
          <div class="cell size" role="columnheader">Size</div>
        </div>
        <div class="body" role="rowgroup" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const file = rows[index];
            return file === undefined ? null : <Row key={file.path} file={file} index={index} start={start} />;
          })}
        </div>
      </div>
      <p role="status">{count(rows.length, 'file')} shown</p>
    </section>
  );
}

function Row({ file, index, start }: { file: FileDifference; index: number; start: number }) {
  const { path, change, before, after, what } = file;
  // Each leads to the package that has it; a changed one to what it is now.
  const { item, against } = route.value;
  // No list has digests of what is in info/.
  const isBySize = change === 'same' && before?.type === 'file' && before.sha256 === null;
  const place = addressOf({ item: change === 'removed' ? item : against, against: null, tab: 'files', path });
  return (
    <div class="row" role="row" aria-rowindex={index + 2} style={{ transform: `translateY(${start}px)` }}>
      <div class={`cell change ${change.replace(' ', '-')}`} role="cell"><span aria-hidden="true">{SIGNS[change]}</span> {change}</div>
      <div class="cell" role="cell" title={shown(path)}>
        <a href={place}><bdi>{shown(path, 160)}</bdi></a>
      </div>
      <div class="cell" role="cell">{what.join(', ')}{isBySize ? 'by size alone' : ''}</div>
      <div class="cell size" role="cell">{sizes(before?.size ?? null, after?.size ?? null, change)}</div>
    </div>
  );
}

function sizes(before: number | null, after: number | null, change: Change): string {
  if (change === 'added') return after === null ? '' : bytes(after);
  if (change === 'removed' || before === after) return before === null ? '' : bytes(before);
  return `${before === null ? '–' : bytes(before)} → ${after === null ? '–' : bytes(after)}`;
}
