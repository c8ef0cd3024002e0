import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { FileMark, toneOfFile, wordOfFile } from '../ui/state.js';
import { bytes, count, shown } from '../ui/words.js';
import type { Node } from './file-tree.js';
import { type Cell, cellsOf } from './treemap-cells.js';

const HEIGHT = 480;

/** Files as areas by their sizes. The arrow keys go from the largest to the smallest. */
export function Treemap({ root, chosen, onChoose, onFolder }: {
  root: Node;
  chosen: string | null;
  onChoose: (path: string) => void;
  onFolder: (path: string) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [active, setActive] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const cells = useMemo(() => (width === 0 ? [] : cellsOf(root, width, HEIGHT)), [root, width]);
  const leaves = useMemo(() => cells.filter(({ kind }) => kind !== 'folder').sort((a, b) => b.size - a.size), [cells]);
  const states = useMemo(() => [...new Set(leaves.flatMap(({ row }) => row?.state ?? []))], [leaves]);
  const press = (cell: Cell) => (cell.kind === 'rest' ? onFolder(cell.path) : onChoose(cell.path));
  const onKeyDown = (event: KeyboardEvent) => {
    const last = leaves.length - 1;
    const next = { ArrowRight: active + 1, ArrowDown: active + 1, ArrowLeft: active - 1, ArrowUp: active - 1, Home: 0, End: last }[event.key];
    if (next !== undefined) setActive(Math.max(0, Math.min(last, next)));
    else if (event.key !== 'Enter' && event.key !== ' ') return;
    else if (leaves[active] !== undefined) press(leaves[active]);
    event.preventDefault();
  };
  return (
    <div class="map">
      <div
        ref={frame}
        class="frame"
        role="listbox"
        aria-label="Files by size, the largest first"
        tabIndex={0}
        {...(leaves[active] === undefined ? {} : { 'aria-activedescendant': `cell-${active}` })}
        onKeyDown={onKeyDown}
      >
        <svg width={width} height={HEIGHT} role="presentation">
          <defs>
            <pattern id="map-bad" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect class="ground" width="8" height="8" />
              <rect class="mark-bad" width="3" height="8" />
            </pattern>
            <pattern id="map-none" width="8" height="8" patternUnits="userSpaceOnUse">
              <rect class="ground" width="8" height="8" />
              <circle class="mark-none" cx="2" cy="2" r="1" />
            </pattern>
          </defs>
          {cells.filter(({ kind }) => kind === 'folder').map((cell) => (
            <g key={`folder ${cell.path}`} aria-hidden="true">
              <rect class="folder" x={cell.x} y={cell.y} width={cell.width} height={cell.height} />
              {cell.width > 60 && cell.height > 40 ? <Name cell={cell} text={`${cell.name}/`} /> : null}
            </g>
          ))}
          {leaves.map((cell, at) => (
            <g
              key={`${cell.kind} ${cell.path}`}
              id={`cell-${at}`}
              role="option"
              aria-selected={cell.kind === 'file' && cell.path === chosen}
              class={`cell ${at === active ? 'active' : ''}`}
              onClick={() => {
                setActive(at);
                press(cell);
              }}
            >
              <title>{labelOf(cell)}</title>
              <rect class="ground" x={cell.x} y={cell.y} width={cell.width} height={cell.height} />
              <rect class={`area ${toneOf(cell)}`} {...fillOf(cell)} x={cell.x} y={cell.y} width={cell.width} height={cell.height} />
              {cell.width > 44 && cell.height > 18 ? <Name cell={cell} text={nameOf(cell)} /> : null}
            </g>
          ))}
        </svg>
      </div>
      {width > 0 && leaves.length === 0 ? <p class="note">No file of it says how large it is.</p> : null}
      <p class="legend">
        {states.map((state) => <FileMark key={state} state={state} />)}
        <span class="soft">Files without content have no area: the list has all.</span>
      </p>
    </div>
  );
}

function Name({ cell, text }: { cell: Cell; text: string }) {
  // About as many characters as there is room for.
  const room = Math.max(1, Math.floor((cell.width - 8) / 7));
  return <text x={cell.x + 4} y={cell.y + 13}>{shown(text, room)}</text>;
}

function nameOf({ kind, name, files }: Cell): string {
  return kind === 'rest' ? `${count(files, 'more file')}` : name;
}

function labelOf({ kind, path, size, files, row }: Cell): string {
  if (kind === 'rest') return `${count(files, 'more file')} of ${path === '' ? 'the package' : `${shown(path)}/`}, ${bytes(size)}`;
  return `${shown(path)}, ${bytes(size)}, ${row === null ? '' : wordOfFile(row.state)}`;
}

function toneOf({ row }: Cell): string {
  return row === null ? 'rest' : toneOfFile(row.state);
}

function fillOf(cell: Cell): { fill?: string } {
  const tone = toneOf(cell);
  return tone === 'bad' || tone === 'none' ? { fill: `url(#map-${tone})` } : {};
}
