/** Buffers that are transferred where they are sent next. */
const MOVED = new WeakSet<ArrayBuffer>();

/**
 * Marks bytes as given away: the worker gets them without a copy, and the buffer that they are
 * in, all of it, is detached by the call. Without it a call copies the bytes.
 *
 * @returns The same bytes. Those in shared memory are copied all the same.
 */
export function moved<B extends ArrayBufferLike | ArrayBufferView>(bytes: B): B {
  const buffer = ArrayBuffer.isView(bytes) ? bytes.buffer : bytes;
  if (buffer instanceof ArrayBuffer) MOVED.add(buffer);
  return bytes;
}

/** Whether a buffer was given away. */
export function isMoved(buffer: ArrayBufferLike): buffer is ArrayBuffer {
  return MOVED.has(buffer as ArrayBuffer);
}
