/** The most bytes of a block (RFC 8878, 3.1.1.2.4), and the window. */
const BLOCK = 128 << 10;

/**
 * Bytes as a frame of zstd (RFC 8878) that compresses nothing: for clients that ask for a `.zst`
 * and get what was written anew here, where there is no compressor.
 */
export function rawZstd(bytes: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.length / BLOCK));
  const frame = new Uint8Array(14 + 3 * blocks + bytes.length);
  // Magic number; 8 bytes of content size and a window; a window of 128 KiB.
  frame.set([0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0x38]);
  new DataView(frame.buffer).setBigUint64(6, BigInt(bytes.length), true);
  for (let block = 0, at = 14; block < blocks; block++) {
    const content = bytes.subarray(block * BLOCK, (block + 1) * BLOCK);
    // The size, the type of raw blocks (0), and whether it is the last.
    const header = (content.length << 3) | (block === blocks - 1 ? 1 : 0);
    frame.set([header & 0xff, (header >> 8) & 0xff, header >> 16], at);
    frame.set(content, at + 3);
    at += 3 + content.length;
  }
  return frame;
}
