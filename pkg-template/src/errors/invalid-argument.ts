import { VerifierError } from './verifier-error.js';

/** An argument that is not of the form that is asked for, in the words of the core. */
export function invalidArgument(argument: string, reason: string, cause?: unknown): VerifierError {
  return new VerifierError(
    {
      code: 'ARGUMENT_INVALID',
      message: `the argument ${argument} is not valid: ${reason}`,
      hint: 'Correct the argument; the message names it and says what it takes.',
      details: { argument },
    },
    cause === undefined ? undefined : { cause },
  );
}
