/**
 * Manifests of files, without the WebAssembly: small enough for a service worker.
 *
 * @module
 */

export { VerifierError } from '../errors/verifier-error.js';
export { type ListedFile, type ManifestOptions, readManifest, type SiteManifest } from '../manifest/site-manifest.js';
export { verifyFile } from '../manifest/verify-file.js';
