import { frozen } from '../frozen.js';
import type { UnpackedFile, UnpackedHardLink, UnpackedSymlink } from '../verdict/unpacked-file.js';
import type { FilesData } from './unpack-api.js';
import type { Lost, LostLink } from './unpack-report.js';

/** Links that lead to links, at most: as file systems have it. */
const MOST_STEPS = 40;

/**
 * Bytes of files that links may have installed again: a package of a few kB could fill all
 * memory with copies. Links beyond it are lost.
 */
const MOST_COPIED = 256 << 20;

/** The name that an object can't have a member by, where somebody assigns it. */
const PROTOTYPE = '__proto__';

type Link = UnpackedSymlink | UnpackedHardLink;

/** What `info/` is, and everything else. */
interface Unpacked {
  readonly info: FilesData;
  readonly pkg: FilesData;
  readonly lost: Lost;
}

/** Takes the files of a package, and makes of them what untarjs would give. */
export class UnpackedFiles {
  readonly #files = new Map<string, Uint8Array>();
  readonly #links: Link[] = [];
  readonly #executables: string[] = [];
  readonly #directories: string[] = [];

  readonly take = (file: UnpackedFile): void => {
    switch (file.type) {
      case 'file':
        this.#files.set(file.path, file.bytes);
        if ((file.mode & 0o111) !== 0) this.#executables.push(file.path);
        break;
      case 'directory':
        this.#directories.push(file.path);
        break;
      default:
        this.#links.push(file);
    }
  };

  /** All of them, once nothing more comes. */
  end(): Unpacked {
    const info: FilesData = Object.create(null);
    const pkg: FilesData = Object.create(null);
    const files: string[] = [];
    const put = (path: string, bytes: Uint8Array) => {
      if (path === PROTOTYPE) files.push(path);
      else (path.startsWith('info/') ? info : pkg)[path] = bytes;
    };
    for (const [path, bytes] of this.#files) put(path, bytes);
    const leads = new Map(this.#links.map((link) => [link.path, leadOf(link)]));
    let copied = 0;
    const links = this.#links.map(({ type, path, target }): LostLink => {
      const bytes = this.#behind(path, leads);
      if (bytes === undefined || copied + bytes.length > MOST_COPIED) return { type, path, target, as: 'nothing' };
      copied += bytes.length;
      // Not copied here: what an installer replaces in the one is replaced in the other.
      put(path, bytes);
      return { type, path, target, as: 'copy' };
    });
    const lost = { links, executables: this.#executables, directories: this.#directories, files };
    return { info, pkg, lost: frozen(lost) };
  }

  /** The file that a link leads to, if that is one of the package's. */
  #behind(path: string, leads: ReadonlyMap<string, string | undefined>): Uint8Array | undefined {
    let at: string | undefined = path;
    for (let steps = 0; at !== undefined && steps <= MOST_STEPS; steps++) {
      if (!leads.has(at)) return this.#files.get(at);
      at = leads.get(at);
    }
    return undefined;
  }
}

/** Where a link leads, in the package's folder; undefined where that is outside. */
function leadOf({ type, path, target }: Link): string | undefined {
  if (type === 'hardlink') return target;
  if (target.startsWith('/')) return undefined;
  const folders = path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') {
      if (folders.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') {
      folders.push(part);
    }
  }
  return folders.join('/');
}
