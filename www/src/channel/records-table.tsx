import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { SortKey, SubdirView } from '../protocol.js';
import { adjust, go, route } from '../route/route.js';
import { found, look, writeSearch } from '../state/records.js';
import { useVirtual } from '../ui/virtual.js';
import { number } from '../ui/words.js';
import { RecordRowView, rowId } from './record-row.js';

/** Pixels of a row, and of one whose details are shown. */
const ROW = 36;
const UNFOLDED = 190;
/** Records that make no table that scrolls. */
const FEW = 10;

const COLUMNS: readonly { readonly key: SortKey | 'license'; readonly title: string }[] = [
  { key: 'trust', title: 'Trust' },
  { key: 'name', title: 'File' },
  { key: 'license', title: 'Licence' },
  { key: 'size', title: 'Size' },
  { key: 'date', title: 'Date' },
];

/** The records that match, of which only those in sight are drawn. */
export function RecordsTable({ view }: { view: SubdirView }) {
  const { sort, descending } = route.value;
  const { total, rows, key } = found.value;
  const scroller = useRef<HTMLDivElement>(null);
  /** The row that keys move. */
  const active = useSignal(0);
  const unfolded = useSignal<number | null>(null);
  const open = unfolded.value;
  const virtual = useVirtual(scroller, total, ROW, { head: ROW, unfolded: open === null ? null : { index: open, height: UNFOLDED } });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => look(first, last), [first, last, key]);

  const before = useRef(key);
  useSignalEffect(() => {
    if (before.current === found.value.key) return;
    before.current = found.value.key;
    scroller.current?.scrollTo(0, 0);
    [active.value, unfolded.value] = [0, null];
  });

  const openAt = (index: number) => {
    const row = rows.get(index);
    if (row === undefined) return;
    writeSearch();
    go({ item: { kind: 'record', fileName: row.fileName }, against: null, tab: 'files', path: null });
  };
  const moveTo = (index: number) => {
    active.value = Math.max(0, Math.min(index, total - 1));
    virtual.scrollToIndex(active.value, { align: 'auto' });
  };
  const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 2 * ROW) - ROW) / ROW) - 1);
  const moves: Readonly<Record<string, () => void>> = {
    ArrowDown: () => moveTo(active.value + 1),
    ArrowUp: () => moveTo(active.value - 1),
    PageDown: () => moveTo(active.value + page),
    PageUp: () => moveTo(active.value - page),
    Home: () => moveTo(0),
    End: () => moveTo(total - 1),
    Enter: () => openAt(active.value),
    ' ': () => fold(active.value),
  };
  const fold = (index: number) => {
    active.value = index;
    unfolded.value = unfolded.value === index ? null : index;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moves[event.key];
    // Buttons of the head have keys of their own.
    if (move === undefined || event.target !== scroller.current || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move();
  };
  const sortBy = (key: SortKey) => adjust({ sort: key, descending: key === sort ? !descending : key === 'size' || key === 'date' });
  return (
    <>
      <p id="table-keys" class="unseen">Arrow and page keys move, Enter opens the package, Space shows why a record is as it is.</p>
      <div
        class={view.records < FEW ? 'table short' : 'table'}
        role="grid"
        aria-label={`Records of ${view.subdir}`}
        aria-describedby="table-keys"
        aria-rowcount={total + 1}
        aria-activedescendant={total === 0 || active.value < first || active.value > last ? undefined : rowId(active.value)}
        ref={scroller}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div class="row head" role="row" aria-rowindex={1}>
          {COLUMNS.map(({ key, title }) =>
            key === 'license' ? (
              <div key={key} role="columnheader" class="cell license">{title}</div>
            ) : (
              <div key={key} role="columnheader" class={`cell ${key}`} aria-sort={key === sort ? (descending ? 'descending' : 'ascending') : 'none'}>
                <button type="button" onClick={() => sortBy(key)}>
                  {title} <span aria-hidden="true">{key === sort ? (descending ? '▾' : '▴') : ''}</span>
                </button>
              </div>
            ),
          )}
        </div>
        <div class="body" role="rowgroup" style={{ height: `${virtual.getTotalSize()}px` }}>
          {items.map(({ index, start, size }) => (
            <RecordRowView
              key={index}
              index={index}
              start={start}
              height={size}
              row={rows.get(index)}
              isActive={index === active.value}
              isUnfolded={index === open}
              onOpen={openAt}
              onFold={fold}
            />
          ))}
        </div>
        {total > 0 || key === '' ? null : (
          <p class="empty">
            {view.records === 0
              ? `${view.subdir} has no packages. Other platforms may have some.`
              : `None of the ${number(view.records)} records matches. Search for fewer words, or show all states.`}
          </p>
        )}
      </div>
    </>
  );
}
