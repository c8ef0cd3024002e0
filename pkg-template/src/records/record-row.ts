/** A record as the core lists it. */
export type RecordRow = readonly [
  fileName: string,
  name: string | null,
  version: string | null,
  build: string | null,
  buildNumber: number | null,
  size: number | null,
  timestamp: number | null,
  license: string | null,
  ...fault: [] | [code: string, message: string],
];
