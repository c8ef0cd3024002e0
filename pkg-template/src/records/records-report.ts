import type { ChannelTrust } from '../trust/channel-trust.js';
import { frozen } from '../frozen.js';
import type { RecordIndex } from './record-index.js';
import type { NotChecked, Trust } from '../verdict/verdict.js';
import type { Fault } from '../errors/verifier-error.js';

/** What became of all records of a subdir: a summary, and no proof of any one record. */
export interface RecordsReport {
  /** The folder of the channel that it is about, such as `noarch`. */
  readonly subdir: string;
  /** On what the trusted records rest. */
  readonly trust: Trust;
  /** Signatures were verified together; or each record was read from repodata that is a target. */
  readonly method: 'batch' | 'target';
  /** The number of files that have a record. */
  readonly records: number;
  /** How many records are vouched for, and bound to their file and subdir. */
  readonly trusted: number;
  /** Files whose signed record binds them by an MD5 alone, which can be forged. */
  readonly weakCount: number;
  /** The first of them: no more than `limits.findings`, as in all lists here. */
  readonly weak: readonly string[];
  /** Files whose record nobody signed. */
  readonly unsignedCount: number;
  /** The first of them. */
  readonly unsigned: readonly string[];
  /** Files whose record is not what it should be. */
  readonly badCount: number;
  /** The first of them, and why. */
  readonly bad: readonly {
    /** The file that the record is about. */
    readonly fileName: string;
    /** What is wrong with it; `VerifierError.fromJSON` makes an error of it. */
    readonly error: Fault;
  }[];
  /** What was not checked, and why. */
  readonly notChecked: readonly NotChecked[];
}

/** Records between two turns of the event loop: some 40 ms of work. */
const PIECE = 1024;

/**
 * Verifies all records of a subdir, and waits for `turn` between pieces. Each list holds no more
 * than `longest` files: repodata may have millions that are bad.
 */
export async function auditRecords(
  index: RecordIndex,
  trust: ChannelTrust,
  subdir: string,
  longest: number,
  turn: (done: number) => Promise<void>,
): Promise<RecordsReport> {
  const audit = index.audit(trust, subdir);
  const weak: string[] = [];
  const unsigned: string[] = [];
  const bad: { fileName: string; error: Fault }[] = [];
  const counts = { weakCount: 0, unsignedCount: 0, badCount: 0 };
  let trusted = 0;
  // Once also where there are none: expired roles are told all the same.
  for (let first = 0, next; first === 0 || first < index.records; first = next) {
    const piece = audit(first, PIECE);
    // Of long records, fewer than were asked for.
    next = Math.max(piece.next, 1);
    trusted += piece.trusted;
    counts.weakCount += piece.weak.length;
    counts.unsignedCount += piece.unsigned.length;
    counts.badCount += piece.bad.length;
    weak.push(...piece.weak.slice(0, longest - weak.length));
    unsigned.push(...piece.unsigned.slice(0, longest - unsigned.length));
    for (const [fileName, error] of piece.bad.slice(0, longest - bad.length)) bad.push({ fileName, error });
    await turn(Math.min(next, index.records));
  }
  const { format, anchor, notChecked } = trust.info();
  return frozen({
    subdir,
    trust: { basis: format, anchor },
    method: format === 'tuf' ? 'target' : 'batch',
    records: index.length,
    trusted,
    ...counts,
    weak,
    unsigned,
    bad,
    notChecked,
  });
}
