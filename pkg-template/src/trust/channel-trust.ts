import { askingForTargets } from './asking-for-targets.js';
import type { Clock } from './clock.js';
import type {
  ChannelTrust as Handle,
  Core,
  Examination,
  ExaminationOptions,
  HashedFile,
  HostSource,
  RecordOption,
  Repodata,
  Thrown,
} from '../core/core.js';
import type { Owned } from '../core/owned.js';
import { LIMITS } from '../options/limits.js';
import { frozen } from '../frozen.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { type Bytes, isBytes } from '../sources/package-source.js';
import { copied } from '../sources/copied.js';
import type { RoleReport, Signatures } from './role-report.js';
import { roleOf, signaturesOf } from './signature-rows.js';
import type { TrustSettings } from './trust-settings.js';
import { type Lookup, lookup, type Target, targetOf } from './target.js';
import type { NotChecked } from '../verdict/verdict.js';
import { VerifierError } from '../errors/verifier-error.js';
import type { RoleName, Want } from './want.js';

/** An entry of what to keep. Entries of the same key replace each other. */
export interface Kept {
  /** A plain file name. */
  readonly key: string;
  /** The content; null removes the entry. */
  readonly bytes: Uint8Array | null;
}

/** What became of a file that was accepted. */
export interface Updated {
  /** Now trusted. */
  readonly accepted: {
    /** Whose file it is. */
    readonly role: RoleName;
    /** Below the channel's URL. */
    readonly path: string;
    /** Its version. */
    readonly version: number;
  };
  /** What to keep of it, in this order. */
  readonly persist: readonly Kept[];
}

/** Everything that is to be kept of a channel. */
export type TrustState = readonly {
  /** A plain file name. */
  readonly key: string;
  /** The content. */
  readonly bytes: Uint8Array;
}[];

/** An entry that was kept. */
export interface Stored {
  /** The plain file name that it was kept under. */
  readonly key: string;
  /** The content, as it was kept. */
  readonly bytes: Bytes;
}

/** A role that is trusted, unless it has expired. */
export interface RoleInfo {
  /** The version of its file; a newer file has a higher one. */
  readonly version: number;
  /** `2030-01-31T23:59:59Z`: from then on it counts no more. */
  readonly expires: string;
}

/** What is trusted of a channel now. */
export interface TrustInfo {
  /** Of which format the root in force is. */
  readonly format: 'content-trust' | 'tuf';
  /** `sha256:…` of the root that was pinned. */
  readonly anchor: string;
  /** The channel's URL or name, as it was given; null where none was. */
  readonly channel: string | null;
  /** The root in force: the pinned one or a successor of it. */
  readonly root: RoleInfo;
  /** Null until a refresh brought it. */
  readonly keyMgr: RoleInfo | null;
  /** Null where the channel has no such file, as conda's have none. */
  readonly pkgMgr: RoleInfo | null;
  /** TUF's, as the next two; null until a refresh brought it. */
  readonly timestamp: RoleInfo | null;
  /** Which version of each file of targets belongs to the others. */
  readonly snapshot: RoleInfo | null;
  /** Which files the channel has, and to whom it delegates. */
  readonly targets: RoleInfo | null;
  /** What stays open however well a record verifies. */
  readonly notChecked: readonly NotChecked[];
}

/** What became of some records. */
export interface AuditPiece {
  /** The number of the record to go on with. */
  readonly next: number;
  readonly trusted: number;
  readonly weak: readonly string[];
  readonly unsigned: readonly string[];
  readonly bad: readonly (readonly [fileName: string, error: Thrown])[];
}

/** What is trusted of a channel, in the memory of the WebAssembly code until `free()`. */
export class ChannelTrust {
  readonly #core: Core;
  readonly #handle: Handle;
  readonly #clock: Clock;
  /** What is longer is refused by its length, so the rest need not be copied. */
  readonly #cut: number;
  /** The same for roles that are short. */
  readonly #roleCut: number;
  #isFreed = false;
  /** What `kept` gave, until something may have changed. */
  #kept: TrustState | undefined;

  constructor(core: Core, { root, clock, options }: TrustSettings) {
    this.#core = core;
    this.#clock = clock;
    const limits = { ...LIMITS, ...options.limits };
    this.#roleCut = limits.roleBytes + 1;
    this.#cut = Math.max(limits.roleBytes, limits.snapshotBytes, limits.targetsBytes) + 1;
    this.#handle = core.trust('root.json', root, options);
  }

