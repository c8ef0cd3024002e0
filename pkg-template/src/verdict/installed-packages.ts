import { InstalledCore } from '../core/installed-core.js';
import { Pace } from '../core/pace.js';
import { compiling } from '../core/wasm-module.js';
import type { Foundation } from '../foundation.js';
import type { Bytes } from '../sources/package-source.js';
import type { Work } from '../work.js';
import { checkListing, Inspecting, type Listing } from './inspecting.js';
import { checkTexts, INSTALLED_OPTIONS, type InstalledOptions } from './installed-options.js';
import type { InstalledVerdict } from './installed-verdict.js';
import { manifestOf } from './manifest.js';
import type { Packages } from './packages.js';
import type { OnFile } from './unpacked-file.js';
import type { Verdict } from './verdict.js';

/** Hands the files of the archive out and gives its verdict, or says why there is no archive. */
export type ExamineOriginal = (
  onFile: OnFile,
  work: Work,
) => Promise<Verdict | string | undefined> | undefined;

/** Verdicts on what is installed. */
export class InstalledPackages {
  readonly #foundation: Foundation;
  readonly #packages: Packages;

  constructor(foundation: Foundation, packages: Packages) {
    this.#foundation = foundation;
    this.#packages = packages;
  }

  /** The verdict on what is installed, by the archive that the options have. */
  async inspect(files: Listing, manifest: Bytes | string | null, options: InstalledOptions): Promise<InstalledVerdict> {
    const { original, expected = {} } = options;
    return this.inspectBy(files, manifest, options, (onFile, work) =>
      original === undefined
        ? undefined
        : this.#packages.inspect(original, expected, { signal: work.signal, onProgress: work.report, onFile }),
    );
  }

  /** The same by an archive of the caller's. */
  async inspectBy(
    files: Listing,
    manifest: Bytes | string | null,
    options: InstalledOptions,
    examine: ExamineOriginal,
  ): Promise<InstalledVerdict> {
    const { settings, runtime, running } = this.#foundation;
    const run = async (work: Work): Promise<InstalledVerdict> => {
      checkListing(files);
      checkTexts(options);
      const { level, prefix, platform, manifestPath, file } = options;
      const { policy, limits } = settings;
      const core = await InstalledCore.open(compiling('installed', options.wasm, runtime));
      work.signal?.throwIfAborted();
      const inspection = core.inspection(manifestOf(manifest), {
        level,
        prefix,
        platform,
        file,
        manifestPath,
        policy,
        limits,
      });
      const inspecting = new Inspecting(core, inspection, work, new Pace(runtime.turn));
      try {
        const verdict = await examine(inspecting.onFile, work);
        if (typeof verdict === 'string') inspecting.miss(verdict);
        else if (verdict !== undefined) inspecting.restOn(verdict);
        return await inspecting.all(files);
      } finally {
        inspecting.free();
      }
    };
    return running.during(options, run, INSTALLED_OPTIONS);
  }
}
