/** A role of a channel: of content trust, of TUF, or one that a role of TUF delegates to. */
export type RoleName =
  | 'root'
  | 'key_mgr'
  | 'pkg_mgr'
  | 'timestamp'
  | 'snapshot'
  | 'targets'
  | (string & {});

/** A file that a refresh needs next. */
export interface Want {
  /** Whose file it is. */
  readonly role: RoleName;
  /** Below the channel's URL. */
  readonly path: string;
  /** The most bytes that it may have: what is longer need not be fetched to its end. */
  readonly maxLength: number;
  /** Whether a refresh can do without it. */
  readonly optional: boolean;
}
