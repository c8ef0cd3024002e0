import { basename, dirname, resolve } from 'node:path';

import type { RecordOption } from '../core/core.js';
import { quoted } from '../printable.js';
import type { RecordIndex } from '../records/record-index.js';
import type { Verifier } from '../verifier.js';
import type { ChannelPlace } from './channel-place.js';
import type { CommandOutput } from './command-output.js';
import { isUrl, nameOf } from './input.js';
import { findRepodata, noRepodata, readSubdir } from './subdir-repodata.js';
import { isSubdir, KNOWN_SUBDIRS } from './subdirs.js';
import { UsageError } from './usage-error.js';

/** The records of packages in the signed repodata of a channel. */
export class ChannelRecords {
  readonly #place: ChannelPlace;
  readonly #verifier: Verifier;
  readonly #repodataName: string;
  readonly #output: CommandOutput;
  readonly #indices = new Map<string, RecordIndex | null>();

  constructor(place: ChannelPlace, verifier: Verifier, repodataName: string, output: CommandOutput) {
    this.#place = place;
    this.#verifier = verifier;
    this.#repodataName = repodataName;
    this.#output = output;
  }

  /**
   * The record of a file, whose signatures the examination verifies.
   *
   * @param argument The file as it was given: its folder may name the subdir.
   * @throws UsageError where several subdirs have one; VerifierError RECORD_CONFLICT, and what
   * reading repodata fails with.
   */
  async find(argument: string, fileName: string, subdir: string | undefined): Promise<RecordOption> {
    const known = subdir ?? (await this.#subdirOf(argument));
    if (known !== undefined) {
      const index = await this.#index(known);
      if (index === null) throw noRepodata(this.#place, [known], this.#repodataName);
      return { ...index.lookUp(fileName), requested: known };
    }
    const found: (RecordOption & { requested: string })[] = [];
    let isChannel = false;
    for (const requested of this.#place.subdirs()) {
      const index = await this.#index(requested);
      if (index === null) continue;
      isChannel = true;
      const record = index.lookUp(fileName);
      if (record.json !== undefined) found.push({ ...record, requested });
    }
    if (!isChannel) throw noRepodata(this.#place, [], this.#repodataName);
    if (found.length > 1) {
      const subdirs = found.map(({ requested }) => requested).join(', ');
      throw new UsageError(`${quoted(fileName)} has a record in ${subdirs}; --subdir says which one is meant`);
    }
    return found[0] ?? { fileName };
  }

  /** The folder that the file is in, if it is a subdir of the channel. */
  async #subdirOf(argument: string): Promise<string | undefined> {
    const folder = isUrl(argument)
      ? nameOf(new URL('.', argument).href.replace(/\/$/, ''))
      : basename(dirname(resolve(argument)));
    // A server need not know the names of local folders.
    const isTold = KNOWN_SUBDIRS.includes(folder) || !isUrl(this.#place.argument);
    if (argument === '-' || !isTold || !isSubdir(folder)) return undefined;
    return (await this.#index(folder)) === null ? undefined : folder;
  }

  async #index(subdir: string): Promise<RecordIndex | null> {
    const before = this.#indices.get(subdir);
    if (before !== undefined) return before;
    const found = await findRepodata(this.#place, subdir, this.#repodataName);
    const index = found === null ? null : await readSubdir(this.#verifier, subdir, found, this.#output);
    this.#indices.set(subdir, index);
    return index;
  }
}
