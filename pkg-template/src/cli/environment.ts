import type { FolderTree } from './folder-tree.js';
import type { EnvironmentPlatform } from './environment-platform.js';

/** What the packages of an environment do not account for. */
export interface EnvironmentReport extends EnvironmentPlatform {
  readonly environment: string;
  readonly packages: Readonly<Record<'verified' | 'unverified' | 'rejected' | 'undecided', number>>;
  readonly unowned: readonly string[];
  readonly unownedOmitted: number;
  readonly bytecode: number;
  readonly ownedTwice: readonly { readonly path: string; readonly records: readonly string[] }[];
  readonly ownedTwiceOmitted: number;
}

/** Who owns which path of an environment. */
export class Ownership {
  readonly #owners = new Map<string, string>();
  readonly #twice = new Map<string, string[]>();

  /** A package's record owns a path. */
  own(path: string, record: string): void {
    const owner = this.#owners.get(path);
    if (owner === undefined) this.#owners.set(path, record);
    else if (owner !== record) this.#twice.set(path, [...(this.#twice.get(path) ?? [owner]), record]);
  }

  /** Looks at everything that is there. Lists have no more than `longest` entries. */
  report(
    environment: string,
    tree: FolderTree,
    packages: EnvironmentReport['packages'],
    platform: EnvironmentPlatform,
    longest: number,
  ): EnvironmentReport {
    const unowned: string[] = [];
    let unownedOmitted = 0;
    let bytecode = 0;
    for (const { path, type } of tree.all((path) => path === 'conda-meta' || path === 'CACHEDIR.TAG')) {
      if (type === 'directory' || this.#owners.has(path)) continue;
      const source = sourceOf(path);
      if (source !== undefined && this.#owners.has(source)) bytecode++;
      else if (unowned.length < longest) unowned.push(path);
      else unownedOmitted++;
    }
    const twice = [...this.#twice].map(([path, records]) => ({ path, records }));
    return {
      environment,
      ...platform,
      packages,
      unowned: unowned.sort(),
      unownedOmitted,
      bytecode,
      ownedTwice: twice.slice(0, longest),
      ownedTwiceOmitted: Math.max(0, twice.length - longest),
    };
  }
}

/** The Python file that a file of bytecode was made of. */
function sourceOf(path: string): string | undefined {
  const parts = /^(.*\/)?__pycache__\/([^./]+)\.[^/]*\.pyc$/.exec(path);
  return parts === null ? undefined : `${parts[1] ?? ''}${parts[2]}.py`;
}
