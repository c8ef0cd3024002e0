import { invalidArgument } from '../errors/invalid-argument.js';
import { LIMITS, type LimitName } from './limits.js';
import { checkNames } from './named-options.js';

/** Bounds that differ from the defaults. */
export type Limits = Readonly<Partial<Record<LimitName, number>>>;

/** The limit that applies where these differ from the defaults. */
export function limitOf(limits: Limits, name: LimitName): number {
  return limits[name] ?? LIMITS[name];
}

/** Limits as a caller gave them. */
export function checkedLimits(limits: Limits): Limits {
  checkNames('limits', limits, Object.keys(LIMITS));
  const values: Partial<Record<LimitName, number>> = {};
  for (const [name, value] of Object.entries(limits)) {
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value) || value < 0) {
      throw invalidArgument(`limits.${name}`, 'a limit is a whole number from 0 to 2^53 - 1');
    }
    values[name as LimitName] = value;
  }
  return values;
}
