import type { FetchPackageOptions, FetchRepodataOptions } from '../channel/fetch-options.js';
import type { Fetcher } from '../trust/fetching.js';
import type { RefreshOptions } from '../trust/refresh-options.js';
import type { TargetOptions } from '../trust/target-fetching.js';
import type { Verifier } from '../verifier.js';

/** What is no method for callers, or is done on this side. */
type NotCarried = 'free' | 'readRepodata' | 'channelTrust' | 'examine' | 'inspectInstalledBy';

/** The names of what a verifier in a worker does. */
export type Method = Exclude<Extract<keyof Verifier, string>, NotCarried>;

type Carried<Member> = [Member] extends [(...args: infer Args) => infer Given]
  ? (...args: Args) => Promise<Awaited<Given>>
  : Promise<Member>;

/** Methods that fetch: without a fetcher they use the `fetch` of the worker. */
interface Fetching {
  refresh(fetcher?: Fetcher | null, options?: RefreshOptions): ReturnType<Verifier['refresh']>;
  loadTarget(path: string, fetcher?: Fetcher | null, options?: RefreshOptions): ReturnType<Verifier['loadTarget']>;
  fetchTarget(path: string, fetcher?: Fetcher | null, options?: TargetOptions): ReturnType<Verifier['fetchTarget']>;
  fetchRepodata(subdir: string, fetcher?: Fetcher | null, options?: FetchRepodataOptions): ReturnType<Verifier['fetchRepodata']>;
  fetchPackage(subdir: string, fileName: string, fetcher?: Fetcher | null, options?: FetchPackageOptions): ReturnType<Verifier['fetchPackage']>;
}

/**
 * What a `Verifier` has, with promises throughout. The names, arguments and results are those of
 * `Verifier` itself: what is added there and is missing here does not compile.
 */
export type RemoteVerifier = {
  [Name in Method]: Name extends keyof Fetching ? Fetching[Name] : Carried<Verifier[Name]>;
};

/** What a method gives. */
export type Given<Name extends Method> = RemoteVerifier[Name] extends (...args: never[]) => infer Result
  ? Awaited<Result>
  : Awaited<RemoteVerifier[Name]>;

/** The arguments of a method; none of a property. */
export type Args<Name extends Method> = RemoteVerifier[Name] extends (...args: infer List) => unknown ? List : [];

/** What has to be known of the arguments of a method. */
interface Shape {
  /** The number of the argument that bytes come from. */
  readonly source?: number;
  /** That of the options of what takes time. */
  readonly options?: number;
  /** That of the fetcher, which may be left out. */
  readonly fetcher?: number;
}

/** All methods. */
export const METHODS: Readonly<Record<Method, Shape>> = {
  trust: {},
  roles: {},
  refresh: { fetcher: 0, options: 1 },
  findTarget: {},
  loadTarget: { fetcher: 1, options: 2 },
  fetchTarget: { fetcher: 1, options: 2 },
  verifyTarget: { source: 1, options: 2 },
  next: {},
  update: {},
  unavailable: {},
  abandon: {},
  export: {},
  restore: {},
  addRepodata: { source: 1, options: 2 },
  indexRepodata: { source: 1, options: 2 },
  locateRecord: {},
  addShardIndex: { source: 1, options: 2 },
  shardPath: {},
  addShard: { source: 2, options: 3 },
  findRecord: {},
  verifyRecord: {},
  recordSigners: {},
  listRecords: { options: 1 },
  auditRecords: { options: 1 },
  trustedRepodata: { options: 1 },
  verifyPackage: { source: 0, options: 2 },
  inspectPackage: { source: 0, options: 2 },
  fetchRepodata: { fetcher: 1, options: 2 },
  fetchPackage: { fetcher: 2, options: 3 },
  inspectRemote: { options: 1 },
  verifyInstalled: { options: 2 },
  inspectInstalled: { options: 2 },
};
