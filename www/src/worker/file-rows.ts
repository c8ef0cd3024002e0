import type { JsonObject, UnpackedFile, Verdict } from 'conda-verifier';
import type { FileRow, FileState } from '../protocol.js';

/** What is known of a package's files. */
export interface Known {
  /** The entries of info/paths.json; null where it could not be read. */
  readonly listed: readonly JsonObject[] | null;
  /** Files that were handed out, without their bytes. */
  readonly unpacked: ReadonlyMap<string, Pick<UnpackedFile, 'path' | 'type' | 'size' | 'mode' | 'target'>>;
  readonly verdict: Verdict;
  /** A second one, on the content alone. */
  readonly inside: Verdict | null;
  /** Whether all bytes were read: else what is not there may only not have been reached. */
  readonly isWhole: boolean;
}

/** Scripts that clients run on linking and unlinking, as conda names them. */
const LINK_SCRIPT = /^(bin|Scripts)\/\.[^/]+-(pre-link|post-link|pre-unlink)\.(sh|bat)$/;

/** All files that are listed or there, sorted by path. */
export function fileRows(known: Known): readonly FileRow[] {
  const rows = new Map<string, FileRow>();
  const codes = codesByPath([...known.verdict.findings, ...(known.inside?.findings ?? [])]);
  for (const entry of known.listed ?? []) {
    const row = listedRow(entry, known, codes);
    if (row !== null) rows.set(row.path, row);
  }
  for (const file of known.unpacked.values()) {
    const listed = rows.get(file.path);
    const good = known.verdict.verdict === 'verified' ? 'verified' : 'consistent';
    rows.set(file.path, { ...(listed ?? unlistedRow(file.path)), ...unpackedRow(file, listed, codes.get(file.path), good) });
  }
  for (const [path, found] of codes) {
    // Findings also name documents and the archive itself.
    if (rows.has(path) || !found.all.includes('FILE_UNLISTED')) continue;
    rows.set(path, { ...unlistedRow(path), codes: found.all });
  }
  return [...rows.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Codes of what was found about a file. */
interface Codes {
  readonly all: string[];
  isBad: boolean;
}

function listedRow(entry: JsonObject, { isWhole }: Known, codes: ReadonlyMap<string, Codes>): FileRow | null {
  const path = entry['_path'];
  if (typeof path !== 'string') return null;
  const found = codes.get(path);
  const { prefix_placeholder: prefix, file_mode: mode } = entry;
  // What was neither read nor handed out is listed, and no more is known of it.
  const isWrong = isWhole && found?.isBad === true;
  const state: FileState = found?.all.includes('FILE_MISSING') ? 'missing' : isWrong ? 'wrong' : 'listed';
  return {
    path,
    type: typeOf(entry['path_type']),
    size: sizeOf(entry['size_in_bytes']),
    target: null,
    isExecutable: false,
    sha256: typeof entry['sha256'] === 'string' ? entry['sha256'] : null,
    placeholder: typeof prefix === 'string' && prefix !== '' ? { prefix, mode: mode === 'binary' ? 'binary' : 'text' } : null,
    isLinkScript: LINK_SCRIPT.test(path),
    state,
    codes: found?.all ?? [],
  };
}

function unpackedRow(
  { path, type, size, mode, target }: Pick<UnpackedFile, 'path' | 'type' | 'size' | 'mode' | 'target'>,
  listed: FileRow | undefined,
  found: Codes | undefined,
  good: FileState,
): Partial<FileRow> {
  const isInfo = path.startsWith('info/');
  return {
    type,
    size: size ?? listed?.size ?? null,
    target: target ?? null,
    isExecutable: ((mode ?? 0) & 0o111) !== 0,
    // What was handed out is provisional: that a file is there twice shows late.
    state: isInfo ? 'archive' : found?.isBad === true ? 'wrong' : good,
    codes: found?.all ?? [],
  };
}

function unlistedRow(path: string): FileRow {
  return {
    path,
    type: 'file',
    size: null,
    target: null,
    isExecutable: false,
    sha256: null,
    placeholder: null,
    isLinkScript: LINK_SCRIPT.test(path),
    state: 'unlisted',
    codes: [],
  };
}

function codesByPath(findings: Verdict['findings']): ReadonlyMap<string, Codes> {
  const codes = new Map<string, Codes>();
  for (const { path, code, severity } of findings) {
    if (path === undefined) continue;
    const known = codes.get(path) ?? { all: [], isBad: false };
    if (!known.all.includes(code)) known.all.push(code);
    known.isBad ||= severity === 'error';
    codes.set(path, known);
  }
  return codes;
}

/** A list may say anything. */
function sizeOf(size: unknown): number | null {
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null;
}

function typeOf(type: unknown): FileRow['type'] {
  if (type === 'softlink') return 'symlink';
  return type === 'directory' ? 'directory' : 'file';
}
