import type { OnFile } from './unpacked-file.js';

/** Whether the bytes of a file are wanted. */
export type Wants = (path: string, size: number) => boolean;

/** Beside the functions, not in them: an option of callers would be another one to keep. */
const WANTS = new WeakMap<OnFile, Wants>();

/**
 * Who takes all files, but the bytes of some alone. Of the others `bytes` is empty, whatever
 * `size` says, and no memory is set aside for them.
 */
export function wanting(onFile: OnFile, wants: Wants): OnFile {
  WANTS.set(onFile, wants);
  return onFile;
}

/** Which bytes that one wants; undefined where it is all of them. */
export function wantsOf(onFile: OnFile): Wants | undefined {
  return WANTS.get(onFile);
}
