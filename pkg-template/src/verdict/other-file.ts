import type { HostSource } from '../core/core.js';
import { quoted } from '../printable.js';
import { Blocks } from '../sources/blocks.js';
import type { Verdict } from './verdict.js';

/** What is told of a file that is not the expected one, before anybody looks what it is. */
const UNOPENED = ['SIZE_MISMATCH', 'SHA256_MISMATCH', 'MD5_MISMATCH'];

/** Bytes that are looked at, and characters of them that are shown. */
const [LOOKED_AT, SHOWN] = [256, 60];

/**
 * A verdict on a file that was never opened, since it is not the expected one, says so where it
 * is a page or a document, as servers send in place of a file.
 */
export function withBeginning(verdict: Verdict, host: HostSource): Verdict {
  if (!verdict.findings.some(({ code }) => UNOPENED.includes(code))) return verdict;
  const beginning = beginningOf(host);
  if (beginning === undefined) return verdict;
  const findings = verdict.findings.map((finding) => {
    if (!UNOPENED.includes(finding.code)) return finding;
    return { ...finding, message: `${finding.message}; it is no package, but begins like a page or a document: ${quoted(beginning)}` };
  });
  return { ...verdict, findings };
}

/** The first line, where it is one of HTML, XML or JSON. */
function beginningOf(host: HostSource): string | undefined {
  // Of what is too long, no more was read than shows that.
  const there = host instanceof Blocks ? host.length : host.size;
  const bytes = new Uint8Array(Math.min(there, LOOKED_AT));
  try {
    host.readAt(0, bytes);
  } catch {
    // The verdict stands; this would only have made it plainer.
    return undefined;
  }
  // The decoder leaves out a byte order mark.
  const text = new TextDecoder().decode(bytes).trimStart();
  return /^(<[a-z!?]|[{[]\s*["{[])/i.test(text) ? text.slice(0, SHOWN).split(/[\r\n]/)[0] : undefined;
}
