import type { JsonObject } from 'conda-verifier';

/** Bytes of a JSON document that is shown as one; longer ones can be looked at as files. */
const LONGEST = 2 << 20;

/** Documents that are shown as such; all are among the files. */
const MOST = 100;

/** How deep its values may lie, as for all JSON here: a thread's stack would not take more. */
const DEEPEST = 64;

/** JSON documents of info/ that are not shown in parts of their own. */
export function documentsIn(info: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, unknown> {
  const own = new Set(['info/index.json', 'info/about.json', 'info/paths.json']);
  const documents = new Map<string, unknown>();
  let left = 2 * LONGEST;
  for (const [path, bytes] of info) {
    if (!path.endsWith('.json') || own.has(path) || bytes.length > left || documents.size === MOST) continue;
    const value = valueOf(bytes, LONGEST);
    if (value === undefined) continue;
    left -= bytes.length;
    documents.set(path, value);
  }
  return documents;
}

/** A JSON object; null for what is none, or too long or too deep to be handed to the page. */
export function objectIn(info: ReadonlyMap<string, Uint8Array>, path: string, longest = LONGEST): JsonObject | null {
  const bytes = info.get(path);
  const value = bytes === undefined ? null : valueOf(bytes, longest);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** The entries of info/paths.json that are objects; null where it is no such document. */
export function listedIn(info: ReadonlyMap<string, Uint8Array>): readonly JsonObject[] | null {
  const paths = objectIn(info, 'info/paths.json', 256 << 20)?.['paths'];
  if (!Array.isArray(paths)) return null;
  return paths.filter((entry): entry is JsonObject => typeof entry === 'object' && entry !== null && !Array.isArray(entry));
}

function valueOf(bytes: Uint8Array, longest: number): unknown {
  if (bytes.length > longest || isDeep(bytes)) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isText) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) isText = false;
    } else if (byte === 0x22) {
      isText = true;
    } else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (byte === 0x5d || byte === 0x7d) {
      depth -= 1;
    }
  }
  return false;
}
