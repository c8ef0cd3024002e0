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
  /** What is trusted of the channel now; null without a trusted root. */
  readonly trust: TrustInfo | null | Promise<TrustInfo | null>;
  /** As `Verifier.refresh`: brings what is trusted up to date. */
  refresh(fetcher: Fetcher, options?: RefreshOptions): Promise<RefreshReport>;
  /** As `Verifier.fetchRepodata`: fetches the repodata of a subdir and adds it. */
  fetchRepodata(subdir: string, fetcher: Fetcher, options?: FetchRepodataOptions): Promise<FetchedRepodata>;
  /** As `Verifier.fetchPackage`: fetches a package and verifies it. */
  fetchPackage(
    subdir: string,
    fileName: string,
    fetcher: Fetcher,
    options?: FetchPackageOptions,
  ): Promise<FetchedPackage>;
  /** As `Verifier.fetchTarget`: fetches a file that the roles of TUF list. */
  fetchTarget(path: string, fetcher: Fetcher, options?: TargetOptions): Promise<FetchedTarget>;
  /** As `Verifier.auditRecords`: verifies all records of a subdir together. */
  auditRecords(subdir: string, options?: WorkOptions): Promise<RecordsReport>;
  /** As `Verifier.trustedRepodata`: writes down the records that are vouched for. */
  trustedRepodata(subdir: string, options?: WorkOptions): Promise<TrustedRepodata>;
  /** As `Verifier.export`: everything that is to be kept of the channel. */
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
