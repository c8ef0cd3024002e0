import type { VerifierError } from '../errors/verifier-error.js';

/** An input of all packages that can't be used, so that none of them is looked at. */
export class InputError extends Error {
  override readonly name = 'InputError';
  override readonly cause: VerifierError;
  /** The input, as the argument names it. */
  readonly argument: string;

  /** Whether it was told already. */
  readonly isShown: boolean;

  constructor(cause: VerifierError, argument: string, isShown = false) {
    super(cause.message, { cause });
    this.isShown = isShown;
    this.cause = cause;
    this.argument = argument;
  }
}
