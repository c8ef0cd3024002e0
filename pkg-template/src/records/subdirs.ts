import type { RecordOption } from '../core/core.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { HOST_CODES } from '../errors/host-codes.js';
import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import { LocatedRecords } from './located-records.js';
import { asConflict, checkAgreement } from './record-conflict.js';
import { RecordIndex } from './record-index.js';
import type { RecordTexts } from './record-location.js';
import type { RecordSource } from './record-source.js';
import type { FoundRecord, GivenOption } from './repodata-record.js';
import { ShardedRecords } from './sharded-records.js';

/** The repodata of a channel's subdirs, in the memory of the WebAssembly code. */
export class Subdirs {
  readonly #records = new Map<string, RecordSource>();

  /**
   * Keeps the records of a subdir, in the place of those before.
   *
   * @throws VerifierError REPODATA_MISPLACED where they say that they are of another one; they
   * are freed then.
   */
  put(subdir: string, records: RecordSource): void {
    checkPlace(subdir, records, `the repodata added for ${quoted(subdir)}`);
    this.#records.get(subdir)?.free();
    this.#records.set(subdir, records);
  }

  /** Whether these are the records of a subdir still. */
  has(subdir: string, records: RecordSource): boolean {
    return this.#records.get(subdir) === records;
  }

  /** Whether there are any of a subdir. */
  holds(subdir: string): boolean {
    return this.#records.has(subdir);
  }

  /** @throws VerifierError ARGUMENT_INVALID where there are none. */
  get(subdir: string): RecordSource {
    const records = this.#records.get(subdir);
    if (records !== undefined) return records;
    const added = [...this.#records.keys()].join(', ') || 'none';
    throw invalidArgument('subdir', `no repodata was added for it; added: ${added}`);
  }

  /** What there is on a file, of which the record is sound. */
  find(subdir: string, fileName: string, texts?: RecordTexts): FoundRecord {
    const records = this.get(subdir);
    if (texts !== undefined && !(records instanceof LocatedRecords)) {
      throw invalidArgument('texts', 'the text of its repodata was kept; leave them out');
    }
    return records.find(fileName, texts);
  }

  /**
   * What there is on a file that was found here before, or in another place.
   *
   * @throws VerifierError as `RecordSource.find`; RECORD_CONFLICT where it is something else.
   */
  again(subdir: string, given: GivenOption): FoundRecord {
    const records = this.get(subdir);
    const { fileName, json = '', twin, signatures } = given;
    const bytes = (text: string | undefined) => (text === undefined ? null : new TextEncoder().encode(text));
    const texts = { record: new TextEncoder().encode(json), twin: bytes(twin), signatures: bytes(signatures) };
    const found = asConflict(subdir, fileName, () =>
      records.find(fileName, records instanceof LocatedRecords ? texts : undefined),
    );
    checkAgreement(subdir, given, found);
    return { ...found, requested: subdir };
  }

  /**
   * What repodata that is a target of TUF has on a file that is one too, or that it has nothing:
   * undefined where there is no such repodata, or its text was not kept.
   */
  beside(target: string): { record: RecordOption; records: RecordSource } | undefined {
    const cut = target.lastIndexOf('/');
    const subdir = target.slice(0, Math.max(cut, 0));
    const records = this.#records.get(subdir);
    if (!(records instanceof RecordIndex) || records.file.target === null) return undefined;
    return { record: { ...records.lookUp(target.slice(cut + 1)), requested: subdir }, records };
  }

  /** Records of a text that was kept. */
  index(subdir: string): RecordIndex {
    const records = this.get(subdir);
    if (records instanceof RecordIndex) return records;
    throw invalidArgument(
      'subdir',
      records instanceof LocatedRecords
        ? 'its text was not kept; addRepodata() keeps it'
        : 'nobody signs sharded repodata; add its repodata.json',
    );
  }

  located(subdir: string): LocatedRecords {
    const records = this.get(subdir);
    if (records instanceof LocatedRecords) return records;
    throw invalidArgument('subdir', 'its text was kept; findRecord() needs no places');
  }

  sharded(subdir: string): ShardedRecords {
    const records = this.get(subdir);
    if (records instanceof ShardedRecords) return records;
    throw invalidArgument('subdir', 'no index of shards was added for it; addShardIndex() does it');
  }

  free(): void {
    for (const records of this.#records.values()) records.free();
    this.#records.clear();
  }
}

/** Checks the name of a subdir. */
export function checkSubdir(subdir: string): void {
  if (typeof subdir === 'string' && subdir !== '') return;
  throw invalidArgument('subdir', 'it is a folder of a channel, e.g. "noarch"');
}

/**
 * Frees records that say that they are of another subdir. `what` names them in the message.
 *
 * @throws VerifierError REPODATA_MISPLACED for those.
 */
export function checkPlace(subdir: string, records: RecordSource, what: string): void {
  const actual = records.subdir ?? subdir;
  if (actual === subdir) return;
  records.free();
  throw new VerifierError({
    code: 'REPODATA_MISPLACED',
    message: `${what} says that it is of ${quoted(actual)}`,
    hint: HOST_CODES.REPODATA_MISPLACED.hint,
    expected: subdir,
    actual,
  });
}