  next(): Want | null {
    this.#kept = undefined;
    const now = this.#clock.seconds();
    return frozen(this.#call(() => this.#handle.next(now)) as Want | null);
  }

  update(want: Want, bytes: Bytes): Updated {
    const { maxLength } = checked(want);
    if (!isBytes(bytes)) throw invalidArgument('bytes', 'it is neither a buffer nor a view of one');
    const longest = Number.isSafeInteger(maxLength) ? maxLength + 1 : this.#cut;
    return this.accept(want, copied(bytes, Math.min(this.#cut, longest)));
  }

  /** The same for bytes that nobody else holds, and that were cut. */
  accept({ role, path }: Want, taken: Uint8Array): Updated {
    this.#kept = undefined;
    const persist = this.#call(() => this.#handle.update(path, taken));
    const version = this.#call(() => this.#handle.roleVersion(role)) ?? 0;
    return Object.freeze({
      accepted: Object.freeze({ role, path, version }),
      persist: Object.freeze(
        persist.map(([key, bytes]) => Object.freeze({ key, bytes: bytes ?? null })),
      ),
    });
  }

  unavailable(want: Want, status: number): void {
    const { path } = checked(want);
    if (!Number.isInteger(status) || status < 0 || status > 999) {
      throw invalidArgument('status', 'it is no status of HTTP, e.g. 404');
    }
    this.#kept = undefined;
    this.#call(() => this.#handle.unavailable(path, status));
  }

  /** What was freed has nothing to give up. */
  abandon(): void {
    if (!this.#isFreed) this.#call(() => this.#handle.abandon());
  }

  export(): TrustState {
    const entries = this.#call(() => this.#handle.export());
    return Object.freeze(entries.map(([key, bytes]) => Object.freeze({ key, bytes })));
  }

  restore(state: Iterable<Stored>): void {
    if (typeof state?.[Symbol.iterator] !== 'function') {
      throw invalidArgument('state', 'it is no list of what export() gives');
    }
    const keys: string[] = [];
    const values: Uint8Array[] = [];
    for (const entry of state) {
      const { key, bytes } = entry ?? {};
      if (typeof key !== 'string' || !isBytes(bytes)) {
        throw invalidArgument('state', 'its entries are objects of a key and bytes, as export() gives them');
      }
      keys.push(key);
      const isLong = /^(snapshot|targets|delegated)\./.test(key);
      values.push(copied(bytes, isLong ? this.#cut : this.#roleCut));
    }
    this.#kept = undefined;
    this.#call(() => this.#handle.restore(keys, values));
  }

  /** As `export`, for a store: the same list as before where nothing has changed. */
  kept(): TrustState {
    return (this.#kept ??= this.export());
  }

  /** Whether that is the list that `kept` gives. */
  isKept(state: unknown): boolean {
    return this.#kept !== undefined && state === this.#kept;
  }

  info(): TrustInfo {
    return frozen(this.#call(() => this.#handle.info()) as TrustInfo);
  }

  /** The roles that are trusted, and who signed them. */
  roles(): readonly RoleReport[] {
    const now = this.#clock.seconds();
    return Object.freeze(this.#call(() => this.#handle.roles(now)).map(([role, bytes]) => roleOf(role, bytes)));
  }

  /** Who signed a record; null under a root of TUF. */
  recordSignatures(record: RecordOption): Signatures | null {
    const row = this.#call(() => this.#handle.recordSigners(record));
    return row === null ? null : signaturesOf(row);
  }

  /** A file that the roles of TUF vouch for, or the role that is needed to find it. */
  findTarget(path: string): Lookup {
    const now = this.#clock.seconds();
    return lookup(askingForTargets(this, () => this.#call(() => this.#handle.findTarget(path, now))));
  }

  /** The same where no role is needed; throws ROLES_NOT_LOADED where one is. */
  knownTarget(path: string): Target {
    const now = this.#clock.seconds();
    return targetOf(askingForTargets(this, () => this.#call(() => this.#handle.knownTarget(path, now))));
  }

  /** The target that a file is; throws where it is not what the roles say. */
  verifyTarget(file: HashedFile): Target {
    const now = this.#clock.seconds();
    return targetOf(this.#call(() => this.#handle.verifyTarget(file, now)));
  }

  /** Throws where the record does not verify, strictly, at this time. */
  verifyRecord(record: RecordOption, file: Owned<HashedFile>): void {
    const now = this.#clock.seconds();
    const { handle } = file;
    this.#call(() => this.#handle.verifyRecord(record, now, handle));
  }

  /** A function that verifies so many records from the one of that number on. */
  audit(
    repodata: Owned<Repodata>,
    subdir: string,
    file: Owned<HashedFile>,
  ): (first: number, count: number) => AuditPiece {
    const now = this.#clock.seconds();
    return (first, count) => {
      const [index, hashed] = [repodata.handle, file.handle];
      return this.#call(() => this.#handle.audit(index, subdir, now, first, count, hashed));
    };
  }

  /** Prepares to examine a source under this trust, at this time. */
  examination(source: HostSource, options: ExaminationOptions, file: Owned<HashedFile>): Examination {
    const now = this.#clock.seconds();
    const { handle } = file;
    return this.#call(() => this.#handle.examination(source, options, now, handle));
  }

  free(): void {
    this.#isFreed = true;
    this.#core.free(this.#handle);
  }

  /** The glue's own complaint about a handle that was freed would be taken for a trap. */
  #call<T>(work: () => T): T {
    if (this.#isFreed) throw VerifierError.of('FREED', 'the verifier was used after free()');
    return this.#core.call(work);
  }
}

function checked(want: Want): Want {
  const { role, path } = want ?? {};
  if (typeof path === 'string' && typeof role === 'string' && path.endsWith(`${encoded(role)}.json`)) return want;
  throw invalidArgument('want', 'it is what next() gives');
}

/** As the core has names in paths: what RFC 3986 does not call unreserved is encoded. */
function encoded(role: string): string {
  return encodeURIComponent(role).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
