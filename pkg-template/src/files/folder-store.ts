import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { invalidArgument } from '../errors/invalid-argument.js';
import { VerifierError } from '../errors/verifier-error.js';
import type { TrustState } from '../trust/channel-trust.js';
import { isAddress } from '../trust/folder-url.js';
import { isDelegated, spoiled, STORED_BYTES, STORED_ENTRIES, type TrustStore } from '../trust/trust-store.js';
import { isAbsent, unreadable, unwritable } from './file-errors.js';
import { locked } from './file-lock.js';
import { readRegular } from './regular-file.js';
import { replaceFile } from './replaced-file.js';

/** The file that says which entries there are. With it they all change at one moment. */
const LIST = 'trust.json';

/** The bytes of a list of as many entries as there may be. */
const LONGEST_LIST = 64 << 20;

/** Milliseconds to wait for another process. */
const PATIENCE = 10_000;

/** How often to look again whether another process has changed what was being read. */
const ATTEMPTS = 100;

/** The list as it is written. */
interface List {
  readonly format: 'conda-verifier-store';
  readonly version: 1;
  readonly entries: readonly { readonly key: string; readonly sha256: string }[];
}

/** What the folder holds, by the digest that each entry's file is named after. */
type Held = readonly { readonly key: string; readonly sha256: string; readonly bytes: Uint8Array }[];

/** What was read of it. */
interface Read {
  readonly held: Held;
  /** Whether nothing was left out. */
  readonly isWhole: boolean;
}

/**
 * Keeps what is trusted of a channel in a folder of its own, for all processes that use it.
 *
 * Each entry is a file, named after its digest: names out of metadata never become names of
 * files. A list names those that count, and is replaced as a whole: who is interrupted leaves
 * what was there before. Calls are synchronous inside, and take a few milliseconds.
 *
 * They reject with FILE_UNREADABLE, FILE_UNWRITABLE, or STATE_INVALID for what was not written
 * by one of these.
 */
export class FolderStore implements TrustStore {
  readonly #folder: string;

  /**
   * @param folder Its path or `file:` URL; it is made with the first thing to keep.
   * @throws VerifierError ARGUMENT_INVALID.
   */
  constructor(folder: string | URL) {
    if (!isAddress(folder) || String(folder) === '') {
      throw invalidArgument('folder', 'it is neither a path nor a URL');
    }
    try {
      this.#folder = typeof folder === 'string' ? folder : fileURLToPath(folder.href);
    } catch (error) {
      throw invalidArgument('folder', 'it is no URL of a folder on this machine', error);
    }
  }

  async read(): Promise<TrustState> {
    return this.#read().held.map(({ key, bytes }) => ({ key, bytes }));
  }

