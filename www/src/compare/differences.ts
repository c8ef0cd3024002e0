import type { FileRow, PackageView } from '../protocol.js';

/** What became of a file from one package to the other. */
export type Change = 'added' | 'removed' | 'changed' | 'not compared' | 'same';

export interface FileDifference {
  readonly path: string;
  readonly change: Change;
  readonly before: FileRow | null;
  readonly after: FileRow | null;
  /** In what they differ: of files that are in both. */
  readonly what: readonly string[];
}

/** A member of a document that is not the same in both. */
export interface MemberDifference {
  /** Dotted, as `run_exports.weak`. */
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The files of both, sorted by path. */
export function fileDifferences(before: PackageView, after: PackageView): readonly FileDifference[] {
  const [olds, news] = [before, after].map(({ files }) => new Map(files.map((file) => [file.path, file]))) as [
    Map<string, FileRow>,
    Map<string, FileRow>,
  ];
  const paths = [...new Set([...olds.keys(), ...news.keys()])].sort();
  return paths.map((path) => {
    const [one, other] = [olds.get(path) ?? null, news.get(path) ?? null];
    if (one === null) return { path, change: 'added', before: one, after: other, what: [] };
    if (other === null) return { path, change: 'removed', before: one, after: other, what: [] };
    const what = inWhat(one, other);
    const change = what.length > 0 ? 'changed' : isCompared(one, other) ? 'same' : 'not compared';
    return { path, change, before: one, after: other, what };
  });
}

/** Members that are not the same in both, by their names. */
export function memberDifferences(before: unknown, after: unknown, name = ''): readonly MemberDifference[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((member) =>
      memberDifferences(own(before, member), own(after, member), name === '' ? member : `${name}.${member}`),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ name, before, after }];
}

/** Files of `info/` have no digest in any list, nor have links; what is not as listed may be anything. */
function isCompared(one: FileRow, other: FileRow): boolean {
  if (one.state === 'wrong' || other.state === 'wrong') return false;
  if (one.sha256 !== null && other.sha256 !== null) return true;
  return one.type === 'directory' || (one.target !== null && other.target !== null);
}

function inWhat(one: FileRow, other: FileRow): readonly string[] {
  const facts: readonly (readonly [string, (file: FileRow) => unknown])[] = [
    ['type', ({ type }) => type],
    ['content', ({ sha256 }) => sha256],
    ['size', ({ size }) => size],
    ['link', ({ target }) => target],
    ['executable', ({ isExecutable }) => isExecutable],
    ['placeholder', ({ placeholder }) => placeholder?.prefix ?? null],
  ];
  const areBothRead = [one, other].every(({ state }) => state === 'verified' || state === 'consistent' || state === 'archive');
  // What a list says of a file says nothing where the file is another one.
  const unlike = isBad(one) === isBad(other) ? [] : ['not as listed'];
  return unlike.concat(facts.flatMap(([name, of]) => {
    // Where only the lists were read, links and modes are not known.
    if (!areBothRead && (name === 'link' || name === 'executable')) return [];
    return of(one) === of(other) ? [] : [name];
  }));
}

function isBad({ state }: FileRow): boolean {
  return state === 'wrong' || state === 'missing' || state === 'unlisted';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member that is the object's own: names come from strangers. */
function own(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
