/** What the command line says of a channel. */
export interface ChannelOptions {
  /** A folder or a URL. */
  readonly channel: string;
  /** Folders and URLs that have the same files. */
  readonly mirrors: readonly string[];
  /** The folder or URL of the roles' files, where those are not with the others. */
  readonly metadata: string | undefined;
  /** The URL of the channel that it is a mirror of. */
  readonly mirrorOf: string | undefined;
  /** The file of the root that is trusted. */
  readonly root: string;
  /** The file that keeps what is trusted. */
  readonly state: string | undefined;
  /** The time that counts; the clock's unless given. */
  readonly now: string | undefined;
  /** The repodata's name, without what compression adds. */
  readonly repodataName: string;
}
