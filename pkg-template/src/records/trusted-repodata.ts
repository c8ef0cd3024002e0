import { invalidArgument } from '../errors/invalid-argument.js';
import { decidesNothing } from '../errors/host-codes.js';
import { VerifierError } from '../errors/verifier-error.js';
import type { ChannelTrust } from '../trust/channel-trust.js';
import type { Trust } from '../verdict/verdict.js';
import type { RecordIndex } from './record-index.js';
import { optionOf } from './repodata-record.js';
import { RepodataText } from './repodata-text.js';

/** The records of a subdir that somebody vouches for. */
export interface TrustedRepodata {
  /** The folder of the channel that it is about, such as `noarch`. */
  readonly subdir: string;
  /** On what the records rest. */
  readonly trust: Trust;
  /**
   * A plain `repodata.json`: `info.subdir`, the records, and their signatures. All else that
   * nobody signs is left out, also where packages are and which were removed.
   */
  readonly bytes: Uint8Array;
  /** The number of files that have a record in what was added. */
  readonly records: number;
  /** How many of them are in `bytes`. */
  readonly trusted: number;
  /** Files whose record nobody signed. */
  readonly unsignedCount: number;
  /** Files whose record is not what it should be. */
  readonly badCount: number;
  /** The first of the files that were left out, and why; no more than `limits.findings`. */
  readonly leftOut: readonly {
    /** The file that the record is about. */
    readonly fileName: string;
    /** One of the stable codes. */
    readonly code: string;
  }[];
}

/** Records between two turns of the event loop: some 10 ms of work. */
const PIECE = 32;

/** What is about all records alike. */
const OF_ALL: readonly string[] = ['EXPIRED', 'ROLES_NOT_LOADED'];

/** Verifies the records of a subdir one by one, strictly, and writes those down that are trusted. */
export async function trustedRepodata(
  index: RecordIndex,
  trust: ChannelTrust,
  subdir: string,
  longest: number,
  turn: (done: number) => Promise<void>,
): Promise<TrustedRepodata> {
  const { format, anchor } = trust.info();
  if (format === 'tuf') {
    throw invalidArgument('subdir', 'under a root of TUF repodata is vouched for as a whole: hand on the file itself');
  }
  const text = new RepodataText(subdir);
  const leftOut: { fileName: string; code: string }[] = [];
  let [trusted, unsignedCount, badCount] = [0, 0, 0];
  const names = index.fileNames();
  for (const [number, fileName] of names.entries()) {
    if (number % PIECE === 0) await turn(number);
    try {
      const record = { ...index.find(fileName), requested: subdir };
      trust.verifyRecord(optionOf(record), index.file);
      text.add(fileName, index.isV3(fileName), record.json, record.signatures ?? '{}');
      trusted++;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'RECORD_UNSIGNED') unsignedCount++;
      else badCount++;
      if (leftOut.length < longest) leftOut.push(Object.freeze({ fileName, code }));
    }
  }
  await turn(names.length);
  // The bytes can't be frozen.
  return Object.freeze({
    subdir,
    trust: Object.freeze({ basis: format, anchor }),
    bytes: text.finish(),
    records: names.length,
    trusted,
    unsignedCount,
    badCount,
    leftOut: Object.freeze(leftOut),
  });
}

/** What is wrong with one record; throws on what is wrong with all. */
function codeOf(error: unknown): string {
  if (!VerifierError.isVerifierError(error)) throw error;
  if (OF_ALL.includes(error.code) || decidesNothing(error.code)) throw error;
  return error.code;
}
