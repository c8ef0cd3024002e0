import type { RecordOption } from '../core/core.js';
import { frozen } from '../frozen.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import type { TrustInfo } from '../trust/channel-trust.js';
import type { Trust } from '../verdict/verdict.js';

/**
 * What a channel says about one package file (CEP 36), and who vouches for that.
 *
 * Members that are not named here are there as the repodata has them.
 */
export interface RepodataRecord {
  /** The file that it is about: its key in the repodata. */
  readonly fileName: string;
  /** `none`: no signature was looked at. */
  readonly trust: Trust;
  /** By which a verifier with a trusted root finds out whether it is signed. */
  readonly evidence?: Evidence;
  /** The package's name. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** Its build string. */
  readonly build: string;
  /** Among builds of one version clients take the one with the highest. */
  readonly build_number?: number;
  /** The platform's folder in the channel. */
  readonly subdir?: string;
  /** What it depends on, as match specifications. */
  readonly depends?: readonly string[];
  /** The file's length in bytes. */
  readonly size?: number | null;
  /** Hex. */
  readonly sha256?: string | null;
  /** Hex. It can be forged: alone it vouches for nothing. */
  readonly md5?: string | null;
  readonly [member: string]: unknown;
}

/**
 * The texts by which a record is verified, wherever it goes: by a signature over it, or under a
 * root of TUF by the repodata that it stands in, which has to be added there too.
 */
export interface Evidence {
  /** The subdir that the repodata was asked for in. */
  readonly subdir: string;
  /** `info.subdir` of the repodata; null where it does not say. */
  readonly infoSubdir: string | null;
  /** The record as it stood in the repodata. */
  readonly record: string;
  /** Its signatures as they stood there; empty where it has none. */
  readonly signatures: string;
  /** A second record of the file (CEP 48), where the repodata was indexed and not kept. */
  readonly twin?: string;
}

/**
 * A record that the channel's roles vouched for when it was verified. It is plain
 * data: whoever is given one verifies it again from its `evidence`.
 */
export interface VerifiedRecord extends RepodataRecord {
  readonly trust: {
    /** Signatures of the record, or the repodata that it stands in. */
    readonly basis: 'content-trust' | 'tuf';
    /** `sha256:…` of the root that was pinned. */
    readonly anchor: string;
  };
  readonly evidence: Evidence;
}

/** A record as a caller may have it, for example out of a lock file. */
export type GivenRecord = Pick<RepodataRecord, 'fileName' | 'name' | 'version' | 'build'> &
  Partial<RepodataRecord>;

/** What repodata has on a file. `twin`: the text of a second record, where it was needed. */
export type FoundRecord = RecordOption & { json: string; twin?: string };

/** What a caller has on a file; `stated`: what that says beside its evidence. */
export type GivenOption = RecordOption & {
  twin?: string;
  stated?: Partial<Pick<RepodataRecord, 'sha256' | 'size' | 'md5'>>;
};

/** As the core takes it. */
export function optionOf({ twin: _, stated: __, ...option }: GivenOption): RecordOption {
  return option;
}

/**
 * Makes an object of a record's text, which the core has found to be strict JSON. With its
 * evidence, where a signature is to count that nobody has looked at yet.
 */
export function recordOf(
  { fileName, json, subdir, signatures, requested, twin }: FoundRecord,
  isTuf: boolean,
): RepodataRecord {
  const record = memberOf(fileName, subdir, json, { basis: 'none', anchor: null });
  if (requested === undefined || (signatures === undefined && !isTuf)) return frozen(record);
  const evidence = {
    subdir: requested,
    infoSubdir: subdir ?? null,
    record: json,
    signatures: signatures ?? '',
    ...(twin === undefined ? {} : { twin }),
  };
  return frozen({ ...record, evidence });
}

/** Makes an object of a record that the core has verified. */
export function verifiedRecordOf(
  { fileName, json, subdir, signatures = '', requested = '', twin }: FoundRecord,
  { format, anchor }: TrustInfo,
): VerifiedRecord {
  const record = memberOf(fileName, subdir, json, { basis: format, anchor });
  const evidence = {
    subdir: requested,
    infoSubdir: subdir ?? null,
    record: json,
    signatures,
    ...(twin === undefined ? {} : { twin }),
  };
  return frozen({ ...record, evidence }) as VerifiedRecord;
}

function memberOf(
  fileName: string,
  subdir: string | undefined,
  json: string,
  trust: Trust,
): RepodataRecord {
  const members = JSON.parse(json) as Record<string, unknown>;
  // `info.subdir` is said once for all records.
  const inherited = subdir === undefined || typeof members['subdir'] === 'string' ? {} : { subdir };
  // What is found nowhere but here; spread copies a member named __proto__ as a member.
  const { evidence: _, ...own } = members;
  return { ...own, ...inherited, fileName, trust } as RepodataRecord;
}

/** A record in the form that the core takes; `hasRoot`, where signatures are verified. */
export function recordOption(record: GivenRecord, hasRoot: boolean): GivenOption {
  const { fileName, trust, evidence, ...members } = record;
  if (typeof fileName !== 'string') {
    throw invalidArgument('expected.record', 'it has no fileName; findRecord() gives one that has');
  }
  if (evidence !== undefined && (hasRoot || (trust !== undefined && trust.basis !== 'none'))) {
    const { sha256, size, md5 } = record;
    const stated = Object.entries({ sha256, size, md5 }).filter(([, value]) => value !== undefined && value !== null);
    return { ...evidenceOption(fileName, evidence), stated: Object.fromEntries(stated) };
  }
  try {
    return { fileName, json: JSON.stringify(members) };
  } catch (error) {
    throw invalidArgument('expected.record', 'it can\'t be written as JSON', error);
  }
}

/** By its evidence: the members of such a record are for people. */
function evidenceOption(fileName: string, evidence: unknown): GivenOption {
  const { subdir, infoSubdir, record, signatures, twin } = (evidence ?? {}) as Partial<Evidence>;
  const isText = [subdir, infoSubdir ?? '', record, signatures, twin ?? ''].every((text) => typeof text === 'string');
  if (!isText) {
    throw invalidArgument('expected.record', 'its evidence is not what verifyRecord() gives');
  }
  return {
    fileName,
    json: record,
    subdir: infoSubdir ?? undefined,
    // An empty text is none.
    signatures: signatures || undefined,
    requested: subdir,
    ...(twin === undefined ? {} : { twin }),
  } as GivenOption;
}
