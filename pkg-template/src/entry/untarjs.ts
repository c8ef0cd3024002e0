/**
 * An object of untarjs' interface that hands over the files of verified packages alone.
 *
 * @module
 */

export type { FolderManifest } from '../manifest/folder-manifest.js';
export type { ListedFile } from '../manifest/site-manifest.js';
export type { FilesData, UnpackApi } from '../untarjs/unpack-api.js';
export type { Lost, LostLink, OnVerdict, UnpackReport } from '../untarjs/unpack-report.js';
export type {
  UntarjsChannel,
  UntarjsFolder,
  UntarjsOptions,
  UntarjsVerifier,
} from '../untarjs/untarjs-options.js';
export { verifiedUntarjs } from '../untarjs/verified-untarjs.js';
export { PackageRejected, VerifierError } from '../errors/verifier-error.js';
