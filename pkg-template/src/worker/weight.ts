import { isBlob, isBytes, isResponse } from '../sources/shapes.js';

/** What each call takes besides its bytes, and what one of unknown length is taken for. */
const [LEAST, UNKNOWN] = [64 << 10, 1 << 20];

/** How much work a call is, in bytes: that of the package where that is known. */
export function weightOf(args: readonly unknown[]): number {
  const [source, expected] = args;
  const { size, record } = (expected ?? {}) as { size?: unknown; record?: { size?: unknown } };
  for (const length of [lengthOf(source), size, record?.size]) {
    if (typeof length === 'number' && Number.isSafeInteger(length) && length >= 0) return LEAST + length;
  }
  return LEAST + UNKNOWN;
}

function lengthOf(source: unknown): unknown {
  if (isBytes(source)) return source.byteLength;
  if (isResponse(source)) return Number(source.headers.get('content-length') ?? NaN);
  if (isBlob(source)) return source.size;
  return typeof source === 'object' && source !== null ? (source as { size?: unknown }).size : undefined;
}
