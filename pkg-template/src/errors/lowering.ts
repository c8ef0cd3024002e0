/** What the core's hints say of codes that a policy may change. */
const WORDS = /\b([Ll])ower this code\b(?: \(`policy: [^`]*`\))?/;

/** The hint, with the option of `Verifier.create` that does what it says. */
export function withOption(code: string, hint: string): string {
  return hint.replace(WORDS, `$1ower this code (\`policy: { codes: { ${code}: 'warn' } }\`)`);
}

/** The same with the option of the command line, in place of any other. */
export function withCommandOption(code: string, hint: string): string {
  return hint.replace(WORDS, (_, first) => `${first === 'L' ? 'Give' : 'give'} --policy ${code}=warn`);
}
