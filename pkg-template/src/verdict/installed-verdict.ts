import type {
  ArchiveDigests,
  CheckReport,
  Finding,
  NotChecked,
  PackageId,
  Reason,
  Status,
  Trust,
} from './verdict.js';

/** What was looked at: a package in a folder of its own, or one in an environment. */
export type InstalledKind = 'unpacked' | 'linked';

/** How closely: types, sizes and targets of links, or the content too. */
export type InstalledLevel = 'sizes' | 'digests';

/** The archive that an installed package was compared with. */
export interface Original {
  /** Its file name. */
  readonly file: string | null;
  /** The verdict on it. */
  readonly verdict: Status;
  /** Its size and digests. */
  readonly digests: ArchiveDigests;
}

/** Files with the environment's path in them, and the clients that make them so: several may. */
export interface Replaced {
  /** How many there are. */
  readonly files: number;
  /** How many are as conda makes them. */
  readonly conda: number;
  /** How many are as libmamba makes them. */
  readonly libmamba: number;
  /** How many are as rattler makes them. */
  readonly rattler: number;
}

/**
 * The whole answer about an installed package: plain data, frozen, structured-cloneable.
 * The JSON Schema `conda-verifier/schema/installed.json` describes the same.
 */
export interface InstalledVerdict {
  /** The name that the caller gave it. */
  readonly file: string | null;
  /** The answer in one word. */
  readonly verdict: Status;
  /** Why it is not `verified` though nothing failed. */
  readonly reasons: readonly Reason[];
  /** On what the answer rests. */
  readonly trust: Trust;
  /** Whether it lies in a folder of its own or in an environment. */
  readonly kind: InstalledKind;
  /** How closely its files were looked at. */
  readonly level: InstalledLevel;
  /** Null where neither manifest nor archive says which package it is. */
  readonly package: PackageId | null;
  /** Null where none was given. */
  readonly original: Original | null;
  /** What was checked. */
  readonly checks: readonly CheckReport[];
  /** What was not checked, and why. */
  readonly notChecked: readonly NotChecked[];
  /** What was found, errors first. */
  readonly findings: readonly Finding[];
  /** How many more findings there were than the limit `findings` allows. */
  readonly findingsOmitted: number;
  /** Codes that the policy made less of than they are by default. */
  readonly lowered: readonly string[];
  /** Files and links that were looked at. */
  readonly files: number;
  /** Their bytes. */
  readonly size: number;
  /** What clients wrote the environment's path into. */
  readonly replaced: Replaced;
}
