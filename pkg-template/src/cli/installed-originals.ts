import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';

import type { Verifier } from '../entry/node.js';
import { VerifierError } from '../errors/verifier-error.js';
import { isAbsent, unreadable } from '../files/file-errors.js';
import { printable } from '../printable.js';
import type { CoreExpectation } from '../verdict/expectation.js';
import type { OnFile } from '../verdict/unpacked-file.js';
import type { Verdict } from '../verdict/verdict.js';
import type { ChannelFiles } from './channel-files.js';
import type { ChannelRecords, Found } from './channel-records.js';
import { EXIT, statusOfError } from './exit-status.js';
import { type Input, openFileInFolder } from './input.js';
import type { RecordedPackage } from './installed-record.js';
import { notReached } from './not-reached.js';

/** A channel that vouches for archives. */
export interface Vouching {
  readonly files: ChannelFiles;
  readonly records: ChannelRecords;
}

/** The archives that packages came from. */
export class Originals {
  readonly #verifier: Verifier;
  /** For what nobody vouches for; it has no keys, so that no record needs signatures. */
  readonly #plain: Verifier;
  readonly #folder: string | undefined;
  readonly #vouching: Vouching | undefined;
  readonly #sha256: string | undefined;

  constructor(
    verifier: Verifier,
    plain: Verifier,
    folder: string | undefined,
    vouching: Vouching | undefined,
    sha256: string | undefined,
  ) {
    this.#verifier = verifier;
    this.#plain = plain;
    this.#folder = folder;
    this.#vouching = vouching;
    this.#sha256 = sha256;
  }

  /**
   * Verifies the archive of a package, and hands its files out; why not, where there is none.
   *
   * What a record on this disk says of the archive is compared, and vouches for nothing.
   */
  async examine(recorded: RecordedPackage | undefined, onFile: OnFile): Promise<Verdict | string | undefined> {
    if (recorded === undefined) return undefined;
    for (const fileName of await this.#ordered(recorded)) {
      try {
        const verdict = await this.#one(recorded, fileName, onFile);
        if (verdict !== undefined) return verdict;
      } catch (error) {
        // What vouches for it was refused: that is a verdict.
        if (!VerifierError.isVerifierError(error) || statusOfError(error) !== EXIT.rejected) throw error;
        return { ...notReached(error), file: fileName };
      }
    }
    if (this.#folder === undefined) {
      return this.#vouching === undefined ? undefined : `the channel has no ${recorded.fileNames.join(' or ')}`;
    }
    return `no ${recorded.fileNames.join(' or ')} in ${printable(this.#folder)}`;
  }

  /** The names that the archive may have, first that of a file with the expected digest. */
  async #ordered({ fileNames, sha256 }: RecordedPackage): Promise<readonly string[]> {
    const expected = (this.#sha256 ?? sha256)?.toLowerCase();
    const there = fileNames.filter((fileName) => {
      const input = this.#open(fileName);
      input?.close();
      return input !== undefined;
    });
    if (this.#folder === undefined || expected === undefined || there.length < 2) return fileNames;
    for (const fileName of there) {
      const hash = createHash('sha256');
      const path = join(this.#folder, fileName);
      try {
        for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
      } catch (error) {
        throw unreadable(path, error);
      }
      if (hash.digest('hex') === expected) return [fileName, ...fileNames.filter((other) => other !== fileName)];
    }
    return fileNames;
  }

  async #one(recorded: RecordedPackage, fileName: string, onFile: OnFile): Promise<Verdict | undefined> {
    const vouched = await this.#vouched(recorded, fileName);
    const { json } = recorded;
    const noted = json === undefined ? {} : { record: { fileName, json } };
    const { record, target, index } = vouched ?? noted as Found;
    const expectation: CoreExpectation = {
      fileName,
      ...(this.#sha256 === undefined ? {} : { sha256: this.#sha256 }),
      ...(record === undefined ? {} : { record }),
      ...(target === undefined ? {} : { target }),
    };
    const verifier = vouched === undefined ? this.#plain : this.#verifier;
    const examine = ({ source }: Input) => verifier.examine(source, expectation, { onFile }, index);
    const input = this.#open(fileName);
    if (input !== undefined) {
      try {
        return await examine(input);
      } finally {
        input.close();
      }
    }
    if (this.#vouching === undefined || vouched === undefined || recorded.subdir === undefined) return undefined;
    const verdict = await this.#vouching.files.verdict(recorded.subdir, [fileName], examine);
    return verdict ?? undefined;
  }

  /** What the channel has on a file; undefined where it has nothing: packages of other channels. */
  async #vouched({ subdir }: RecordedPackage, fileName: string): Promise<Found | undefined> {
    if (this.#vouching === undefined || subdir === undefined) return undefined;
    if (!this.#vouching.files.main.subdirs().includes(subdir)) return undefined;
    const found = await this.#vouching.records.find(fileName, fileName, subdir);
    return found.record?.json === undefined && found.target === undefined ? undefined : found;
  }

  #open(fileName: string): Input | undefined {
    if (this.#folder === undefined) return undefined;
    try {
      return openFileInFolder(join(this.#folder, fileName));
    } catch (error) {
      if (error instanceof Error && isAbsent(error.cause)) return undefined;
      throw error;
    }
  }
}
