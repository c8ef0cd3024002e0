import type { RecordRow } from '../protocol.js';
import { addressOf } from '../route/route.js';
import { Mark, RecordMark, StatusMark } from '../ui/state.js';
import { bytes, date, number, shown } from '../ui/words.js';

interface Options {
  readonly index: number;
  /** Pixels from the top. */
  readonly start: number;
  readonly height: number;
  /** Not here yet. */
  readonly row: RecordRow | undefined;
  readonly isActive: boolean;
  readonly isUnfolded: boolean;
  readonly onOpen: (index: number) => void;
  readonly onFold: (index: number) => void;
}

/** What to think of records in each state. */
const STATES: Readonly<Record<RecordRow['state'], string>> = {
  trusted: 'Enough of those who may have signed it, or the list that it stands in.',
  weak: 'It is signed, but binds its package by an MD5 alone, which can be forged.',
  unsigned: 'Nobody vouches for it: whoever can change the list can change this record.',
  bad: 'It is not what it should be.',
  unknown: 'Its signatures could not be looked at.',
};

/** A record, and on demand why it is as it is. */
export function RecordRowView({ index, start, height, row, isActive, isUnfolded, onOpen, onFold }: Options) {
  const open = (event: Event) => {
    // Links and buttons do what they say.
    if ((event.target as Element).closest('a, button, .why') === null) onOpen(index);
  };
  return (
    <div
      class={`row${isActive ? ' active' : ''}`}
      role="row"
      id={rowId(index)}
      aria-rowindex={index + 2}
      aria-selected={isActive}
      style={{ transform: `translateY(${start}px)`, height: `${height}px` }}
      onClick={open}
    >
      {row === undefined ? <div role="gridcell" class="cell">…</div> : <Cells row={row} isUnfolded={isUnfolded} onFold={() => onFold(index)} />}
      {row === undefined || !isUnfolded ? null : <Why row={row} />}
    </div>
  );
}

interface CellsOptions {
  readonly row: RecordRow;
  readonly isUnfolded: boolean;
  readonly onFold: () => void;
}

function Cells({ row, isUnfolded, onFold }: CellsOptions) {
  const { fileName, state, verdict, codes, fault, license, size, timestamp } = row;
  const why = [...(fault === null ? [] : [`${fault.code}: ${shown(fault.message)}`]), ...codes].join('\n') || STATES[state];
  return (
    <>
      <div role="gridcell" class="cell trust" title={why}>
        <button type="button" class="fold" tabIndex={-1} aria-expanded={isUnfolded} aria-label={`Why ${shown(fileName, 80)} is ${state}`} onClick={onFold}>
          <span aria-hidden="true">{isUnfolded ? '▾' : '▸'}</span>
        </button>
        <RecordMark state={state} />
        {verdict !== null ? <StatusMark status={verdict} /> : codes.length > 0 ? <Mark tone="none" word="undecided" /> : null}
      </div>
      <div role="gridcell" class="cell name">
        <a
          href={addressOf({ item: { kind: 'record', fileName }, against: null, tab: 'files', path: null })}
          title={shown(fileName)}
          tabIndex={-1}
        >
          <bdi>{shown(fileName, 120)}</bdi>
        </a>
      </div>
      <div role="gridcell" class="cell license" title={license === null ? '' : shown(license)}>{license === null ? '–' : <bdi>{shown(license, 60)}</bdi>}</div>
      <div role="gridcell" class="cell size">{size === null ? '–' : bytes(size)}</div>
      <div role="gridcell" class="cell date">{timestamp === null ? '–' : date(timestamp)}</div>
    </>
  );
}

/** All that the table knows of a record. */
function Why({ row }: { row: RecordRow }) {
  const { state, fault, verdict, codes, name, version, build, license, size, timestamp } = row;
  return (
    <div role="gridcell" class="why" tabIndex={-1}>
      <p>
        <RecordMark state={state} /> {STATES[state]}
      </p>
      {fault === null ? null : (
        <p>
          <code>{fault.code}</code>: {shown(fault.message, 500)} <span class="hint">{shown(fault.hint, 500)}</span>
        </p>
      )}
      {verdict === null && codes.length === 0 ? null : (
        <p>
          Its package: {verdict === null ? 'nothing was decided' : <StatusMark status={verdict} />}
          {codes.length === 0 ? '' : ' '}
          {codes.map((code) => <code key={code}>{code} </code>)}
        </p>
      )}
      <p class="hint">
        <bdi>{shown(name ?? 'no name', 120)}</bdi>, version <bdi>{shown(version ?? '–', 60)}</bdi>, build <bdi>{shown(build ?? '–', 60)}</bdi>
        {size === null ? '' : `, ${number(size)} bytes`}
        {timestamp === null ? '' : `, built ${date(timestamp)}`}
        {license === null ? '' : ', '}
        {license === null ? null : <bdi>{shown(license, 200)}</bdi>}
      </p>
    </div>
  );
}

export function rowId(index: number): string {
  return `record-${index}`;
}
