import { readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import type { Stored, TrustState } from '../trust/channel-trust.js';
import { printable, quoted } from '../printable.js';
import type { Verifier } from '../verifier.js';
import { VerifierError } from '../errors/verifier-error.js';
import { isAbsent, systemError, unreadable, unwritable } from '../files/file-errors.js';
import { locked } from '../files/file-lock.js';
import { replaceFile } from '../files/replaced-file.js';

const HINT =
  'The file was damaged, changed, or mixed up with another channel\'s. Restore a copy of it; or delete it and run again, which gives up the memory of versions seen.';

/** The same for a file that says itself that it is another channel's. */
const HINT_OTHER =
  'For a mirror of a channel give --mirror-of; for another channel another --state file.';

/** The bytes of a state that is as large as one can be, and some more. */
const LONGEST = 256 << 20;

/** What the file holds: what is kept of a channel, and of which. */
interface Content {
  readonly format: 'conda-verifier-state';
  readonly version: 1;
  readonly channel: string;
  readonly entries: readonly { readonly key: string; readonly base64: string }[];
}

/** The file that keeps what is trusted of a channel from one run to the next. */
export class StateFile {
  /** As it was given. */
  readonly argument: string;
  readonly #channel: string;

  constructor(argument: string, channel: URL) {
    this.argument = argument;
    this.#channel = channel.href;
  }

  /**
   * Takes back what was kept; nothing where there is no file yet.
   *
   * @throws VerifierError STATE_INVALID for what is spoiled or of another channel, which is
   * never begun anew in silence; FILE_UNREADABLE.
   */
  restoreTo(verifier: Verifier): void {
    const text = this.#text();
    if (text === undefined) return;
    const entries = this.#entries(text);
    try {
      verifier.restore(entries);
    } catch (error) {
      if (!VerifierError.isVerifierError(error) || error.code !== 'STATE_INVALID') throw error;
      throw this.#invalid(error.message, { cause: error, hint: hintOf(error) });
    }
  }

  /**
   * Finds out before the work whether a new file can be made. Of one that is there already it
   * is not known yet whether it has to be written.
   *
   * @throws VerifierError FILE_UNWRITABLE.
   */
  async checkPlace(): Promise<void> {
    if (this.#text() !== undefined) return;
    // Made and taken away as the lock will be: a system may say that it can be, and not do it.
    await locked(`${this.#target()}.lock`, () => undefined);
  }

  /**
   * Keeps what is trusted now, together with what another process kept meanwhile.
   *
   * @throws VerifierError FILE_UNWRITABLE; and as `restoreTo`.
   */
  async save(verifier: Verifier): Promise<void> {
    this.restoreTo(verifier);
    // Where nothing is new, nothing needs to be writable.
    if (this.#text() === this.#textOf(verifier.export())) return;
    const path = this.#target();
    await locked(`${path}.lock`, () => {
      this.restoreTo(verifier);
      replaceFile(path, this.#textOf(verifier.export()));
    });
  }

  #text(): string | undefined {
    try {
      const facts = statSync(this.argument, { throwIfNoEntry: false });
      if (facts === undefined) return undefined;
      if (facts.isDirectory()) throw systemError('EISDIR');
      if (!facts.isFile()) throw new Error('it is no regular file');
      if (facts.size > LONGEST) throw this.#invalid('it is longer than any state');
      return readFileSync(this.argument, 'utf8');
    } catch (error) {
      if (VerifierError.isVerifierError(error)) throw error;
      throw unreadable(this.argument, error);
    }
  }

  #entries(text: string): Stored[] {
    let content: Partial<Content> | null;
    try {
      content = JSON.parse(text) as Partial<Content> | null;
    } catch (cause) {
      throw this.#invalid('it is not JSON', { cause });
    }
    const { format, version, channel, entries } = content ?? {};
    const isState = format === 'conda-verifier-state' && Array.isArray(entries);
    if (!isState || typeof channel !== 'string') {
      throw this.#invalid('it is no file that --state has written');
    }
    if (version !== 1) throw this.#invalid('it was written by another version of this program');
    if (channel !== this.#channel) {
      const other = printable(channel);
      const reason = `it is of another channel: it keeps the trust in ${other}, and this is ${this.#channel}`;
      throw this.#invalid(reason, { hint: HINT_OTHER });
    }
    return entries.map((entry: Partial<Content['entries'][number]> | null) => {
      const { key, base64 } = entry ?? {};
      const bytes = typeof base64 === 'string' ? Buffer.from(base64, 'base64') : undefined;
      // Buffer skips what is no base64.
      if (typeof key !== 'string' || bytes === undefined || bytes.toString('base64') !== base64) {
        throw this.#invalid('an entry of it is no key with base64');
      }
      return { key, bytes };
    });
  }

  #textOf(state: TrustState): string {
    const content: Content = {
      format: 'conda-verifier-state',
      version: 1,
      channel: this.#channel,
      entries: state.map(({ key, bytes }) => ({ key, base64: Buffer.from(bytes).toString('base64') })),
    };
    return `${JSON.stringify(content, null, 2)}\n`;
  }

  /** The file itself, where a symbolic link leads: the link stays one. */
  #target(): string {
    try {
      return followed(this.argument);
    } catch (error) {
      throw unwritable(this.argument, error);
    }
  }

  #invalid(reason: string, { hint = HINT, ...options }: { hint?: string; cause?: unknown } = {}): VerifierError {
    const message = `the state file ${quoted(this.argument)} can't be used: ${reason}`;
    return new VerifierError({ code: 'STATE_INVALID', message, hint, path: this.argument }, options);
  }
}

/** The core has one code for all that a store may be, and words of its own for each. */
function hintOf({ message }: VerifierError): string {
  return message.includes('of another channel') ? HINT_OTHER : HINT;
}

function followed(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  let link: string;
  try {
    link = readlinkSync(path);
  } catch {
    // There is none yet. Its folder may be known by several names, and the lock by one only.
    return join(realpathSync(dirname(path)), basename(path));
  }
  return followed(resolve(dirname(path), link));
}
