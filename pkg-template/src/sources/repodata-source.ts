import type { HostSource } from '../core/core.js';
import { hostSource, type PackageSource, type Reading } from './package-source.js';
import { Snapshot } from './snapshot.js';

/** Where repodata comes from: as packages do, or the text itself. */
export type RepodataSource = PackageSource | string;

/** Repodata as the core reads it. */
export async function repodataSource(
  source: RepodataSource,
  reading: Reading,
): Promise<HostSource> {
  if (typeof source === 'string') return new Snapshot(new TextEncoder().encode(source));
  return hostSource(source, reading);
}
