import type { HostSource } from '../core/core.js';
import type { Pace } from '../core/pace.js';
import { VerifierError } from '../errors/verifier-error.js';
import { Blocks } from './blocks.js';

/** Bytes that are read before everything else may have its turn. */
const PIECE = 1 << 20;

/** A source that nobody can change: itself, or a copy. */
export async function lasting(host: HostSource): Promise<HostSource> {
  if (host.fixed) return host;
  const blocks = new Blocks();
  const piece = new Uint8Array(PIECE);
  for (let offset = 0; offset < host.size; offset += PIECE) {
    const part = piece.subarray(0, Math.min(PIECE, host.size - offset));
    try {
      host.readAt(offset, part);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw VerifierError.of('FILE_UNREADABLE', `the source can't be read: ${reason}`, { cause });
    }
    blocks.push(part);
  }
  return blocks;
}

/**
 * Gives all bytes of a source, piece by piece, each in memory that the next one takes; of one
 * that was cut, those that are here.
 */
export async function readPieces(
  host: HostSource,
  pace: Pace,
  signal: AbortSignal | undefined,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  const length = host instanceof Blocks ? host.length : host.size;
  const piece = new Uint8Array(Math.min(PIECE, length));
  for (let offset = 0; offset < length; offset += PIECE) {
    const part = piece.subarray(0, Math.min(PIECE, length - offset));
    host.readAt(offset, part);
    take(part);
    await pace.keep();
    signal?.throwIfAborted();
  }
}
