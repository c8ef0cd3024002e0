import { invalidArgument } from '../errors/invalid-argument.js';

/** Whether it can be the name of a subdir: of one folder, and of none above. */
export function isSubdir(name: string): boolean {
  return /^[a-z0-9][a-z0-9_.-]*$/i.test(name);
}

/** Whether a name from untrusted data stays in the folder that it is looked for in. */
export function isPlainName(name: string): boolean {
  return !/[/\\\0]/.test(name) && !['', '.', '..'].includes(name);
}

/**
 * The path of a file below its channel.
 *
 * @throws VerifierError ARGUMENT_INVALID where it would be elsewhere.
 */
export function pathOf(subdir: unknown, fileName: unknown): string {
  if (typeof subdir !== 'string' || !isSubdir(subdir)) {
    throw invalidArgument('subdir', 'it is a folder of a channel, e.g. "noarch"');
  }
  // Half a character has no encoding, and could be part of no URL.
  const isWhole = (name: string) => new TextDecoder().decode(new TextEncoder().encode(name)) === name;
  if (typeof fileName !== 'string' || !isPlainName(fileName) || !isWhole(fileName)) {
    throw invalidArgument('fileName', 'it is the name of a file, without folders');
  }
  return `${subdir}/${fileName}`;
}
