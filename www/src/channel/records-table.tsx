import { useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { RecordPage, RecordRow, RecordState, SortKey, SubdirView } from '../protocol.js';
import { addressOf, adjust, go, route } from '../route/route.js';
import { recordsVersion } from '../state/channel.js';
import { client } from '../state/worker.js';
import { Fault } from '../ui/fault.js';
import { RecordMark, StatusMark } from '../ui/state.js';
import { useVirtual } from '../ui/virtual.js';
import { bytes, count, date, number, shown } from '../ui/words.js';

const ROW = 36;
/** Rows that are asked for at once. */
const PIECE = 100;

const STATES: readonly RecordState[] = ['trusted', 'weak', 'unsigned', 'bad', 'unknown'];

const COLUMNS: readonly { readonly key: SortKey; readonly title: string }[] = [
  { key: 'trust', title: 'Trust' },
  { key: 'name', title: 'File' },
  { key: 'size', title: 'Size' },
  { key: 'date', title: 'Date' },
];

/** Search, filters, and the records that match, of which only those in sight are drawn. */
export function RecordsTable({ view }: { view: SubdirView }) {
  const { text, states, sort, descending } = route.value;
  const found = useSignal<{ total: number; took: number; rows: ReadonlyMap<number, RecordRow> }>({ total: 0, took: 0, rows: new Map() });
  const asked = useRef('');
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtual(scroller, found.value.total, ROW);
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;

  const load = async (from: number, key: string, keeps: boolean) => {
    const { place, subdir } = route.peek();
    const page: RecordPage = await (await client()).records(place, { subdir, text, states, sort, descending, offset: from, count: PIECE });
    if (asked.current !== key) return;
    const rows = new Map(keeps ? found.peek().rows : []);
    for (const [at, row] of page.rows.entries()) rows.set(from + at, row);
    found.value = { total: page.total, took: page.took, rows };
  };

  useSignalEffect(() => {
    const { place, subdir, text, states, sort, descending } = route.value;
    const key = JSON.stringify([place, subdir, text, states, sort, descending, recordsVersion.value]);
    if (key === asked.current) return;
    asked.current = key;
    scroller.current?.scrollTo(0, 0);
    void load(0, key, false);
  });
  const missing = [first, last].map((at) => Math.floor(at / PIECE) * PIECE).find((from) => from < found.value.total && !found.value.rows.has(from));
  if (missing !== undefined && asked.current !== '') void load(missing, asked.current, true);

  const sortBy = (key: SortKey) => adjust({ sort: key, descending: key === sort ? !descending : key === 'size' || key === 'date' });
  const toggle = (state: RecordState) => {
    const now = new Set(states ?? []);
    if (!now.delete(state)) now.add(state);
    adjust({ states: now.size === 0 ? null : STATES.filter((state) => now.has(state)) });
  };
  return (
    <>
      {view.fault === null ? null : <Fault fault={view.fault} title="Its records could not be verified" />}
      <div class="filters">
        <label class="search">
          Search
          <input
            type="search"
            value={text}
            placeholder={`${number(view.records)} records by name, version, build or license`}
            spellcheck={false}
            onInput={({ currentTarget }) => adjust({ text: currentTarget.value })}
          />
        </label>
        <div class="chips" role="group" aria-label="Show only">
          {STATES.filter((state) => view.counts[state] > 0).map((state) => (
            <button key={state} type="button" class="chip" aria-pressed={states?.includes(state) ?? false} onClick={() => toggle(state)}>
              <RecordMark state={state} /> {number(view.counts[state])}
            </button>
          ))}
        </div>
        <p class="matches" role="status">{count(found.value.total, 'match', 'matches')}</p>
      </div>
      <div
        class="table"
        role="table"
        aria-label={`Records of ${view.subdir}`}
        aria-rowcount={found.value.total + 1}
        ref={scroller}
        tabIndex={0}
      >
        <div class="row head" role="row" aria-rowindex={1}>
          {COLUMNS.map(({ key, title }) => (
            <div key={key} role="columnheader" class={`cell ${key}`} aria-sort={key === sort ? (descending ? 'descending' : 'ascending') : 'none'}>
              <button type="button" onClick={() => sortBy(key)}>
                {title} <span aria-hidden="true">{key === sort ? (descending ? '▾' : '▴') : ''}</span>
              </button>
            </div>
          ))}
        </div>
        <div class="body" role="rowgroup" style={{ height: `${virtual.getTotalSize()}px` }}>
          {items.map(({ index, start }) => (
            <Row key={index} index={index} start={start} row={found.value.rows.get(index)} />
          ))}
        </div>
      </div>
    </>
  );
}

function Row({ index, start, row }: { index: number; start: number; row: RecordRow | undefined }) {
  const open = () => {
    if (row !== undefined) go({ item: { kind: 'record', fileName: row.fileName }, against: null, tab: 'files', path: null });
  };
  return (
    <div class="row" role="row" aria-rowindex={index + 2} style={{ transform: `translateY(${start}px)` }} onClick={open}>
      {row === undefined ? (
        <div role="cell" class="cell">…</div>
      ) : (
        <>
          <div role="cell" class="cell trust">
            <RecordMark state={row.state} />
            {row.verdict === null ? null : <StatusMark status={row.verdict} />}
          </div>
          <div role="cell" class="cell name">
            <a href={addressOf({ item: { kind: 'record', fileName: row.fileName }, against: null, tab: 'files', path: null })} title={shown(row.fileName)}>
              <bdi>{shown(row.fileName, 120)}</bdi>
            </a>
          </div>
          <div role="cell" class="cell size">{row.size === null ? '–' : bytes(row.size)}</div>
          <div role="cell" class="cell date">{row.timestamp === null ? '–' : date(row.timestamp)}</div>
        </>
      )}
    </div>
  );
}

