import { isPackage } from './file-names.js';
import { isLimit } from './limit-option.js';
import { quoted } from '../printable.js';
import { LEVELS, PROFILES } from '../options/settings.js';
import { UsageError } from './usage-error.js';

/** The words of --level. */
export const DIGEST_LEVELS: readonly string[] = ['sizes', 'digests'];

/** What the value of an option looks like. */
interface Form {
  readonly takes: string;
  is(value: string): boolean;
}

/** Options whose values have a form that shows in them. */
const FORMS: Readonly<Record<string, Form>> = {
  level: { takes: DIGEST_LEVELS.join(' or '), is: (value) => DIGEST_LEVELS.includes(value) },
  limit: { takes: 'NAME=N, the name of a limit and a whole number from 0 to 2^53 - 1', is: isLimit },
  policy: {
    takes: 'throw, warn, ignore, or CODE= and one of them',
    is: (value) => {
      const parts = value.split('=');
      return parts.length <= 2 && LEVELS.includes(parts.at(-1) ?? '');
    },
  },
  profile: { takes: PROFILES.join(', '), is: (value) => PROFILES.includes(value) },
  sha256: { takes: '64 hex digits', is: (value) => /^(sha256:)?[0-9a-f]{64}$/i.test(value) },
  size: {
    takes: 'a number of bytes',
    is: (value) => /^\d+$/.test(value) && Number.isSafeInteger(Number(value)),
  },
};

/** Checks the form of an option's value. */
export function checkValue(name: string, value: string): void {
  const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
  if (form === undefined || form.is(value)) return;
  throw new UsageError(`--${name} takes ${form.takes}, not ${quoted(value)}${adviceFor(name, value)}`);
}

function adviceFor(name: string, value: string): string {
  // `--profile a-1-0.conda`: its value was left out.
  if (isPackage(value)) return ', which is named like a package: write the value before it';
  return name === 'policy' && PROFILES.includes(value) ? `, which is a profile: give --profile ${value}` : '';
}

/** A digest in hex alone: verdicts and lock files write its name before it. */
export function hexOf(sha256: string | undefined): string | undefined {
  return sha256?.replace(/^sha256:/i, '');
}
