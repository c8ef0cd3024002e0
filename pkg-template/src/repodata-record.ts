import type { ExaminationOptions } from './core.js';
import { frozen } from './frozen.js';
import { invalidArgument } from './invalid-argument.js';
import type { Trust } from './verdict.js';

/**
 * What a channel says about one package file (CEP 36), and who vouches for that.
 *
 * Members that are not named here are there as the repodata has them.
 */
export interface RepodataRecord {
  /** The file that it is about: its key in the repodata. */
  readonly fileName: string;
  /** `none`: nobody signed it. A package compared with it stays `unverified`. */
  readonly trust: Trust;
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly build_number?: number;
  readonly subdir?: string;
  readonly depends?: readonly string[];
  /** The file's length in bytes. */
  readonly size?: number | null;
  /** Hex. */
  readonly sha256?: string | null;
  /** Hex. It can be forged: alone it vouches for nothing. */
  readonly md5?: string | null;
  readonly [member: string]: unknown;
}

/** A record as a caller may have it, for example out of a lock file. */
export type GivenRecord = Pick<RepodataRecord, 'fileName' | 'name' | 'version' | 'build'> &
  Partial<RepodataRecord>;

/** Makes an object of a record's text, which the core has found to be strict JSON. */
export function recordOf(fileName: string, subdir: string | undefined, json: string): RepodataRecord {
  const members = JSON.parse(json) as Record<string, unknown>;
  // `info.subdir` is said once for all records.
  const inherited = subdir === undefined || typeof members['subdir'] === 'string' ? {} : { subdir };
  // Spread copies a member named __proto__ as a member.
  return frozen({
    ...members,
    ...inherited,
    fileName,
    trust: { basis: 'none', anchor: null },
  }) as RepodataRecord;
}

/** A record in the form that the core takes. */
export function recordOption(record: GivenRecord): NonNullable<ExaminationOptions['record']> {
  const { fileName, trust: _, ...members } = record;
  if (typeof fileName !== 'string') {
    throw invalidArgument('expected.record', 'it has no fileName; findRecord() gives one that has');
  }
  try {
    return { fileName, json: JSON.stringify(members) };
  } catch (error) {
    throw invalidArgument('expected.record', 'it can\'t be written as JSON', error);
  }
}
