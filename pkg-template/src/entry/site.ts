/**
 * A service worker that hands out a site's files as its manifest lists them, without the WebAssembly.
 *
 * @module
 */

export { VerifierError } from '../errors/verifier-error.js';
export type { FolderManifest } from '../manifest/folder-manifest.js';
export { readManifest, type SiteManifest } from '../manifest/site-manifest.js';
export { verifySite } from '../site/verify-site.js';
export type { SiteOptions } from '../site/site-options.js';
