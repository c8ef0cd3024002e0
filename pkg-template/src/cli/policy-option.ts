import { CORE_CODES, type CoreCode } from '../errors/codes.js';
import { nearest } from '../options/nearest.js';
import { quoted } from '../printable.js';
import type { Level, Profile } from '../options/settings.js';
import { UsageError } from './usage-error.js';

/** What --profile and --policy say. */
export interface CommandPolicy {
  readonly profile?: Profile;
  readonly default?: Level;
  readonly codes: ReadonlyMap<CoreCode, Level>;
}

/** What a policy says of a code about trust, which all profiles are alike in. */
export function levelOf(policy: CommandPolicy, code: CoreCode): Level {
  return policy.codes.get(code) ?? policy.default ?? 'throw';
}

/** `LEVEL` sets the default, `CODE=LEVEL` one code; the last of a kind counts. Their form was checked. */
export function policyOf(values: readonly string[], profile?: string): CommandPolicy {
  let level: Level | undefined;
  const codes = new Map<CoreCode, Level>();
  for (const value of values) {
    const parts = value.split('=');
    const word = parts.pop() ?? '';
    const [code] = parts;
    if (code === undefined) level = word as Level;
    else codes.set(knownCode(code), word as Level);
  }
  return {
    ...(profile === undefined ? {} : { profile: profile as Profile }),
    ...(level === undefined ? {} : { default: level }),
    codes,
  };
}

function knownCode(code: string): CoreCode {
  const known = CORE_CODES.find((candidate) => candidate === code);
  if (known !== undefined) return known;
  const meant = nearest(code, CORE_CODES);
  const advice = meant === undefined ? '--json shows the codes of findings' : `did you mean ${meant}?`;
  throw new UsageError(`--policy: there is no code ${quoted(code)}; ${advice}`);
}
