// The types of the public interface; the entries export them with the values of their runtime.
export type { ReadableSource } from './callers-source.js';
export type {
  Kept,
  RoleInfo,
  RoleName,
  Stored,
  TrustInfo,
  TrustState,
  Updated,
  Want,
} from './channel-trust.js';
export type { Now, Time } from './clock.js';
export type { CoreCode } from './codes.js';
export type { DisposeSymbol } from './disposable.js';
export type { Expected } from './expectation.js';
export type { HostCode } from './host-codes.js';
export type { LimitName } from './limits.js';
export type { Bytes, PackageSource } from './package-source.js';
export type { Progress } from './progress.js';
export type { RecordsReport } from './records-report.js';
export type { Fetcher } from './refresh.js';
export type { Evidence, GivenRecord, RepodataRecord, VerifiedRecord } from './repodata-record.js';
export type { RepodataSource } from './repodata-source.js';
export type { Level, Limits, Policy } from './settings.js';
export type { MinVersions, TrustOptions } from './trust-settings.js';
export type {
  ArchiveDigests,
  Basis,
  Check,
  CheckReport,
  Finding,
  Format,
  NotChecked,
  Outcome,
  PackageId,
  Reason,
  Severity,
  Status,
  Trust,
  Verdict,
} from './verdict.js';
export type {
  AddedRepodata,
  AddedShard,
  AddedShardIndex,
  VerifierOptions,
  WorkOptions,
} from './verifier.js';
export type { Code, ErrorJson, Fault } from './verifier-error.js';
export type { WasmInput } from './runtime.js';