  async update(merge: (kept: TrustState) => TrustState): Promise<void> {
    // Where nothing is new, nothing needs to be writable.
    const { held: seen, isWhole } = this.#read();
    if (isSame(seen, held(merge(seen))) && isWhole) return;
    this.#make();
    await this.#locked(() => {
      const { held: kept } = this.#read();
      this.#write(held(merge(kept)), kept);
    });
  }

  async clear(): Promise<void> {
    if (this.#names().length > 0) await this.#locked(() => this.#sweep(new Set()));
  }

  #read(): Read {
    let before: string | undefined;
    for (let attempt = 0; ; attempt++) {
      const text = this.#list();
      try {
        return text === undefined ? { held: [], isWhole: true } : this.#entries(text);
      } catch (error) {
        if (!isAbsent(error)) throw error;
        // Another process has put others in their place, or somebody took one away.
        if (text === before || attempt === ATTEMPTS) throw spoiled('a file of it is missing', error);
        before = text;
      }
    }
  }

  #list(): string | undefined {
    const path = join(this.#folder, LIST);
    try {
      const bytes = readRegular(path, LONGEST_LIST);
      if (bytes === undefined) throw spoiled('its list is longer than any');
      return new TextDecoder().decode(bytes);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw VerifierError.isVerifierError(error) ? error : unreadable(path, error);
    }
  }

  #entries(text: string): Read {
    let left = STORED_BYTES;
    const read: Held[number][] = [];
    // Delegated roles can be done without: of more than there may be they are left out.
    const entries = parsed(text);
    const needed = entries.filter(({ key }) => !isDelegated(key));
    if (needed.length > STORED_ENTRIES) throw spoiled(`it has more than ${STORED_ENTRIES} entries`);
    const others = entries.filter(({ key }) => isDelegated(key)).slice(0, STORED_ENTRIES - needed.length);
    for (const { key, sha256 } of [...needed, ...others]) {
      const path = join(this.#folder, sha256);
      try {
        const bytes = readRegular(path, left);
        if (bytes === undefined && isDelegated(key)) break;
        if (bytes === undefined) throw spoiled('it is larger than any state');
        left -= bytes.length;
        read.push({ key, sha256, bytes });
      } catch (error) {
        throw VerifierError.isVerifierError(error) || isAbsent(error) ? error : unreadable(path, error);
      }
    }
    return { held: read, isWhole: read.length === entries.length };
  }

  /** The entries' files first, then the list, then away with what nothing speaks of any more. */
  #write(state: Held, kept: Held): void {
    // A file of that name that was not read just now may hold anything.
    const there = new Map(kept.map(({ sha256, bytes }) => [sha256, bytes]));
    for (const { sha256, bytes } of state) {
      const found = there.get(sha256);
      if (found === undefined || Buffer.compare(found, bytes) !== 0) {
        replaceFile(join(this.#folder, sha256), bytes);
        there.set(sha256, bytes);
      }
    }
    const list: List = {
      format: 'conda-verifier-store',
      version: 1,
      entries: state.map(({ key, sha256 }) => ({ key, sha256 })),
    };
    replaceFile(join(this.#folder, LIST), `${JSON.stringify(list, null, 2)}\n`);
    this.#sweep(new Set([LIST, ...state.map(({ sha256 }) => sha256)]));
  }

  /** Takes away what was written here, but for some files. The list goes first. */
  #sweep(but: ReadonlySet<string>): void {
    const gone = this.#names().filter((name) => !but.has(name));
    for (const name of gone.sort((one, other) => Number(other === LIST) - Number(one === LIST))) {
      const path = join(this.#folder, name);
      try {
        rmSync(path, { force: true });
      } catch (error) {
        throw unwritable(path, error);
      }
    }
  }

  /** Of the files in the folder those that are of this store; none where there is no folder. */
  #names(): string[] {
    try {
      const names = readdirSync(this.#folder);
      return names.filter((name) => /^(trust\.json|[0-9a-f]{64})(\.part)?$/.test(name));
    } catch (error) {
      if (isAbsent(error)) return [];
      throw unreadable(this.#folder, error);
    }
  }

  #make(): void {
    try {
      makeFolder(resolve(this.#folder));
    } catch (error) {
      throw unwritable(this.#folder, error);
    }
  }

  #locked(work: () => void): Promise<void> {
    return locked(join(this.#folder, 'lock'), work, PATIENCE);
  }
}

/** Not by the option `recursive`: where a folder is that nobody can make, Node.js 20 never gives up. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}

function held(state: TrustState): Held {
  return state.map(({ key, bytes }) => {
    return { key, sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
  });
}

function isSame(one: Held, other: Held): boolean {
  return (
    one.length === other.length &&
    one.every(({ key, sha256, bytes }, index) => {
      const twin = other[index];
      return key === twin?.key && sha256 === twin.sha256 && Buffer.compare(bytes, twin.bytes) === 0;
    })
  );
}

/** The entries of a list, which anybody may have written. */
function parsed(text: string): List['entries'] {
  let list: Partial<List> | null;
  try {
    list = JSON.parse(text) as Partial<List> | null;
  } catch (cause) {
    throw spoiled('its list is not JSON', cause);
  }
  const { format, version, entries } = list ?? {};
  if (format !== 'conda-verifier-store' || !Array.isArray(entries)) throw spoiled('its list is none');
  if (version !== 1) throw spoiled('it was written by another version of this package');
  return entries.map((entry: Partial<List['entries'][number]> | null) => {
    const { key, sha256 } = entry ?? {};
    const isEntry = typeof key === 'string' && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
    if (!isEntry) throw spoiled('an entry of its list is none');
    return { key, sha256 };
  });
}
