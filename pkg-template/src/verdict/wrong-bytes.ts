import type { Verdict } from './verdict.js';

/** What a package is refused with that another place may have right. */
const WRONG_BYTES: readonly string[] = ['SIZE_MISMATCH', 'SHA256_MISMATCH', 'MD5_MISMATCH', 'TARGET_DIGEST_MISMATCH'];

/** Why the bytes are not those that were asked for, if they are not: of the right ones all places have the same. */
export function wrongBytes({ findings }: Verdict): { readonly code: string; readonly message: string } | undefined {
  return findings.find(({ code, severity }) => severity === 'error' && WRONG_BYTES.includes(code));
}
