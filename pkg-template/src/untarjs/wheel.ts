import { VerifierError } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import type { FilesData } from './unpack-api.js';

/** Whether bytes may be a wheel: these are zip archives. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * Checks that an archive is a wheel, and stays where wheels are installed. It is no more than
 * that: nobody vouches for what is in it.
 *
 * @throws VerifierError UNVERIFIED.
 */
export function checkWheel(files: FilesData): void {
  const paths = Object.keys(files);
  if (!paths.some((path) => /^[^/]+\.dist-info\/WHEEL$/.test(path))) throw refused('it is no wheel');
  // mambajs takes the one for a conda package, and the other for one that is unpacked half.
  const other = paths.find((path) => /^(conda-meta|pkg-|info-|info\/)/.test(path));
  if (other !== undefined) throw refused(`no wheel has ${quoted(other)}`);
  const outside = paths.find((path) => path.startsWith('/') || path.includes('\\') || path.split('/').includes('..'));
  if (outside !== undefined) throw refused(`its file ${quoted(outside)} is outside of its folder`);
}

function refused(reason: string): VerifierError {
  return VerifierError.of('UNVERIFIED', `an archive that nobody vouches for is refused: ${reason}`);
}
