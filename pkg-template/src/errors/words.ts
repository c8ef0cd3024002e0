/**
 * What somebody else's exception says, with what it says of its own cause: `fetch failed` alone
 * helps nobody.
 */
export function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { message, cause: inner } = cause;
  if (!(inner instanceof Error)) return message;
  const { code } = inner as { code?: unknown };
  // Of several addresses that were tried, only the code is told.
  const words = inner.message || (typeof code === 'string' ? code : inner.name);
  return message === '' ? words : `${message}: ${words}`;
}
