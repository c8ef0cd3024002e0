import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { FileState, PackageView } from '../protocol.js';
import { adjust, route } from '../route/route.js';
import { FileMark } from '../ui/state.js';
import { count, number } from '../ui/words.js';
import { FileDetail } from './file-detail.js';
import { FileList } from './file-list.js';
import { filesOf, type Node, type Order, ORDERS, rowsOf, treeOf } from './file-tree.js';
import { Treemap } from './treemap.js';

const STATES: readonly FileState[] = ['wrong', 'unlisted', 'missing', 'verified', 'consistent', 'archive', 'listed'];

/** Up to so many files, all folders are open at first. */
const FEW = 120;

/** All files, as a list or as areas, and the one that was chosen. */
export function FilesTab({ view }: { view: PackageView }) {
  const { path, isMap } = route.value;
  const panes = useRef<HTMLDivElement>(null);
  const text = useSignal('');
  const only = useSignal<FileState | null>(null);
  const order = useSignal<Order>('name');
  /** Folders that are not as they are at first. */
  const turned = useSignal<ReadonlySet<string>>(new Set());
  const tree = useMemo(() => treeOf(view.files), [view.files]);
  const omitted = view.verdict.findingsOmitted + (view.inside?.findingsOmitted ?? 0);
  const counts = useMemo(() => countsOf(view), [view.files]);
  const isOpenAtFirst = (node: Node) => view.files.length <= FEW || (node.parent?.children.length ?? 0) === 1;
  const isOpen = (node: Node) => isOpenAtFirst(node) !== turned.value.has(node.path);
  const turn = (node: Node) => {
    const next = new Set(turned.peek());
    if (!next.delete(node.path)) next.add(node.path);
    turned.value = next;
  };
  useEffect(() => {
    // What the address names is in sight, whichever folders it lies in.
    if (path === null) return;
    const next = new Set(turned.peek());
    for (let node = nodeAt(tree, path)?.parent ?? null; node !== null && node.parent !== null; node = node.parent) {
      if (isOpenAtFirst(node)) next.delete(node.path);
      else next.add(node.path);
    }
    turned.value = next;
  }, [path, tree]);
  const isFlat = text.value.trim() !== '' || only.value !== null;
  const rows = useMemo(
    () =>
      isFlat
        ? filesOf(tree, text.value, ({ state }) => only.value === null || state === only.value, order.value)
        : rowsOf(tree, isOpen, order.value),
    [tree, text.value, only.value, order.value, turned.value],
  );
  const chosen = path === null ? null : view.files.find((row) => row.path === path);
  const choose = (path: string) => adjust({ path });
  const close = () => {
    adjust({ path: null });
    panes.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  };
  const openFolder = (path: string) => {
    const next = new Set(turned.peek());
    for (let node = nodeAt(tree, path); node !== null && node.parent !== null; node = node.parent) {
      if (isOpenAtFirst(node)) next.delete(node.path);
      else next.add(node.path);
    }
    turned.value = next;
    adjust({ isMap: false });
  };
  if (view.files.length === 0) {
    return <p class="note">No file of it could be read, nor a list of its files. The findings say why.</p>;
  }
  return (
    <div class="all-files">
      <div class="filters">
        <label class="search">
          Search
          <input
            type="search"
            value={text.value}
            placeholder={`${count(view.files.length, 'file')} by path`}
            spellcheck={false}
            onInput={({ currentTarget }) => {
              text.value = currentTarget.value;
              if (isMap) adjust({ isMap: false });
            }}
          />
        </label>
        <label class="sort">
          Sort by
          <select value={order.value} onChange={({ currentTarget }) => (order.value = currentTarget.value as Order)}>
            {ORDERS.map((order) => <option key={order} value={order}>{order}</option>)}
          </select>
        </label>
        <div class="chips" role="group" aria-label="Show as">
          <button type="button" class="chip" aria-pressed={!isMap} onClick={() => adjust({ isMap: false })}>List</button>
          <button type="button" class="chip" aria-pressed={isMap} onClick={() => adjust({ isMap: true })}>Map of sizes</button>
        </div>
        <div class="chips" role="group" aria-label="Show only">
          {STATES.filter((state) => counts.has(state)).map((state) => (
            <button
              key={state}
              type="button"
              class="chip"
              aria-pressed={only.value === state}
              onClick={() => {
                only.value = only.value === state ? null : state;
                if (isMap) adjust({ isMap: false });
              }}
            >
              <FileMark state={state} /> {number(counts.get(state) ?? 0)}
            </button>
          ))}
        </div>
        <p class="matches" role="status">{isFlat ? count(rows.length, 'match', 'matches') : ''}</p>
      </div>
      {omitted === 0 ? null : (
        <p class="note attack">
          {count(omitted, 'more finding')} {omitted === 1 ? 'was' : 'were'} counted and not kept: any of these files may be wrong, and others may be missing here.
        </p>
      )}
      <div class={path === null ? 'panes' : 'panes two'} ref={panes}>
        {isMap ? (
          <Treemap root={tree} chosen={path} onChoose={choose} onFolder={openFolder} />
        ) : (
          <FileList rows={rows} isFlat={isFlat} chosen={path} isOpen={isOpen} onTurn={turn} onChoose={choose} />
        )}
        {path === null ? null : chosen === null || chosen === undefined ? (
          <NotThere onClose={close} />
        ) : (
          <FileDetail key={chosen.path} view={view} row={chosen} onClose={close} />
        )}
      </div>
    </div>
  );
}

function NotThere({ onClose }: { onClose: () => void }) {
  return (
    <section class="detail">
      <p>The package has no file of that path{' '}<button type="button" class="small" onClick={onClose}>Close</button></p>
    </section>
  );
}

function countsOf({ files }: PackageView): ReadonlyMap<FileState, number> {
  const counts = new Map<FileState, number>();
  for (const { state } of files) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

function nodeAt(root: Node, path: string): Node | null {
  let node: Node | undefined = root;
  while (node !== undefined && node.path !== path) {
    node = node.children.find((child): boolean => path === child.path || path.startsWith(`${child.path}/`));
  }
  return node ?? null;
}
