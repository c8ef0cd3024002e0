/** Whether a file is a conda package by its name; some file systems don't tell x.CONDA from x.conda. */
export function isPackage(name: string): boolean {
  return /\.(conda|tar\.bz2)$/i.test(name);
}

/** Whether a file tells of packages, as repodata.json.zst does. */
export function isRepodata(name: string): boolean {
  return /^(current_|patched_)?repodata(_\w+)?\.(json|msgpack)(\.(zst|bz2|gz))?$/.test(name);
}

/** A name without the hash that stands before it where snapshots of TUF are consistent. */
export function withoutHash(name: string): string {
  return name.replace(/^(?:[0-9a-f]{64}|[0-9a-f]{128})\./, '');
}
