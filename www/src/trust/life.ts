import type { RoleReport } from 'conda-verifier';
import type { Tone } from '../ui/state.js';
import { date, span } from '../ui/words.js';

const DAY = 86_400_000;

/**
 * How long before its end a role is worth a warning. Machines renew timestamp and snapshot every
 * few hours or days: less than a day left means that they have stopped. The others are signed by
 * people, who need time to come together with their keys: two weeks.
 */
const NOTICE: ReadonlyMap<string, number> = new Map([['timestamp', DAY], ['snapshot', DAY]]);
const USUAL_NOTICE = 14 * DAY;

export interface Life {
  readonly tone: Tone;
  readonly word: string;
  /** `2031-01-01, 365 days left`. */
  readonly words: string;
  /** Why there is a warning. */
  readonly why: string | null;
}

/** Whether a role has long to live, by the clock of whoever looks. */
export function lifeOf({ role, expires }: Pick<RoleReport, 'role' | 'expires'>, now: number): Life {
  const end = Date.parse(expires);
  const left = end - now;
  const notice = NOTICE.get(role) ?? USUAL_NOTICE;
  if (!(left > 0)) {
    return { tone: 'bad', word: 'expired', words: `expired ${date(end)}, ${span(left)} ago`, why: 'What has expired counts no more, and nothing below it.' };
  }
  const words = `until ${date(end)}, ${span(left)} left`;
  if (left >= notice) return { tone: 'good', word: 'verified', words, why: null };
  const who =
    notice === DAY
      ? 'Machines renew this role every few hours or days. If they do not within a day'
      : 'People sign this role, and need time to come together. If they do not by then';
  return { tone: 'open', word: 'expires soon', words, why: `${who}, all below it stops counting.` };
}
