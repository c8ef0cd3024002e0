/** What `addRepodata` tells of what it read. */
export interface AddedRepodata {
  readonly subdir: string;
  /** The number of files that have a record. */
  readonly records: number;
}

/** What `addShardIndex` tells of what it read. */
export interface AddedShardIndex {
  readonly subdir: string;
  /** The names of the packages that have a shard, sorted. */
  readonly names: readonly string[];
  /** Where packages are, as the index says: absolute, relative to its own URL, or empty. */
  readonly baseUrl: string;
}

/** What `addShard` tells of what it read. */
export interface AddedShard {
  /** The file names that have a record, sorted. */
  readonly fileNames: readonly string[];
  /** The file names that were removed from the channel. */
  readonly removed: readonly string[];
}
