/**
 * An entry of a package that is as `info/paths.json` lists it, or a file of `info/`; `type` says
 * what else there is to know of it.
 *
 * It is provisional until the verdict: that another one is missing, or that this one occurs a
 * second time, shows late. Keep it apart until the promise resolves.
 */
export type UnpackedFile = UnpackedContent | UnpackedSymlink | UnpackedHardLink | UnpackedDirectory;

/** A regular file. */
export interface UnpackedContent extends Unpacked<'file'> {
  /** Permission bits, without set-id bits. */
  readonly mode: number;
  /** Length of the content in bytes. */
  readonly size: number;
  /** The content, for the taker to keep. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** A regular file leads nowhere. */
  readonly target?: never;
}

/** A symbolic link. */
export interface UnpackedSymlink extends Unpacked<'symlink'> {
  /** The text of the link: relative to its folder, unless a policy lets LINK_ABSOLUTE through. */
  readonly target: string;
  /** A symbolic link has no permissions of its own. */
  readonly mode?: never;
  /** It has no content. */
  readonly size?: never;
  /** It has no content. */
  readonly bytes?: never;
}

/** A second name of a regular file: a link to it, or a copy of it where there are no links. */
export interface UnpackedHardLink extends Unpacked<'hardlink'> {
  /** The path of the file, which came before, in the package's folder. */
  readonly target: string;
  /** Permission bits of the file. */
  readonly mode: number;
  /** Length of the file in bytes. */
  readonly size: number;
  /** The content came with the file that it shares it with. */
  readonly bytes?: never;
}

/** A directory that is listed itself. Those above other entries are not told. */
export interface UnpackedDirectory extends Unpacked<'directory'> {
  /** A directory leads nowhere. */
  readonly target?: never;
  /** What it may be is left to the taker. */
  readonly mode?: never;
  /** It has no content. */
  readonly size?: never;
  /** It has no content. */
  readonly bytes?: never;
}

interface Unpacked<Type extends string> {
  /** What it is; the other members go by that. */
  readonly type: Type;
  /** Relative to the package's folder, with `/`. An untrusted text: never a key of an object. */
  readonly path: string;
}

/** Takes the files of a package; what it returns is awaited before the next one comes. */
export type OnFile = (file: UnpackedFile) => unknown;
