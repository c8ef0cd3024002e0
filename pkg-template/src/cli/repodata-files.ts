import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import type { RecordIndex } from '../records/record-index.js';
import { checkPlace } from '../records/subdirs.js';
import type { Target } from '../trust/target.js';
import type { Verifier } from '../verifier.js';
import type { ChannelFiles } from './channel-files.js';
import { ChannelTargets } from './channel-targets.js';
import type { CommandOutput } from './command-output.js';
import type { Input } from './input.js';

/** What compression adds to the name, in the order of what is asked for first. */
export const REPODATA_SUFFIXES = ['.zst', '.bz2', ''] as const;

/** The name of the index of sharded repodata (CEP 16). */
export const SHARDS = 'repodata_shards.msgpack.zst';

/** Names that repodata has. */
const OTHERS = ['repodata.json', 'current_repodata.json'] as const;

/** The repodata of a subdir, before it is read. */
export interface FoundRepodata {
  /** Below the channel. */
  readonly path: string;
  /** What the roles of TUF say of it; null where none lists it. */
  readonly target: Target | null;
  /** Opens it; throws where it is not what the roles say. */
  open(): Promise<Input>;
}

/** The repodata of a channel's subdirs. */
export class RepodataFiles {
  readonly targets: ChannelTargets;
  readonly #files: ChannelFiles;
  readonly #verifier: Verifier;
  readonly #name: string;
  readonly #output: CommandOutput;

  /** @param name The repodata's, without what compression adds. */
  constructor(files: ChannelFiles, verifier: Verifier, name: string, output: CommandOutput) {
    this.targets = new ChannelTargets(files, verifier);
    this.#files = files;
    this.#verifier = verifier;
    this.#name = name;
    this.#output = output;
  }

  /** The first that there is of repodata's forms; of those that roles list, if any. */
  async find(subdir: string): Promise<FoundRepodata | null> {
    return (await this.#listed(subdir)) ?? this.#there(this.#files, subdir, this.#name);
  }

  /** Reads the records of a subdir, which the caller frees, and closes what they were read from. */
  async read(subdir: string, { path, target, open }: FoundRepodata): Promise<RecordIndex> {
    const input = await open();
    try {
      const onProgress = this.#output.progress(path);
      // What no role lists is not compared with others that they list.
      const names = this.targets.isTuf ? [] : undefined;
      const options = target === null ? { onProgress } : { onProgress, target: target.path };
      const index = await this.#verifier.readRepodata(subdir, input.source, options, names);
      checkPlace(subdir, index, path);
      return index;
    } finally {
      input.close();
    }
  }

  /** What is there beside the repodata that was read, and was not read. */
  async otherForms(subdir: string, read: string): Promise<{ there: string[]; listed: string[] }> {
    const others = REPODATA_SUFFIXES.map((suffix) => this.#name + suffix).filter(
      (other) => `${subdir}/${other}` !== read,
    );
    const [there, listed]: [string[], string[]] = [[], []];
    for (const other of others) {
      const isListed = (await this.targets.find(`${subdir}/${other}`)) !== null;
      if (isListed) listed.push(other);
      else if (await this.#files.main.has(subdir, other)) there.push(other);
    }
    return { there, listed };
  }

  /** What tells of packages of a subdir, where the repodata asked for does not. */
  async others(subdir: string): Promise<readonly string[]> {
    const paths: string[] = [];
    for (const other of OTHERS.filter((other) => other !== this.#name)) {
      const found = await this.#there(this.#files.main, subdir, other);
      if (found === null) continue;
      (await found.open()).close();
      paths.push(found.path);
    }
    if (await this.#hasShards(subdir)) paths.push(`${subdir}/${SHARDS}`);
    return paths;
  }

  /** Why an index of shards was not looked at; null where there is none. */
  async shards(subdir: string): Promise<string | null> {
    const path = `${subdir}/${SHARDS}`;
    if ((await this.targets.find(path)) !== null) return `${path} was not read, though a role lists it`;
    if (!(await this.#hasShards(subdir))) return null;
    return this.targets.isTuf ? `no role lists ${path}` : `nobody signs ${path}`;
  }

  /** The error for subdirs that are asked for and not there. */
  missing(subdirs: readonly string[]): VerifierError {
    const { argument } = this.#files.main;
    const where = `${argument.replace(/\/$/, '')}/${subdirs.length === 1 ? subdirs[0] : 'SUBDIR'}`;
    const tried = REPODATA_SUFFIXES.map((suffix) => this.#name + suffix).join(', ');
    return VerifierError.of('FILE_UNREADABLE', `there is none of ${tried} in ${quoted(where)}`, {
      hint: 'Check the channel\'s address and the names of its subdirs.',
    });
  }

  /** The first form that a role lists, and that is there. */
  async #listed(subdir: string): Promise<FoundRepodata | null> {
    let absent: unknown = null;
    for (const suffix of REPODATA_SUFFIXES) {
      const path = `${subdir}/${this.#name}${suffix}`;
      const target = await this.targets.find(path);
      if (target === null) continue;
      try {
        const { bytes: source } = await this.targets.fetch(path, this.#output.progress(path));
        return { path, target, open: () => Promise.resolve({ source, fileName: undefined, close: () => undefined }) };
      } catch (error) {
        if (!VerifierError.isVerifierError(error)) throw error;
        if (error.code !== 'HTTP_STATUS') return { path, target, open: () => Promise.reject(error) };
        absent ??= error;
      }
    }
    if (absent !== null) throw absent;
    return null;
  }

  /** The place that was named first says what there is. */
  async #hasShards(subdir: string): Promise<boolean> {
    const shards = await this.#files.main.open(subdir, SHARDS);
    shards?.close();
    return shards !== null;
  }

  /** The first form that is there. */
  async #there(
    files: Pick<ChannelFiles, 'open'>,
    subdir: string,
    name: string,
  ): Promise<FoundRepodata | null> {
    for (const suffix of REPODATA_SUFFIXES) {
      const input = await files.open(subdir, name + suffix);
      if (input === null) continue;
      return { path: `${subdir}/${name}${suffix}`, target: null, open: () => Promise.resolve(input) };
    }
    return null;
  }
}
