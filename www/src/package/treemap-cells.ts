import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';
import type { FileRow } from '../protocol.js';
import { toneOfFile } from '../ui/state.js';
import type { Node } from './file-tree.js';

/** An area of the map. */
export interface Cell {
  readonly kind: 'file' | 'rest' | 'folder';
  /** Of the file; of the folder that the rest lies in. */
  readonly path: string;
  readonly name: string;
  readonly size: number;
  /** How many they are. */
  readonly files: number;
  readonly row: FileRow | null;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Files that have an area of their own, the largest and those that are wrong; the rest of a folder has one. */
const OWN = 240;

/** Folders in folders that are drawn as such. */
const DEEPEST = 5;

interface Part {
  readonly kind: Cell['kind'];
  readonly path: string;
  readonly name: string;
  size: number;
  files: number;
  readonly row: FileRow | null;
  readonly children: Part[];
}

/** The map of a package's files by size, folders first. */
export function cellsOf(root: Node, width: number, height: number): readonly Cell[] {
  const top = partsOf(root);
  const tree = hierarchy(top)
    .sum(({ kind, size }) => (kind === 'folder' ? 0 : size))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const laid = treemap<Part>()
    .tile(treemapSquarify)
    .size([width, height])
    .paddingInner(2)
    .paddingOuter(2)
    // Room for the name of a folder that is large enough to have one.
    .paddingTop((node) => (node.depth > 0 && node.x1 - node.x0 > 60 && node.y1 - node.y0 > 40 ? 18 : 2))
    .round(true)(tree);
  const cells: Cell[] = [];
  laid.eachBefore(({ data, value = 0, depth, x0, x1, y0, y1 }) => {
    if (depth === 0 || x1 - x0 < 1 || y1 - y0 < 1) return;
    const { kind, path, name, files, row } = data;
    cells.push({ kind, path, name, size: value, files, row, x: x0, y: y0, width: x1 - x0, height: y1 - y0 });
  });
  return cells;
}

function partsOf(root: Node): Part {
  const files = filesBelow(root).sort((a, b) => gravity(b) - gravity(a) || sizeOf(b) - sizeOf(a));
  const top = folderPart('', '');
  const folders = new Map<string, Part>([['', top]]);
  const partOf = (node: Node | null): Part => {
    let folder = node;
    while (folder !== null && folder.depth >= DEEPEST) folder = folder.parent;
    if (folder === null || folder.parent === null) return top;
    const known = folders.get(folder.path);
    if (known !== undefined) return known;
    const above = partOf(folder.parent);
    const part = folderPart(folder.path, folder.name);
    above.children.push(part);
    folders.set(folder.path, part);
    return part;
  };
  for (const node of files.slice(0, OWN)) {
    const size = sizeOf(node);
    partOf(node.parent).children.push({ kind: 'file', path: node.path, name: node.name, size, files: 1, row: node.row, children: [] });
  }
  const rests = new Map<Part, Part>();
  for (const node of files.slice(OWN)) {
    // The nearest folder that is drawn anyway.
    let folder = node.parent;
    while (folder !== null && !folders.has(folder.path)) folder = folder.parent;
    const part = folders.get(folder?.path ?? '') ?? top;
    let rest = rests.get(part);
    if (rest === undefined) {
      rest = { kind: 'rest', path: part.path, name: '', size: 0, files: 0, row: null, children: [] };
      rests.set(part, rest);
      part.children.push(rest);
    }
    rest.size += sizeOf(node);
    rest.files += 1;
  }
  return top;
}

function folderPart(path: string, name: string): Part {
  return { kind: 'folder', path, name, size: 0, files: 0, row: null, children: [] };
}

function filesBelow(root: Node): Node[] {
  const files: Node[] = [];
  const left = [root];
  for (;;) {
    const node = left.pop();
    if (node === undefined) return files;
    for (const child of node.children) left.push(child);
    if (node.row !== null) files.push(node);
  }
}

function gravity({ row }: Node): number {
  return row !== null && toneOfFile(row.state) === 'bad' ? 1 : 0;
}

function sizeOf({ row }: Node): number {
  return row?.size ?? 0;
}
