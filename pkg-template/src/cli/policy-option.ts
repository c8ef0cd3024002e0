import { CORE_CODES, type CoreCode } from '../errors/codes.js';
import { HOST_CODES } from '../errors/host-codes.js';
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

/**
 * `LEVEL` sets the default, `CODE=LEVEL` one code. Their form was checked. The same may be said
 * twice; of two that differ nobody knows which one was meant.
 */
export function policyOf(values: readonly string[], profile?: string): CommandPolicy {
  let level: Level | undefined;
  const codes = new Map<CoreCode, Level>();
  for (const value of values) {
    const parts = value.split('=');
    const word = parts.pop() ?? '';
    const [code] = parts;
    const before = code === undefined ? level : codes.get(knownCode(code));
    if (before !== undefined && before !== word) {
      const what = code === undefined ? '' : `${code}=`;
      throw new UsageError(`--policy is given as ${what}${before} and as ${what}${word}; give one of them`);
    }
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
  if (Object.hasOwn(HOST_CODES, code)) {
    throw new UsageError(`--policy: no policy changes ${code}, which is about no package; nothing is decided then`);
  }
  const meant = nearest(code, CORE_CODES);
  const advice = meant === undefined ? '--json shows the codes of findings' : `did you mean ${meant}?`;
  throw new UsageError(`--policy: there is no code ${quoted(code)}; ${advice}`);
}
