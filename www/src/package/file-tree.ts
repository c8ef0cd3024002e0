import type { FileRow } from '../protocol.js';
import { toneOfFile } from '../ui/state.js';

/** A folder or a file of a package; a hostile one may have a path that is both. */
export interface Node {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly parent: Node | null;
  readonly children: Node[];
  row: FileRow | null;
  /** Bytes of all that is below. */
  size: number;
  files: number;
  /** Files below that are not as they should be. */
  bad: number;
}

export const ORDERS = ['name', 'size', 'state'] as const;
export type Order = (typeof ORDERS)[number];

/** Folders in folders that are shown as such; below, they are parts of names. */
const DEEPEST = 40;

/** The folders of a package; they hold each file once. */
export function treeOf(rows: readonly FileRow[]): Node {
  const root = nodeOf('', '', null);
  const nodes = new Map<string, Node>([['', root]]);
  for (const row of rows) {
    const node = nodes.get(row.path) ?? added(row.path, folderOf(row.path, root, nodes), nodes);
    node.row = row;
    const isBad = toneOfFile(row.state) === 'bad';
    for (let above: Node | null = node; above !== null; above = above.parent) {
      above.size += row.size ?? 0;
      above.files += 1;
      if (isBad) above.bad += 1;
    }
  }
  return root;
}

/** The rows that are to be seen: what is below folders that are open. */
export function rowsOf(root: Node, isOpen: (node: Node) => boolean, order: Order): readonly Node[] {
  const rows: Node[] = [];
  const compare = comparison(order);
  const left = [...root.children].sort(compare).reverse();
  for (;;) {
    const node = left.pop();
    if (node === undefined) return rows;
    rows.push(node);
    if (node.children.length > 0 && isOpen(node)) {
      const below = [...node.children].sort(compare);
      for (let at = below.length - 1; at >= 0; at -= 1) left.push(below[at] as Node);
    }
  }
}

/** Files whose paths have all the words, without their folders. */
export function filesOf(root: Node, text: string, isWanted: (row: FileRow) => boolean, order: Order): readonly Node[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const found: Node[] = [];
  const left = [root];
  for (;;) {
    const node = left.pop();
    if (node === undefined) return found.sort(comparison(order, true));
    for (const child of node.children) left.push(child);
    if (node.row === null || !isWanted(node.row)) continue;
    const path = node.path.toLowerCase();
    if (words.every((word) => path.includes(word))) found.push(node);
  }
}

function nodeOf(path: string, name: string, parent: Node | null): Node {
  return { path, name, depth: parent === null ? -1 : parent.depth + 1, parent, children: [], row: null, size: 0, files: 0, bad: 0 };
}

function added(path: string, parent: Node, nodes: Map<string, Node>): Node {
  const node = nodeOf(path, parent.depth < 0 ? path : path.slice(parent.path.length + 1), parent);
  parent.children.push(node);
  nodes.set(path, node);
  return node;
}

function folderOf(path: string, root: Node, nodes: Map<string, Node>): Node {
  const direct = nodes.get(path.slice(0, Math.max(path.lastIndexOf('/'), 0)));
  if (direct !== undefined) return direct;
  let folder = root;
  for (let to = path.indexOf('/'); to >= 0 && folder.depth < DEEPEST; to = path.indexOf('/', to + 1)) {
    const above = path.slice(0, to);
    folder = nodes.get(above) ?? added(above, folder, nodes);
  }
  return folder;
}

function comparison(order: Order, isByPath = false): (a: Node, b: Node) => number {
  const byName = (a: Node, b: Node) => {
    if (isByPath) return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
    const folders = Number(b.children.length > 0) - Number(a.children.length > 0);
    return folders || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  };
  if (order === 'size') return (a, b) => b.size - a.size || byName(a, b);
  if (order === 'state') return (a, b) => b.bad - a.bad || byName(a, b);
  return byName;
}
