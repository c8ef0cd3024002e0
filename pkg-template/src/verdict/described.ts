import { frozen } from '../frozen.js';
import type { OnFile } from './unpacked-file.js';
import type { Verdict } from './verdict.js';
import { wanting } from './wanted.js';

/** A JSON object of an untrusted package, as it stands there. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What a package says of itself, and the verdict on it. */
export interface Described {
  /**
   * Where only parts of the file were read: `unverified`, with the reason `partial`, or
   * `rejected`. Where all of it was, what `inspectPackage` says of it.
   */
  readonly verdict: Verdict;
  /**
   * The files of `info/` by path, e.g. `info/index.json`; where the verdict is `rejected`, as
   * far as they were read. Nobody vouches for them unless the verdict is `verified`.
   */
  readonly info: ReadonlyMap<string, Uint8Array>;
  /** `info/index.json`, if it is one. */
  readonly index: JsonObject | null;
  /** The entries of `info/paths.json`, if it is one. */
  readonly paths: readonly JsonObject[] | null;
  /** `info/about.json`, if it is a JSON object. */
  readonly about: JsonObject | null;
}

/** Keeps the files of `info/`, and takes the bytes of no other. */
export function infoInto(info: Map<string, Uint8Array>): OnFile {
  const isInfo = (path: string) => path.startsWith('info/');
  return wanting(({ type, path, bytes }) => {
    if (type === 'file' && isInfo(path)) info.set(path, bytes);
  }, isInfo);
}

/** What the files of `info/` say. */
export function described(verdict: Verdict, info: ReadonlyMap<string, Uint8Array>): Described {
  const isSound = (name: string) =>
    verdict.checks.some(({ check, outcome }) => check === name && outcome !== 'failed');
  const paths = isSound('paths-json') ? parsed(info, 'info/paths.json')?.['paths'] : null;
  return {
    verdict,
    info,
    // The core read it, and refuses what could be read in two ways.
    index: verdict.package === null ? null : parsed(info, 'info/index.json'),
    paths: Array.isArray(paths) ? paths : null,
    about: parsed(info, 'info/about.json'),
  };
}

/** A document of the package, if it is a JSON object. */
function parsed(info: ReadonlyMap<string, Uint8Array>, path: string): JsonObject | null {
  const bytes = info.get(path);
  if (bytes === undefined) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    // Deeply nested, it can't be frozen: nobody's about.json is.
    return isObject ? frozen(value as JsonObject) : null;
  } catch {
    return null;
  }
}
