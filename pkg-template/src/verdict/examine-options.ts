import { invalidArgument } from '../errors/invalid-argument.js';
import type { WorkOptions } from '../work.js';
import type { OnFile } from './unpacked-file.js';

/** The options of verifying and inspecting a package. */
export interface ExamineOptions extends WorkOptions {
  /**
   * Called with each file of the package once, while it is unpacked: files in the order of the
   * archive, `info/` too, then links and listed directories. So an installer needs no decoder
   * of its own.
   *
   * Nothing comes before the archive's digest matched, where one is expected; nothing that is
   * not listed, nothing that is not as it is listed. What it throws ends the work, and the
   * promise rejects with it.
   */
  readonly onFile?: OnFile | undefined;
}

/** The names of the options beside those of all work. */
export const EXAMINE_OPTIONS = ['onFile'] as const;

/** Checks who takes the files. */
export function onFileOf({ onFile }: ExamineOptions): OnFile | undefined {
  if (onFile !== undefined && typeof onFile !== 'function') {
    throw invalidArgument('options.onFile', 'it is no function');
  }
  return onFile;
}
