import { decidesNothing } from '../errors/host-codes.js';
import type { Status } from '../verdict/verdict.js';
import type { VerifierError } from '../errors/verifier-error.js';

/** What the command line ends with. */
export const EXIT = {
  verified: 0,
  rejected: 1,
  usage: 2,
  unverified: 3,
  unreadable: 4,
} as const;

/** One of the exit statuses. */
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** From what matters most to what matters least. */
const ORDER: readonly ExitStatus[] = [1, 2, 4, 3, 0];

/** The status of several packages together. */
export function together(statuses: Iterable<ExitStatus>): ExitStatus {
  const all = new Set(statuses);
  return ORDER.find((status) => all.has(status)) ?? EXIT.verified;
}

/** The status for a verdict. */
export function statusOfVerdict(verdict: Status, allowUnverified: boolean): ExitStatus {
  if (verdict === 'unverified' && allowUnverified) return EXIT.verified;
  return EXIT[verdict];
}

/** The status for an error: data that is refused is a rejection, also where it is no package. */
export function statusOfError(error: VerifierError): ExitStatus {
  if (error.code === 'ARGUMENT_INVALID') return EXIT.usage;
  return decidesNothing(error.code) ? EXIT.unreadable : EXIT.rejected;
}
