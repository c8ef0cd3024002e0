/** What hints say of limits. */
const LIMIT_WORDS = /\braise the named limit\b/;

/** What the core's hints say of codes that a policy may change. */
const WORDS = /\b([Ll])ower this code\b(?: \(`policy: [^`]*`\))?/;

/**
 * The hint, with the option of `Verifier.create` that does what it says. Where the policy did so
 * already (`isLowered`), it is only asked whether that is right.
 */
export function withOption(code: string, hint: string, isLowered = false): string {
  if (isLowered) return hint.replace(WORDS, (_, first) => `${first === 'L' ? 'Keep' : 'keep'} this code lowered`);
  return hint.replace(WORDS, `$1ower this code (\`policy: { codes: { ${code}: 'warn' } }\`)`);
}

/** The same with the options of the command line, in place of any other. */
export function withCommandOption(code: string, hint: string): string {
  return hint
    .replace(WORDS, (_, first) => `${first === 'L' ? 'Give' : 'give'} --policy ${code}=warn`)
    .replace(LIMIT_WORDS, '$& (--limit NAME=N)');
}
