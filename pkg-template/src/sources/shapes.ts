/** Bytes in memory. Views on shared memory are welcome: bytes are copied. */
export type Bytes = ArrayBufferLike | ArrayBufferView;

// By what an object can do, not by its class: it may be of another realm.

/** Whether it is bytes in memory. */
export function isBytes(source: unknown): source is Bytes {
  const tag = Object.prototype.toString.call(source);
  return (
    ArrayBuffer.isView(source) ||
    tag === '[object ArrayBuffer]' ||
    tag === '[object SharedArrayBuffer]'
  );
}

export function isResponse(source: unknown): source is Response {
  return has(source, 'arrayBuffer') && 'ok' in (source as object) && 'body' in (source as object);
}

export function isBlob(source: unknown): source is Blob {
  return has(source, 'arrayBuffer') && has(source, 'slice') && has(source, 'stream');
}

/** Whether it is an object with such a method. */
export function has(source: unknown, method: PropertyKey): boolean {
  if (typeof source !== 'object' || source === null) return false;
  return typeof (source as Record<PropertyKey, unknown>)[method] === 'function';
}
