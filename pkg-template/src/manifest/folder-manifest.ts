import { type Bytes, isBytes } from '../sources/shapes.js';
import { type ListedFile, readManifest, SiteManifest } from './site-manifest.js';

/** A manifest of files, in any of its forms. */
export type FolderManifest =
  | SiteManifest
  | string
  | Bytes
  | {
      /** Of the format: 1. */
      readonly version: number;
      /** What it says of each file, by its path. */
      readonly files: Readonly<Record<string, ListedFile>>;
    };

/**
 * A manifest that was given in any of its forms.
 *
 * @throws VerifierError MANIFEST_INVALID.
 */
export function manifestOf(manifest: FolderManifest): SiteManifest {
  if (manifest instanceof SiteManifest) return manifest;
  if (typeof manifest === 'string' || isBytes(manifest)) return readManifest(manifest);
  // What JSON.parse() made of it, and nobody else: a text that is made of it again has the same in it.
  return readManifest(JSON.stringify(manifest) ?? '');
}
