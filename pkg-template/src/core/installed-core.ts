import start, {
  __wbg_reset_state as restart,
  Inspection,
  type InspectionOptions,
  type OriginalOption,
  PieceHasher,
} from '../wasm/conda_verifier_installed.js';
import { Instance, opening } from './instance.js';

export type { Inspection, OriginalOption };

/** The instance of the code for what is installed: a file of its own, loaded when it is needed. */
export class InstalledCore extends Instance {
  /** The running instance; a new one if there is none, or if it trapped. */
  static readonly open = opening(
    { start: (module) => start({ module_or_path: module }), restart },
    () => new InstalledCore(),
  );

  /** Prepares to look at what is installed. */
  inspection(manifest: Uint8Array | undefined, options: InspectionOptions): Inspection {
    return this.call(() => new Inspection(manifest, options));
  }

  /** Finds the SHA-256 of bytes that come piece by piece. */
  pieceHasher(): PieceHasher {
    return this.call(() => new PieceHasher());
  }
}
