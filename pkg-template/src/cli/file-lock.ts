import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { quoted } from '../printable.js';
import { VerifierError } from '../errors/verifier-error.js';
import { isAbsent, unwritable } from './file-errors.js';

/** Milliseconds to wait for another process, which takes a few to do what it does. */
const PATIENCE = 30_000;

/** Milliseconds after which a lock that says nothing belongs to nobody. */
const SILENCE = 5_000;

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Of this one locking, unlike any other. */
  readonly token: string;
}

/**
 * Does work that no other process does at the same time.
 *
 * The lock is a file beside what it is about. It is left behind by a process that is killed,
 * and taken away by the next one that sees that there is no such process any more.
 *
 * @throws VerifierError FILE_UNWRITABLE where no lock can be had.
 */
export async function locked<T>(path: string, work: () => T, patience = PATIENCE): Promise<T> {
  const deadline = performance.now() + patience;
  const own: Holder = { pid: process.pid, host: hostname(), token: randomUUID().slice(0, 8) };
  while (!taken(path, own)) {
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
    remove(path, own);
  }
}

/** Takes away what a dead process has left, unless another process has done so. */
async function breakLock(path: string, dead: Holder, patience: number): Promise<void> {
  // Under a lock that is about this one locking: whoever comes late finds another token, and
  // does not take a lock away that somebody holds by now.
  await locked(`${path}.${dead.token}`, () => remove(path, dead), patience);
}

function remove(path: string, { token }: Holder): void {
  if (holderOf(path)?.token === token) rmSync(path, { force: true });
}

function taken(path: string, own: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(own), { flag: 'wx' });
    // Who sleeps before these words are written may have lost it.
    return holderOf(path)?.token === own.token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(path, error);
  }
}

/** Undefined where there is no lock any more. */
function holderOf(path: string): Holder | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const { pid, host, token } = parsed(text);
    const isNamed = typeof host === 'string' && /^[0-9a-f]{8}$/.test(String(token));
    if (isNamed && typeof pid === 'number' && pid > 0) return { pid, host, token: String(token) };
    // Made this very moment, or cut short.
    return { pid: 0, host: '', token: String(Math.trunc(statSync(path).mtimeMs)) };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw unwritable(path, error);
  }
}

function parsed(text: string): Partial<Record<keyof Holder, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Partial<Record<keyof Holder, unknown>>;
  } catch {
    return {};
  }
}

function isDead({ pid, host, token }: Holder): boolean {
  if (pid === 0) return Date.now() - Number(token) > SILENCE;
  // Of another machine's processes nothing is known.
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function heldTooLong(path: string, holder: Holder | undefined): VerifierError {
  const { pid = 0, host = '' } = holder ?? {};
  const who = pid === 0 ? 'another process' : `process ${pid} on ${quoted(host)}`;
  return VerifierError.of('FILE_UNWRITABLE', `${who} does not give ${quoted(path)} back`, {
    hint: 'Wait for it to end. If there is no such process, delete this file.',
  });
}
