import { LIMITS, type LimitName } from '../options/limits.js';
import { nearest } from '../options/nearest.js';
import type { Limits } from '../options/settings.js';
import { quoted } from '../printable.js';
import { UsageError } from './usage-error.js';

/** Whether a text is of the form NAME=N, where N is a number that no digit of is lost. */
export function isLimit(value: string): boolean {
  const [, number] = /^[^=]+=(\d+)$/.exec(value) ?? [];
  return number !== undefined && Number.isSafeInteger(Number(number));
}

/**
 * What --limit says, of values whose form was checked. The same may be said twice; of two that
 * differ nobody knows which one was meant.
 */
export function limitsOf(values: readonly string[]): Limits {
  const limits: Partial<Record<LimitName, number>> = {};
  for (const value of values) {
    const [word = '', digits = ''] = value.split('=');
    const name = knownLimit(word);
    const number = Number(digits);
    const before = limits[name];
    if (before !== undefined && before !== number) {
      throw new UsageError(`--limit is given as ${name}=${before} and as ${name}=${number}; give one of them`);
    }
    limits[name] = number;
  }
  return limits;
}

function knownLimit(word: string): LimitName {
  const names = Object.keys(LIMITS) as LimitName[];
  const known = names.find((name) => name === word);
  if (known !== undefined) return known;
  const meant = nearest(word, names);
  const advice = meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`;
  throw new UsageError(`--limit: there is no limit ${quoted(word)}; ${advice}`);
}
