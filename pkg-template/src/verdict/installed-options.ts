import type { WasmInput } from '../core/runtime.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import type { PackageSource } from '../sources/package-source.js';
import type { WorkOptions } from '../work.js';
import type { Expected } from './expectation.js';
import type { InstalledLevel } from './installed-verdict.js';

/** The options of verifying what is installed. */
export interface InstalledOptions extends WorkOptions {
  /** How closely files are looked at; `digests` unless given. With `sizes` nothing is `verified`. */
  readonly level?: InstalledLevel | undefined;
  /** The environment's path, as the client wrote it into files. Needed to recompute those. */
  readonly prefix?: string | undefined;
  /** The environment's platform, e.g. `linux-64`; else the package's, unless that is `noarch`. */
  readonly platform?: string | undefined;
  /**
   * Where the manifest was: `info/paths.json`, `info/files` or `conda-meta/NAME.json`. Without it
   * the text tells which of them it is; with it another one is refused, and so is a record whose
   * package is not the one of its name.
   */
  readonly manifestPath?: string | undefined;
  /** The archive that the package came from. Without it nothing is `verified`. */
  readonly original?: PackageSource | undefined;
  /** What that archive is compared with, as for `verifyPackage`. */
  readonly expected?: Expected | undefined;
  /** A name for the verdict. */
  readonly file?: string | undefined;
  /**
   * The WebAssembly file for what is installed, `conda-verifier/conda_verifier_installed.wasm`,
   * where the package's own can't be found. It is loaded at the first call, once for all.
   */
  readonly wasm?: WasmInput | Promise<WasmInput> | undefined;
}

/** The names of the options beside those of all work. */
export const INSTALLED_OPTIONS = [
  'level',
  'prefix',
  'platform',
  'manifestPath',
  'original',
  'expected',
  'file',
  'wasm',
] as const;

/** Checks the options that are texts. */
export function checkTexts(options: InstalledOptions): void {
  for (const name of ['level', 'prefix', 'platform', 'manifestPath', 'file'] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== 'string') {
      throw invalidArgument(`options.${name}`, 'it is no string');
    }
  }
  if (options.expected !== undefined && options.original === undefined) {
    throw invalidArgument('options.expected', 'it is about the archive; give `original` too');
  }
}
