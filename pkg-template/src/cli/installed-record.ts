import { isPlainName } from '../records/path-names.js';

/** What a manifest says of the archive, to look for it: nobody vouches for any of it. */
export interface RecordedPackage {
  /** Name, version and build; undefined where it does not say them. */
  readonly title: string | undefined;
  /** The names that the archive may have. */
  readonly fileNames: readonly string[];
  readonly subdir: string | undefined;
  /** What it says of the archive's bytes, as a record of repodata has it; undefined without a digest. */
  readonly json: string | undefined;
  /** The SHA-256 that it gives. */
  readonly sha256: string | undefined;
}

/** What an installed record, or `info/index.json` and what lies beside it, say of the archive. */
export function recordedPackage(...texts: readonly string[]): RecordedPackage | undefined {
  const known: Record<string, unknown> = Object.assign(Object.create(null), ...texts.map(membersOf));
  const { name, version, build, fn, subdir, build_number, sha256, md5, size } = known;
  const stem = [name, version, build];
  if (!stem.every((part) => typeof part === 'string' && part !== '')) return undefined;
  const usual = ['.conda', '.tar.bz2'].map((extension) => stem.join('-') + extension);
  const own = usual.filter((fileName) => fileName === fn);
  const hasDigest = typeof sha256 === 'string' || typeof md5 === 'string';
  const record = { name, version, build, build_number, subdir, sha256, md5, size };
  return {
    title: stem.join(' '),
    fileNames: (own.length > 0 ? own : usual).filter(isPlainName),
    subdir: typeof subdir === 'string' ? subdir : undefined,
    json: hasDigest ? JSON.stringify(record) : undefined,
    sha256: typeof sha256 === 'string' ? sha256 : undefined,
  };
}

/** The same, which may have the names of a folder too: a client names it after the package. */
export function namedAfter(recorded: RecordedPackage | undefined, folder: string): RecordedPackage {
  const own = ['.conda', '.tar.bz2'].map((extension) => folder + extension).filter(isPlainName);
  const { fileNames = [], ...rest } = recorded ?? { title: undefined, subdir: undefined, json: undefined, sha256: undefined };
  return { ...rest, fileNames: [...new Set([...own, ...fileNames])] };
}

/** The paths that an installed record lists, as it spells them. */
export function recordedPaths(text: string): string[] {
  const { files, paths_data: data } = membersOf(text);
  const paths = new Set<string>();
  const listed: unknown = (data as { paths?: unknown } | null | undefined)?.paths;
  for (const entry of Array.isArray(listed) ? listed : []) {
    const path: unknown = (entry as { _path?: unknown } | null)?._path;
    if (typeof path === 'string') paths.add(path);
  }
  for (const path of Array.isArray(files) ? files : []) {
    if (typeof path === 'string') paths.add(path);
  }
  return [...paths];
}

/** The members of an object; whoever verifies it says what is wrong with it. */
function membersOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
