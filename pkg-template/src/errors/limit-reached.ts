import { VerifierError } from './verifier-error.js';
import type { LimitName } from '../options/limits.js';

/** A limit that was reached outside of the core, told as the core tells it. */
export function limitReached(limit: LimitName, max: number): VerifierError {
  return new VerifierError({
    code: 'LIMIT_EXCEEDED',
    message: `the limit ${limit} of ${max} was reached`,
    hint: 'Real files stay far below the default limits; treat this one as hostile. If you know that it is not, raise the named limit.',
    details: { limit, max },
  });
}
