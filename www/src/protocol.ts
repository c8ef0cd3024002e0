// What the page and its worker tell each other: plain data.
import type {
  Described,
  ErrorJson,
  ListedRecord,
  MirrorFailure,
  Progress,
  RoleReport,
  Signers,
  Transfer,
  TrustInfo,
  Verdict,
} from 'conda-verifier';

/** Where a channel is. */
export type Place =
  | {
      readonly kind: 'web';
      /** Base URLs; the first is what the channel is called. */
      readonly mirrors: readonly string[];
    }
  /** A folder that a visitor gave; it is gone with the page. */
  | { readonly kind: 'folder'; readonly name: string }
  | { readonly kind: 'sample'; readonly sample: string; readonly attack: string | null };

/** What is known of a channel. */
export interface ChannelView {
  readonly place: Place;
  /** Its URL, or what the sample is called. */
  readonly name: string;
  /** `sha256:…` of the root that was pinned; null where none is. */
  readonly anchor: string | null;
  /** Milliseconds since 1970 began: when it was looked at; samples have a clock of their own. */
  readonly now: number;
  /** Null where no root is pinned, or where it was refused. */
  readonly trust: TrustInfo | null;
  /** The roles, root first, and who signed them. */
  readonly roles: readonly RoleReport[];
  /** What ended bringing trust up to date; what was trusted before it still stands in `trust`. */
  readonly fault: ErrorJson | null;
  /** Mirrors that were passed over. */
  readonly mirrors: readonly MirrorFailure[];
  /** What was wrong with what was kept from an earlier visit. */
  readonly store: { readonly code: string; readonly message: string } | null;
  /** Platforms that are known to have repodata; others can be asked for. */
  readonly subdirs: readonly string[];
}

/** Whether somebody vouches for a record. */
export type RecordState = 'trusted' | 'weak' | 'unsigned' | 'bad' | 'unknown';

/** A record as a table shows it. */
export interface RecordRow extends Omit<ListedRecord, 'fault'> {
  readonly state: RecordState;
  /** Why it is bad. */
  readonly fault: ErrorJson | null;
  /** What became of its package, where that was verified. */
  readonly verdict: Verdict['verdict'] | null;
  /** Codes of what was found then, or of why nothing was decided. */
  readonly codes: readonly string[];
}

export type SortKey = 'name' | 'size' | 'date' | 'trust';

/** Which records to show. */
export interface RecordQuery {
  readonly subdir: string;
  /** Words that all occur in file name or license. */
  readonly text: string;
  /** Null for all. */
  readonly states: readonly RecordState[] | null;
  readonly sort: SortKey;
  readonly descending: boolean;
  readonly offset: number;
  readonly count: number;
}

export interface RecordPage {
  /** How many match. */
  readonly total: number;
  /** Bytes of all their packages, as far as records say. */
  readonly size: number;
  readonly rows: readonly RecordRow[];
  /** Milliseconds that the search took. */
  readonly took: number;
}

/** What can become of a package that was to be verified: nothing, where it did not come. */
export type Outcome = Verdict['verdict'] | 'undecided';

/** How far verifying many packages has come. */
export interface VerifyReport {
  /** Packages, and their bytes as records say. */
  readonly total: number;
  readonly size: number;
  readonly done: number;
  readonly doneSize: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** How many packages each code was found about, most frequent first. */
  readonly codes: readonly (readonly [code: string, packages: number])[];
}

/** A root that somebody may pin. */
export interface RootView {
  readonly report: RoleReport;
  /** `sha256:…` of its bytes. */
  readonly anchor: string;
  readonly format: TrustInfo['format'];
  /** Where it came from, if it was fetched. */
  readonly url: string | null;
}

/** The repodata of a platform. */
export interface SubdirView {
  readonly subdir: string;
  /** Below the channel. */
  readonly path: string;
  /** Files that have a record. */
  readonly records: number;
  /** Bytes as they came. */
  readonly size: number;
  /** The target of TUF that it is. */
  readonly target: string | null;
  readonly counts: Readonly<Record<RecordState, number>>;
  /** Why signatures could not be looked at. */
  readonly fault: ErrorJson | null;
  readonly mirrors: readonly MirrorFailure[];
}

/** A package that was opened. */
export type PackagePlace =
  | { readonly kind: 'channel'; readonly channel: Place; readonly subdir: string; readonly fileName: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly name: string };

/** What is known of a package. */
export interface PackageView extends Pick<Described, 'verdict' | 'index' | 'about'> {
  /** By which its files are asked for. */
  readonly id: number;
  readonly place: PackagePlace;
  readonly fileName: string;
  /** Whether all bytes were read: before, nothing is verified. */
  readonly isWhole: boolean;
  /** What was fetched; null for what is here. */
  readonly transfer: Transfer | null;
  /** Bytes of the archive, where known. */
  readonly size: number | null;
  /** Why the newest roles of its channel were refused, as they were when it was opened. */
  readonly refused: ErrorJson | null;
  /** Whether it is looked at alone, since its channel has no roles that say anything of it. */
  readonly isAlone: boolean;
  /** Whether the server sent other bytes when it was asked again: `inside` is about these. */
  readonly isOther: boolean;
  /** The record that it was compared with. */
  readonly record: { readonly state: RecordState; readonly json: unknown; readonly signers: readonly Signers[] } | null;
  /**
   * What is to say of the content of a package that was rejected before it was unpacked, as if it
   * had been given alone; else null.
   */
  readonly inside: Verdict | null;
  readonly files: readonly FileRow[];
  /** JSON documents of `info/` besides index and about, by path. */
  readonly documents: ReadonlyMap<string, unknown>;
}

/** How a file stands to info/paths.json. */
export type FileState =
  /** As it is listed, in a package that was verified. */
  | 'verified'
  /** As it is listed, where nobody vouches for the list. */
  | 'consistent'
  /** Of `info/`: the archive's digest alone covers it. */
  | 'archive'
  /** Listed; its bytes were not read. */
  | 'listed'
  /** Not as it is listed. */
  | 'wrong'
  /** Listed, and not there. */
  | 'missing'
  /** There, and not listed. */
  | 'unlisted';

/** A file of a package. */
export interface FileRow {
  readonly path: string;
  readonly type: 'file' | 'symlink' | 'hardlink' | 'directory';
  /** Bytes; null where nobody says. */
  readonly size: number | null;
  readonly target: string | null;
  readonly isExecutable: boolean;
  /** As info/paths.json has it. */
  readonly sha256: string | null;
  readonly placeholder: { readonly prefix: string; readonly mode: string } | null;
  /** Runs when the package is linked or unlinked. */
  readonly isLinkScript: boolean;
  readonly state: FileState;
  /** Codes of what was found about it. */
  readonly codes: readonly string[];
}

export type OnProgress = (progress: Progress) => void;
