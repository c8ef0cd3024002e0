import { useEffect, useRef, useState } from 'preact/hooks';
import { FileMark, Mark } from '../ui/state.js';
import { useVirtual } from '../ui/virtual.js';
import { bytes, count, shown } from '../ui/words.js';
import type { Node } from './file-tree.js';

const ROW = 32;

interface Props {
  readonly rows: readonly Node[];
  /** Whether there are no folders, but whole paths. */
  readonly isFlat: boolean;
  readonly chosen: string | null;
  readonly isOpen: (node: Node) => boolean;
  readonly onTurn: (node: Node) => void;
  readonly onChoose: (path: string) => void;
}

/** Files and folders, of which only those in sight are drawn. The arrow keys go through them. */
export function FileList({ rows, isFlat, chosen, isOpen, onTurn, onChoose }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtual(scroller, rows.length, ROW);
  const [active, setActive] = useState<string | null>(chosen);
  const at = rows.findIndex(({ path }) => path === active);
  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setActive(rows[next]?.path ?? null);
    virtual.scrollToIndex(next, { align: 'auto' });
  };
  useEffect(() => {
    const to = chosen === null ? -1 : rows.findIndex(({ path }) => path === chosen);
    if (to < 0) return;
    setActive(chosen);
    virtual.scrollToIndex(to, { align: 'auto' });
  }, [chosen, rows.length]);
  const press = (node: Node) => {
    setActive(node.path);
    if (node.children.length > 0 && !isFlat) onTurn(node);
    else onChoose(node.path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = rows[at];
    const isFolder = node !== undefined && node.children.length > 0 && !isFlat;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 1);
    const steps: Readonly<Record<string, () => void>> = {
      ArrowDown: () => move(at + 1),
      ArrowUp: () => move(at - 1),
      PageDown: () => move(at + page),
      PageUp: () => move(at - page),
      Home: () => move(0),
      End: () => move(rows.length - 1),
      ArrowRight: () => {
        if (isFolder && !isOpen(node)) onTurn(node);
        else if (isFolder) move(at + 1);
      },
      ArrowLeft: () => {
        if (isFolder && isOpen(node)) onTurn(node);
        else if (node?.parent != null) move(Math.max(0, rows.indexOf(node.parent)));
      },
      Enter: () => node !== undefined && press(node),
      ' ': () => node !== undefined && press(node),
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    step();
  };
  const items = virtual.getVirtualItems();
  const isDrawn = items.some(({ index }) => index === at);
  return (
    <div
      class="table tree"
      role="treegrid"
      aria-label="Files of the package"
      aria-rowcount={rows.length}
      aria-colcount={3}
      {...(isDrawn ? { 'aria-activedescendant': `file-${at}` } : {})}
      tabIndex={0}
      ref={scroller}
      style={{ height: `min(70vh, 44rem, ${Math.max(rows.length, 8) * ROW + 2}px)` }}
      onKeyDown={onKeyDown}
    >
      <div class="body" role="rowgroup" style={{ height: `${virtual.getTotalSize()}px` }}>
        {items.map(({ index, start }) => {
          const node = rows[index];
          if (node === undefined) return null;
          const isFolder = node.children.length > 0 && !isFlat;
          return (
            <div
              key={node.path}
              id={`file-${index}`}
              class={index === at ? 'row active' : 'row'}
              role="row"
              aria-rowindex={index + 1}
              aria-level={isFlat ? 1 : node.depth + 1}
              aria-selected={node.path === chosen}
              {...(isFolder ? { 'aria-expanded': isOpen(node) } : {})}
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => press(node)}
            >
              <Cells node={node} isFlat={isFlat} isFolder={isFolder} isOpen={isFolder && isOpen(node)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Cells({ node, isFlat, isFolder, isOpen }: { node: Node; isFlat: boolean; isFolder: boolean; isOpen: boolean }) {
  const { row } = node;
  return (
    <>
      <div role="gridcell" class="cell name" title={shown(node.path)} style={{ paddingLeft: `${0.4 + (isFlat ? 0 : Math.min(node.depth, 12) * 1.1)}rem` }}>
        <span class="sign" aria-hidden="true">{isFolder ? (isOpen ? '▾' : '▸') : ''}</span>
        <bdi>{shown(isFlat ? node.path : node.name, 160)}{isFolder ? '/' : ''}</bdi>
        {row === null ? null : (
          <>
            {row.target === null ? null : <span class="soft"> → <bdi>{shown(row.target, 80)}</bdi></span>}
            {row.isLinkScript ? <span class="flag strong">runs on install</span> : null}
            {row.placeholder === null ? null : <span class="flag">{row.placeholder.mode} prefix</span>}
            {row.isExecutable && !row.isLinkScript ? <span class="flag">executable</span> : null}
          </>
        )}
      </div>
      <div role="gridcell" class="cell state">
        {row !== null && !isFolder ? (
          <FileMark state={row.state} />
        ) : node.bad > 0 ? (
          <Mark tone="bad" word={`${count(node.bad, 'file')} wrong`} />
        ) : (
          <span class="soft">{count(node.files, 'file')}</span>
        )}
      </div>
      <div role="gridcell" class="cell size">
        {row !== null && row.size === null ? (row.type === 'symlink' ? 'link' : '–') : bytes(node.size)}
      </div>
    </>
  );
}
