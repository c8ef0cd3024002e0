import { CORE_CODES, type CoreCode } from '../errors/codes.js';
import { HOST_CODES } from '../errors/host-codes.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { checkedLimits, limitOf, type Limits } from './checked-limits.js';
import type { LimitName } from './limits.js';
import { checkNames } from './named-options.js';
import { nearest } from './nearest.js';
import type { ExaminationOptions } from '../wasm/conda_verifier.js';

export { limitOf, type Limits } from './checked-limits.js';

/** What a finding does: rejects, warns, or is left out. */
export type Level = 'throw' | 'warn' | 'ignore';

/** Levels for all codes that have a name: `docs/policies.md` lists them. */
export type Profile = 'install' | 'lint' | 'lenient';

/**
 * What a caller decides about the codes that the error table marks adjustable or advisory.
 * The others, digests and path traversal among them, always reject.
 */
export type Policy =
  | Level
  | {
      /** The levels to begin with; `install`, which is strict, unless given. */
      readonly profile?: Profile | undefined;
      /** For every adjustable code, in place of the profile's. */
      readonly default?: Level | undefined;
      /** For single codes. */
      readonly codes?: Readonly<Partial<Record<CoreCode, Level>>> | ReadonlyMap<CoreCode, Level>;
    };

/** The words of a policy. */
export const LEVELS: readonly string[] = ['throw', 'warn', 'ignore'] satisfies Level[];

/** The names of the profiles. */
export const PROFILES: readonly string[] = ['install', 'lint', 'lenient'] satisfies Profile[];

/** Policy and limits of a verifier, in the form that the core takes. */
export class Settings {
  readonly policy: NonNullable<ExaminationOptions['policy']>;
  readonly limits: Limits;

  constructor(policy: Policy | undefined, limits: Limits | undefined) {
    this.policy = policyOf(policy ?? 'throw');
    this.limits = checkedLimits(limits ?? {});
  }

  /** The limit that applies. */
  limit(name: LimitName): number {
    return limitOf(this.limits, name);
  }
}

function policyOf(policy: Policy): Settings['policy'] {
  if (PROFILES.includes(policy as string)) {
    throw invalidArgument('policy', `${String(policy)} is a profile; pass { profile: '${String(policy)}' }`);
  }
  if (typeof policy === 'string') return { default: level('policy', policy) };
  checkNames('policy', policy, ['profile', 'default', 'codes']);
  const codes: Record<string, Level> = {};
  const given = policy.codes ?? {};
  // By its tag, not its class: it may be of another realm.
  const isMap = Object.prototype.toString.call(given) === '[object Map]';
  // Whether it is plain alone: its names are codes.
  if (!isMap) checkNames('policy.codes', given, Object.keys(given));
  const pairs = isMap ? (given as ReadonlyMap<CoreCode, Level>).entries() : Object.entries(given);
  for (const [code, value] of pairs) {
    codes[knownCode(String(code))] = level(`policy.codes.${String(code)}`, value);
  }
  const { profile, default: every } = policy;
  if (profile !== undefined && !PROFILES.includes(profile)) {
    throw invalidArgument('policy.profile', `a profile is one of ${PROFILES.join(', ')}`);
  }
  // What is not given is left to the profile.
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(every === undefined ? {} : { default: level('policy.default', every) }),
    codes,
  };
}

function knownCode(code: string): string {
  const known: readonly string[] = CORE_CODES;
  if (known.includes(code)) return code;
  if (Object.hasOwn(HOST_CODES, code)) {
    throw invalidArgument(`policy.codes.${code}`, 'no policy changes this code, which is about no package');
  }
  const meant = nearest(code, known);
  const advice = meant === undefined ? 'the error table lists them' : `did you mean ${meant}?`;
  throw invalidArgument(`policy.codes.${code}`, `there is no such code; ${advice}`);
}

function level(argument: string, value: unknown): Level {
  if (typeof value === 'string' && LEVELS.includes(value)) return value as Level;
  throw invalidArgument(argument, `a level is one of ${LEVELS.join(', ')}`);
}
