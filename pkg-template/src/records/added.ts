/** What `addRepodata` tells of what it read. */
export interface AddedRepodata {
  /** The folder of the channel that it is about, such as `noarch`. */
  readonly subdir: string;
  /** The number of files that have a record. */
  readonly records: number;
  /** The target of TUF that the file is; null where nobody vouches for it as a whole. */
  readonly target: string | null;
  /**
   * Where packages are, as the repodata says (CEP 15); null where it does not, and they are beside
   * it. Content trust signs no such thing.
   */
  readonly baseUrl: string | null;
}

/** What `addShardIndex` tells of what it read. */
export interface AddedShardIndex {
  /** The folder of the channel that it is about, such as `noarch`. */
  readonly subdir: string;
  /** The names of the packages that have a shard, sorted. */
  readonly names: readonly string[];
  /** Where packages are, as the index says: absolute, relative to its own URL, or empty. */
  readonly baseUrl: string;
  /** The target of TUF that the index is; null where nobody vouches for it. */
  readonly target: string | null;
}

/** What `addShard` tells of what it read. */
export interface AddedShard {
  /** The file names that have a record, sorted. */
  readonly fileNames: readonly string[];
  /** The file names that were removed from the channel. */
  readonly removed: readonly string[];
}
