import { quoted } from '../printable.js';
import type { Given } from './arguments.js';
import { isUrl } from './input.js';
import { UsageError } from './usage-error.js';

/** A file that something is written to or read from; undefined where the option is not given. */
export function outputFile(name: string, given: Given): string | undefined {
  const value = given.single(name);
  if (value === undefined || (value !== '' && value !== '-' && !isUrl(value))) return value;
  throw new UsageError(`--${name} takes a file, not ${quoted(value)}`);
}
