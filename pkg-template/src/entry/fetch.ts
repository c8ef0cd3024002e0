/**
 * A `fetch` that lets through what is verified, for clients who know nothing of verifying.
 *
 * @module
 */

export { verifiedFetch } from '../fetch/verified-fetch.js';
export type { VerifiedFetchOptions } from '../fetch/fetch-options.js';
export type { FetchedRecords, FetchVerdict } from '../fetch/fetch-verdict.js';
export type { FetchingVerifier } from '../channel/fetching-verifier.js';
