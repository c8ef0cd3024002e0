/** A call that can't be understood; the message says how to mend it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
