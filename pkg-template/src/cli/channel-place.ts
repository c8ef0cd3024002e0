import type { Fetcher } from '../trust/fetching.js';
import type { Input } from './input.js';

/** Where the files of a channel are. */
export interface ChannelPlace {
  /** As it was given. */
  readonly argument: string;
  /**
   * The channel's own, also where the place is a mirror; ends in a slash. What is kept of the
   * channel is kept under this name.
   */
  readonly url: URL;
  /** Fetches role files: what is below `url`, from this place. */
  readonly fetcher: Fetcher;
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
