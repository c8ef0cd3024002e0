import type { FetchPackageOptions, FetchRepodataOptions } from './fetch-options.js';
import type { FetchedPackage, FetchedRepodata } from './fetched.js';
import type { RecordsReport } from '../records/records-report.js';
import type { TrustedRepodata } from '../records/trusted-repodata.js';
import type { TrustInfo, TrustState } from '../trust/channel-trust.js';
import type { Fetcher } from '../trust/fetching.js';
import type { RefreshOptions } from '../trust/refresh-options.js';
import type { RefreshReport } from '../trust/refresh-report.js';
import type { FetchedTarget, TargetOptions } from '../trust/target-fetching.js';
import type { WorkOptions } from '../work.js';

/** What is needed of a verifier to fetch by it: a `Verifier` has it, and so has one in a worker. */
export interface FetchingVerifier {
  readonly trust: TrustInfo | null | Promise<TrustInfo | null>;
  refresh(fetcher: Fetcher, options?: RefreshOptions): Promise<RefreshReport>;
  fetchRepodata(subdir: string, fetcher: Fetcher, options?: FetchRepodataOptions): Promise<FetchedRepodata>;
  fetchPackage(
    subdir: string,
    fileName: string,
    fetcher: Fetcher,
    options?: FetchPackageOptions,
  ): Promise<FetchedPackage>;
  fetchTarget(path: string, fetcher: Fetcher, options?: TargetOptions): Promise<FetchedTarget>;
  auditRecords(subdir: string, options?: WorkOptions): Promise<RecordsReport>;
  trustedRepodata(subdir: string, options?: WorkOptions): Promise<TrustedRepodata>;
  export(): TrustState | Promise<TrustState>;
}

/** Its methods. */
export const METHODS = [
  'refresh',
  'fetchRepodata',
  'fetchPackage',
  'fetchTarget',
  'auditRecords',
  'trustedRepodata',
  'export',
] as const satisfies readonly (keyof FetchingVerifier)[];
