import { basename, dirname, resolve } from 'node:path';

import type { RecordOption } from '../core/core.js';
import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import { isSubdir } from '../records/path-names.js';
import type { RecordIndex } from '../records/record-index.js';
import type { ChannelFiles } from './channel-files.js';
import { isUrl, nameOf } from './input.js';
import type { RepodataFiles } from './repodata-files.js';
import { KNOWN_SUBDIRS } from './subdirs.js';
import { UsageError } from './usage-error.js';

/** What a channel has on a package. */
export interface Found {
  /** Its record; absent where only its own file is vouched for. */
  readonly record?: RecordOption;
  /** The repodata that the record was looked for in. */
  readonly index?: RecordIndex;
  /** The path of its own file, which a role of TUF lists. */
  readonly target?: string;
}

/** What a channel has on packages: records, and files that roles of TUF list. */
export class ChannelRecords {
  readonly #files: ChannelFiles;
  readonly #repodata: RepodataFiles;
  readonly #indices = new Map<string, RecordIndex | null>();

  constructor(files: ChannelFiles, repodata: RepodataFiles) {
    this.#files = files;
    this.#repodata = repodata;
  }

  /**
   * What there is on a file; the examination finds out what it is worth.
   *
   * @param argument The file as it was given: its folder may name the subdir.
   * @throws UsageError where several subdirs have one; VerifierError RECORD_CONFLICT, and what
   * reading repodata fails with.
   */
  async find(argument: string, fileName: string, subdir: string | undefined): Promise<Found> {
    const known = subdir ?? (await this.#subdirOf(argument, fileName));
    if (known !== undefined) {
      const found = await this.#inSubdir(known, fileName);
      if (found === null) throw this.#repodata.missing([known]);
      return found;
    }
    const all = new Map<string, Found>();
    let isChannel = false;
    for (const candidate of this.#files.main.subdirs()) {
      const found = await this.#inSubdir(candidate, fileName);
      if (found === null) continue;
      isChannel = true;
      if (found.record?.json !== undefined || found.target !== undefined) all.set(candidate, found);
    }
    if (!isChannel) throw this.#repodata.missing([]);
    if (all.size > 1) {
      const subdirs = [...all.keys()].join(', ');
      throw new UsageError(`${quoted(fileName)} has a record in ${subdirs}; --subdir says which one is meant`);
    }
    const [found = { record: { fileName } }] = all.values();
    return found;
  }

  /** What a subdir has on a file; null where it has no repodata, and no role lists the file. */
  async #inSubdir(requested: string, fileName: string): Promise<Found | null> {
    const index = await this.#index(requested);
    // Also beside a record: the roles that may list the file are loaded then.
    const path = `${requested}/${fileName}`;
    const isListed = (await this.#target(path)) !== null;
    if (index !== null) return { record: { ...index.lookUp(fileName), requested }, index };
    return isListed ? { target: path } : null;
  }

  async #target(path: string): Promise<unknown> {
    try {
      return await this.#repodata.targets.find(path);
    } catch (error) {
      // A name that no file of a channel can have.
      if (VerifierError.isVerifierError(error) && error.code === 'ARGUMENT_INVALID') return null;
      throw error;
    }
  }

  /** The folder that the file is in, if it is a subdir of the channel. */
  async #subdirOf(argument: string, fileName: string): Promise<string | undefined> {
    const folder = isUrl(argument)
      ? nameOf(new URL('.', argument).href.replace(/\/$/, ''))
      : basename(dirname(resolve(argument)));
    // A server need not know the names of local folders.
    const isTold = KNOWN_SUBDIRS.includes(folder) || !isUrl(this.#files.main.argument);
    if (argument === '-' || !isTold || !isSubdir(folder)) return undefined;
    return (await this.#inSubdir(folder, fileName)) === null ? undefined : folder;
  }

  async #index(subdir: string): Promise<RecordIndex | null> {
    const before = this.#indices.get(subdir);
    if (before !== undefined) return before;
    const found = await this.#repodata.find(subdir);
    const index = found === null ? null : await this.#repodata.read(subdir, found);
    this.#indices.set(subdir, index);
    return index;
  }
}
