/** Whether a name from untrusted data stays in the folder that it is looked for in. */
export function isPlainName(name: string): boolean {
  return !/[/\\\0]/.test(name) && !['', '.', '..'].includes(name);
}

/** Whether a file is a conda package by its name. */
export function isPackage(name: string): boolean {
  return /\.(conda|tar\.bz2)$/.test(name);
}
