/**
 * A file of a package that is as `info/paths.json` lists it, or a file of `info/`.
 *
 * It is provisional until the verdict: that another one is missing, or that this one occurs a
 * second time, shows late. Keep it apart until the promise resolves.
 */
export interface UnpackedFile {
  /** Relative to the package's folder, with `/`. An untrusted text: never a key of an object. */
  readonly path: string;
  readonly type: 'file' | 'symlink' | 'hardlink' | 'directory';
  /** Permission bits, without set-id bits; 0 for links and directories. */
  readonly mode: number;
  /** Length of the content in bytes; 0 for links and directories. */
  readonly size: number;
  /** The content, for the taker to keep; null for links and directories. */
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  /**
   * Of a symbolic link the text of its target: relative to the link's folder, it stays in the
   * package. Of a hard link the path of a file that came before. Else null.
   */
  readonly target: string | null;
}

/** Takes the files of a package; what it returns is awaited before the next one comes. */
export type OnFile = (file: UnpackedFile) => unknown;
