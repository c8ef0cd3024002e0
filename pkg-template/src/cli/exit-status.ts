import type { CoreCode } from '../errors/codes.js';
import { HOST_CODES } from '../errors/host-codes.js';
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

/** Codes of the core that say nothing about data. */
const CORE_HOST_CODES: readonly string[] = ['SOURCE_READ', 'ROLE_UNAVAILABLE'] satisfies CoreCode[];

/** The status for an error: data that is refused is a rejection, also where it is no package. */
export function statusOfError(error: VerifierError): ExitStatus {
  if (error.code === 'ARGUMENT_INVALID') return EXIT.usage;
  // Not told by the core, and about data all the same.
  if (error.code === 'REPODATA_MISPLACED') return EXIT.rejected;
  const isOfHost = error.code in HOST_CODES || CORE_HOST_CODES.includes(error.code);
  return isOfHost ? EXIT.unreadable : EXIT.rejected;
}
