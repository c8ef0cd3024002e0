import type { Input } from './input.js';

/** Where the files of a channel are. */
export interface ChannelPlace {
  /** As it was given. */
  readonly argument: string;
  /** Its own URL, a folder's too; ends in a slash. */
  readonly base: URL;
  /** Answers as a server does to a URL below `base`: with the file, or with 404. */
  answer(url: URL, signal: AbortSignal | undefined): Promise<Response>;
  /** Folders that may be subdirs. */
  subdirs(): readonly string[];
  /**
   * Opens a file of a subdir; null where there is none.
   *
   * @throws VerifierError FILE_UNREADABLE; NETWORK_FAILED.
   */
  open(subdir: string, name: string): Promise<Input | null>;
  /** Whether there is a file of a subdir, or of the channel itself where that is empty. */
  has(subdir: string, name: string): Promise<boolean>;
  /** The package files of a subdir, sorted; null where nothing lists them. */
  packages(subdir: string): readonly string[] | null;
  /** What else is in a subdir but packages and repodata, sorted; null where nothing lists it. */
  others(subdir: string): readonly string[] | null;
}
