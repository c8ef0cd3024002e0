// As src/limits.rs has them, which says why; a test compares.

/** Every limit, with its default. All are inclusive. */
export const LIMITS = {
  archiveBytes: 2_147_483_648,
  unpackedBytes: 8_589_934_592,
  ratio: 1_000,
  ratioFloorBytes: 67_108_864,
  entries: 500_000,
  pathBytes: 4_096,
  componentBytes: 255,
  nameBytes: 268_435_456,
  jsonDepth: 64,
  infoBytes: 67_108_864,
  windowBytes: 134_217_728,
  linkDepth: 40,
  findings: 1_000,
  roleBytes: 512_000,
  timestampBytes: 16_384,
  snapshotBytes: 2_000_000,
  targetsBytes: 67_108_864,
  targets: 1_000_000,
  delegations: 32,
  delegatedRoles: 65_536,
  keys: 1_024,
  patternSteps: 16_777_216,
  rootRounds: 256,
  repodataBytes: 1_073_741_824,
  records: 2_000_000,
  recordBytes: 262_144,
  shardBytes: 104_857_600,
  replacementBytes: 67_108_864,
  replacedFileBytes: 134_217_728,
} as const;

/** A bound on memory, time or counts. */
export type LimitName = keyof typeof LIMITS;
