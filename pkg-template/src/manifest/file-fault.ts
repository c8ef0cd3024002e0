import { type Fault } from '../errors/verifier-error.js';
import { quoted } from '../printable.js';
import type { ListedFile } from './site-manifest.js';

const CHANGED = 'The file was changed after the manifest was made, or damaged on its way. Do not use it; put the one of the build in its place, or make the manifest anew if the change is wanted.';

/** A file that is not as a manifest lists it, or that it does not list. */
export function unlisted(path: string): Fault {
  return {
    code: 'FILE_UNLISTED',
    message: `${quoted(path)} is there and not listed`,
    hint: 'Nobody vouches for this file: it was not there when the manifest was made. Do not use it; make the manifest anew if it belongs there.',
    path,
  };
}

/** A listed file that is not there. */
export function missing(path: string): Fault {
  return {
    code: 'FILE_MISSING',
    message: `${quoted(path)} is listed and not there`,
    hint: 'It was removed after the manifest was made, or never copied. Put it back, or make the manifest anew.',
    path,
  };
}

/** A listed file that is another thing now. */
export function otherType(path: string, actual: string): Fault {
  return {
    code: 'FILE_TYPE_MISMATCH',
    message: `${quoted(path)} is listed as file and is ${actual}`,
    hint: 'Links are not followed, and a manifest lists files alone. Put the file itself there.',
    path,
    expected: 'file',
    actual,
  };
}

/** A file of another size. */
export function otherSize(path: string, { size }: ListedFile, actual: number | string): Fault {
  return {
    code: 'FILE_SIZE_MISMATCH',
    message: `${quoted(path)} has ${actual} bytes; ${size} are listed`,
    hint: CHANGED,
    path,
    expected: String(size),
    actual: String(actual),
  };
}

/** A file of the right size with other bytes. */
export function otherDigest(path: string, { sha256 }: ListedFile, actual: string): Fault {
  return {
    code: 'FILE_SHA256_MISMATCH',
    message: `${quoted(path)} has another SHA-256 than is listed`,
    hint: CHANGED,
    path,
    expected: sha256,
    actual,
  };
}
