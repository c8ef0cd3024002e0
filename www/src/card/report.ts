import type { Verdict } from 'conda-verifier';
import type { PackageView, Place } from '../protocol.js';

/** What is saved of a verdict: the verdict as the command line prints it, and where it came from. */
export interface Report {
  readonly tool: 'conda-verifier';
  /** When it was saved. */
  readonly at: string;
  readonly source: Readonly<Record<string, unknown>>;
  /** The state of the record that it was compared with. */
  readonly record: string | null;
  /** Why the newest roles of its channel were refused; null where they were not. */
  readonly refused: string | null;
  readonly verdict: Verdict;
}

export function reportOf({ place, record, refused, verdict }: PackageView, now: Date): Report {
  return { tool: 'conda-verifier', at: now.toISOString(), source: sourceOf(place), record: record?.state ?? null, refused: refused?.code ?? null, verdict };
}

function sourceOf(place: PackageView['place']): Readonly<Record<string, unknown>> {
  if (place.kind === 'url') return { url: place.url };
  if (place.kind === 'file') return { file: place.name };
  const { channel, subdir, fileName } = place;
  return { channel: whereOf(channel), subdir, fileName };
}

function whereOf(channel: Place): unknown {
  if (channel.kind === 'web') return channel.mirrors;
  return channel.kind === 'folder' ? { folder: channel.name } : { sample: channel.sample, attack: channel.attack };
}
