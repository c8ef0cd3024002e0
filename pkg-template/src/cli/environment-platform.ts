import type { FolderTree } from './folder-tree.js';
import { recordedPackage } from './installed-record.js';
import { KNOWN_SUBDIRS } from './subdirs.js';

/** The platform of an environment, and who says so. It decides what packages for all become. */
export interface EnvironmentPlatform {
  /** Null where it is not known. */
  readonly platform: string | null;
  /** The option, the records of packages that are not for all, or the machine this runs on. */
  readonly platformBy: 'option' | 'records' | 'machine' | 'nobody';
}

/** The platform that the caller names, else what all records agree on, else this machine's. */
export function platformOf(
  given: string | undefined,
  tree: FolderTree,
  records: readonly string[],
  longest: number,
): EnvironmentPlatform {
  if (given !== undefined) return { platform: given, platformBy: 'option' };
  const found = new Set<string>();
  for (const path of records) {
    try {
      const { subdir = 'noarch' } = recordedPackage(new TextDecoder().decode(tree.bytes(path, longest))) ?? {};
      if (subdir !== 'noarch' && KNOWN_SUBDIRS.includes(subdir)) found.add(subdir);
    } catch {
      // Told when its turn comes.
    }
  }
  const [platform, ...others] = found;
  if (others.length > 0) return { platform: null, platformBy: 'nobody' };
  return platform === undefined ? { platform: ownPlatform(), platformBy: 'machine' } : { platform, platformBy: 'records' };
}

function ownPlatform(): string {
  const systems: Partial<Record<NodeJS.Platform, string>> = { darwin: 'osx', win32: 'win' };
  const machines: Partial<Record<NodeJS.Architecture, string>> = { arm64: process.platform === 'linux' ? 'aarch64' : 'arm64' };
  return `${systems[process.platform] ?? 'linux'}-${machines[process.arch] ?? '64'}`;
}
