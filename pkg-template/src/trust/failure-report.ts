import { PackageRejected, VerifierError } from '../errors/verifier-error.js';
import type { MirrorFailure } from './refresh-report.js';

/** The most mirrors that an error lists with what they failed at. */
const LISTED = 64;

/** The error, with what there would have been to report. */
export function withReport(
  error: unknown,
  failures: readonly MirrorFailure[],
  store: VerifierError | null = null,
): unknown {
  const isSilent = failures.length === 0 && store === null;
  if (isSilent || !VerifierError.isVerifierError(error)) return error;
  const { name: _, ...fault } = error.toJSON();
  const details = {
    ...fault.details,
    ...(failures.length === 0 ? {} : { mirrors: failures.slice(-LISTED).map(lineOf) }),
    ...(store === null ? {} : { store: `${store.code}: ${store.message}` }),
  };
  const told = { ...fault, details };
  return error instanceof PackageRejected
    ? new PackageRejected(error.verdict, told)
    : new VerifierError(told, { cause: error });
}

function lineOf({ mirror, path, code }: MirrorFailure): string {
  return `${mirror} ${path}: ${code}`;
}
