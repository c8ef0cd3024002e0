// The types of the public interface; the entries export them with the values of their runtime.
export type { ReadableSource } from './sources/callers-source.js';
export type {
  Kept,
  RoleInfo,
  Stored,
  TrustInfo,
  TrustState,
  Updated,
} from './trust/channel-trust.js';
export type { Lookup, Target } from './trust/target.js';
export type { FetchedTarget, TargetOptions } from './trust/target-fetching.js';
export type { RoleName, Want } from './trust/want.js';
export type { FetchedPackage, FetchedRepodata, FetchingReport } from './channel/fetched.js';
export type { FetchPackageOptions, FetchRepodataOptions } from './channel/fetch-options.js';
export type { RepodataOptions } from './records/repodata-file.js';
export type { Now, Time } from './trust/clock.js';
export type { CoreCode } from './errors/codes.js';
export type { DisposeSymbol } from './disposable.js';
export type { Expected } from './verdict/expectation.js';
export type { Content, InstalledFile } from './verdict/installed-file.js';
export type { InstalledOptions } from './verdict/installed-options.js';
export type {
  InstalledKind,
  InstalledLevel,
  InstalledVerdict,
  Original,
  Replaced,
} from './verdict/installed-verdict.js';
export type { Listing } from './verdict/inspecting.js';
export type { HostCode } from './errors/host-codes.js';
export type { LimitName } from './options/limits.js';
export type { Bytes, PackageSource } from './sources/package-source.js';
export type { Progress } from './progress.js';
export type { ByteRange, RecordLocation, RecordTexts } from './records/record-location.js';
export type { TrustedRepodata } from './records/trusted-repodata.js';
export type { ListedRecord } from './records/listed-record.js';
export type { RecordsReport } from './records/records-report.js';
export type { Fetcher } from './trust/fetching.js';
export type { CacheStoreOptions } from './trust/cache-store.js';
export type { IndexedDbStoreOptions } from './trust/indexed-db-store.js';
export type { KeyValues, KeyValueStoreOptions, Lock } from './trust/key-value-store.js';
export type { Mirror } from './trust/mirror-places.js';
export type { RefreshOptions } from './trust/refresh-options.js';
export type { MirrorFailure, RefreshReport } from './trust/refresh-report.js';
export type { RoleReport, Signatures, SignatureState, Signer, Signers } from './trust/role-report.js';
export type { TrustStore } from './trust/trust-store.js';
export type { Evidence, GivenRecord, RepodataRecord, VerifiedRecord } from './records/repodata-record.js';
export type { RemoteFetch } from './sources/remote-file.js';
export type { RepodataSource } from './sources/repodata-source.js';
export type { Described, JsonObject } from './verdict/described.js';
export type {
  RemoteInspection,
  Transfer,
  WholeBecause,
} from './verdict/remote-inspection.js';
export type { RemoteOptions } from './verdict/remote-options.js';
export type { Level, Limits, Policy, Profile } from './options/settings.js';
export type { MinVersions, TrustOptions } from './trust/trust-settings.js';
export type {
  ArchiveDigests,
  Basis,
  Check,
  CheckReport,
  Finding,
  Format,
  HashedBy,
  NotChecked,
  Outcome,
  PackageId,
  Reason,
  Severity,
  Status,
  Trust,
  Verdict,
} from './verdict/verdict.js';
export type { AddedRepodata, AddedShard, AddedShardIndex } from './records/added.js';
export type { VerifierOptions } from './verifier-options.js';
export type { ExamineOptions } from './verdict/examine-options.js';
export type {
  OnFile,
  UnpackedContent,
  UnpackedDirectory,
  UnpackedFile,
  UnpackedHardLink,
  UnpackedSymlink,
} from './verdict/unpacked-file.js';
export type { WorkOptions } from './work.js';
export type { Code, ErrorJson, Fault } from './errors/verifier-error.js';
export type { WasmInput } from './core/runtime.js';
