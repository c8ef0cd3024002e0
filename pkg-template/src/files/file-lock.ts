import { randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { quoted } from '../printable.js';
import { VerifierError } from '../errors/verifier-error.js';
import { isAbsent, unwritable } from './file-errors.js';

/** Milliseconds to wait for another process, which takes a few to do what it does. */
const PATIENCE = 30_000;

/** Milliseconds after which a lock that says nothing belongs to nobody. */
const SILENCE = 5_000;

/** Milliseconds after which a lock is nobody's, whoever it names: the work takes a few. */
const STALE = 5 * 60_000;

/** Bytes of the longest lock that is one. */
const LONGEST = 4_096;

/** Of the lockings that this process is in the middle of. */
const ownTokens = new Set<string>();

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Of this one locking, unlike any other. */
  readonly token: string;
  /** Milliseconds since it was made. */
  readonly age: number;
}

/**
 * Does work that no other process does at the same time.
 *
 * The lock is a file beside what it is about. It is left behind by a process that is killed,
 * and taken away by the next one that sees that there is no such process any more, or that
 * nobody can be at work for so long.
 *
 * @throws VerifierError FILE_UNWRITABLE where no lock can be had.
 */
export async function locked<T>(path: string, work: () => T, patience = PATIENCE): Promise<T> {
  const deadline = performance.now() + patience;
  const token = randomUUID().slice(0, 8);
  ownTokens.add(token);
  try {
    while (!taken(path, token)) {
      const holder = holderOf(path);
      if (holder !== undefined && isDead(holder)) {
        await breakLock(path, holder, deadline - performance.now());
      } else if (performance.now() > deadline) {
        throw heldTooLong(path, holder);
      } else {
        await sleep(10 + Math.random() * 20);
      }
    }
    try {
      return work();
    } finally {
      remove(path, token);
    }
  } finally {
    ownTokens.delete(token);
  }
}

/** Takes away what a dead process has left, unless another process has done so. */
async function breakLock(path: string, dead: Holder, patience: number): Promise<void> {
  // Under a lock that is about this one locking: whoever comes late finds another token, and
  // does not take a lock away that somebody holds by now.
  await locked(`${path}.${dead.token}`, () => remove(path, dead.token), patience);
}

function remove(path: string, token: string): void {
  if (holderOf(path)?.token === token) rmSync(path, { force: true });
}

function taken(path: string, token: string): boolean {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname(), token }), { flag: 'wx' });
    // Who sleeps before these words are written may have lost it.
    return holderOf(path)?.token === token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw VerifierError.isVerifierError(error) ? error : unwritable(path, error);
  }
}

/** Undefined where there is no lock any more. */
function holderOf(path: string): Holder | undefined {
  try {
    const facts = lstatSync(path, { throwIfNoEntry: false });
    if (facts === undefined) return undefined;
    // Nobody's lock: a link that leads nowhere would be waited for, and a pipe read, for ever.
    if (!facts.isFile()) throw noLock(path);
    // The time may be ahead of ours, by another machine's clock.
    const age = Math.abs(Date.now() - facts.mtimeMs);
    const { pid, host, token } = parsed(facts.size > LONGEST ? '' : readFileSync(path, 'utf8'));
    const isNamed = typeof host === 'string' && typeof token === 'string' && /^[0-9a-f]{8}$/.test(token);
    if (isNamed && typeof pid === 'number' && pid > 0) return { pid, host, token, age };
    // Made this very moment, or cut short.
    return { pid: 0, host: '', token: String(Math.trunc(facts.mtimeMs)), age };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw VerifierError.isVerifierError(error) ? error : unwritable(path, error);
  }
}

function parsed(text: string): Partial<Record<keyof Holder, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Partial<Record<keyof Holder, unknown>>;
  } catch {
    return {};
  }
}

function isDead({ pid, host, token, age }: Holder): boolean {
  if (age > STALE) return true;
  if (pid === 0) return age > SILENCE;
  // Of another machine's processes nothing is known.
  if (host !== hostname()) return false;
  // Containers give their processes the same few numbers again and again. Another one that
  // runs at the same time is not kept out by its number, but by the moment that it needs.
  if (pid === process.pid) return !ownTokens.has(token) && age > SILENCE;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function noLock(path: string): VerifierError {
  return VerifierError.of('FILE_UNWRITABLE', `${quoted(path)} is no lock: it is no regular file`, {
    hint: 'Nothing makes such a lock; delete it.',
  });
}

function heldTooLong(path: string, holder: Holder | undefined): VerifierError {
  const { pid = 0, host = '' } = holder ?? {};
  const who = pid === 0 ? 'another process' : `process ${pid} on ${quoted(host)}`;
  return VerifierError.of('FILE_UNWRITABLE', `${who} does not give ${quoted(path)} back`, {
    hint: 'Wait for it to end. If there is no such process, delete this file.',
  });
}
