import type { RecordIndex } from '../records/record-index.js';
import { checkPlace } from '../records/subdirs.js';
import type { Verifier } from '../verifier.js';
import { quoted } from '../printable.js';
import { VerifierError } from '../errors/verifier-error.js';
import type { ChannelPlace } from './channel-place.js';
import type { CommandOutput } from './command-output.js';
import type { Input } from './input.js';

/** What compression adds to the name, in the order of what is asked for first. */
export const REPODATA_SUFFIXES = ['.zst', '.bz2', ''] as const;

/** The name of the index of sharded repodata (CEP 16), which nobody signs. */
export const SHARDS = 'repodata_shards.msgpack.zst';

/** Names that repodata has. */
const OTHERS = ['repodata.json', 'current_repodata.json'] as const;

/** The repodata of a subdir, before it is read. */
export interface FoundRepodata {
  /** Below the channel. */
  readonly path: string;
  readonly input: Input;
}

/** The first that there is of repodata's forms. */
export async function findRepodata(
  place: ChannelPlace,
  subdir: string,
  name: string,
): Promise<FoundRepodata | null> {
  for (const suffix of REPODATA_SUFFIXES) {
    const input = await place.open(subdir, name + suffix);
    if (input !== null) return { path: `${subdir}/${name}${suffix}`, input };
  }
  return null;
}

/** The forms of repodata that are there beside the one that was read, and were not. */
export async function otherForms(
  place: ChannelPlace,
  subdir: string,
  name: string,
  read: string,
): Promise<string[]> {
  const others = REPODATA_SUFFIXES.map((suffix) => name + suffix).filter(
    (other) => `${subdir}/${other}` !== read,
  );
  const there = await Promise.all(others.map((other) => place.has(subdir, other)));
  return others.filter((_, index) => there[index]);
}

/** The names below a subdir of what tells of packages there, where the repodata asked for does not. */
export async function findOthers(
  place: ChannelPlace,
  subdir: string,
  name: string,
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const other of OTHERS.filter((other) => other !== name)) {
    const found = await findRepodata(place, subdir, other);
    found?.input.close();
    if (found !== null) paths.push(found.path);
  }
  const shards = await place.open(subdir, SHARDS);
  shards?.close();
  if (shards !== null) paths.push(`${subdir}/${SHARDS}`);
  return paths;
}

/** Reads the records of a subdir, which the caller frees, and closes what they were read from. */
export async function readSubdir(
  verifier: Verifier,
  subdir: string,
  { path, input }: FoundRepodata,
  output: CommandOutput,
): Promise<RecordIndex> {
  try {
    const onProgress = output.progress(path);
    const index = await verifier.readRepodata(subdir, input.source, { onProgress });
    checkPlace(subdir, index, path);
    return index;
  } finally {
    input.close();
  }
}

/** The error for a subdir that is asked for and not there. */
export function noRepodata(place: ChannelPlace, subdirs: readonly string[], name: string): VerifierError {
  const where = `${place.argument.replace(/\/$/, '')}/${subdirs.length === 1 ? subdirs[0] : 'SUBDIR'}`;
  const tried = REPODATA_SUFFIXES.map((suffix) => name + suffix).join(', ');
  return VerifierError.of('FILE_UNREADABLE', `there is none of ${tried} in ${quoted(where)}`, {
    hint: 'Check the channel\'s address and the names of its subdirs.',
  });
}
