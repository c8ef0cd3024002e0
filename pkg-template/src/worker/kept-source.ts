import { hostSource } from '../sources/package-source.js';
import { has, isBlob, isBytes } from '../sources/shapes.js';
import type { RepodataSource } from '../sources/repodata-source.js';
import { unlessAborted } from '../unless-aborted.js';
import type { WorkOptions } from '../work.js';

/** Bytes that are read at one time. */
const PIECE = 1 << 20;

/**
 * A source that can be read as often as there are workers: a text, or a Blob, which is passed
 * on without a copy.
 *
 * @param most What is longer is cut one byte later: it is of no use.
 * @throws VerifierError as the verifier's own where it can't be read.
 */
export async function keptSource(
  source: RepodataSource,
  { signal, onProgress }: WorkOptions,
  most: number,
): Promise<string | Blob> {
  if (typeof source === 'string' || isBlob(source)) return source;
  const ended = has(signal, 'throwIfAborted') ? signal : undefined;
  const report = typeof onProgress === 'function' ? onProgress : () => undefined;
  const reading = {
    cut: most + 1,
    signal: ended,
    onBytes: (done: number, total: number | null) => report(Object.freeze({ phase: 'reading', done, total })),
  };
  if (isBytes(source)) return new Blob([source as BlobPart]);
  const host = await unlessAborted(hostSource(source, reading), ended);
  const end = Math.min(host.size, most + 1);
  const pieces: BlobPart[] = [];
  for (let offset = 0; offset < end; offset += PIECE) {
    const piece = new Uint8Array(Math.min(PIECE, end - offset));
    host.readAt(offset, piece);
    pieces.push(piece);
  }
  return new Blob(pieces);
}
