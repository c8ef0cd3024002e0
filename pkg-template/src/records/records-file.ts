import type { Core, HashedFile } from '../core/core.js';
import { Owned } from '../core/owned.js';

/** The file that records were read from, as far as the roles of TUF may vouch for it. */
export class RecordsFile extends Owned<HashedFile> {
  /** The target that it is; null where it is none that a role lists. */
  readonly target: string | null;

  constructor(core: Core, handle: HashedFile, target: string | null) {
    super(core, handle);
    this.target = target;
  }
}
