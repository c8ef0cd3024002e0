import { copied } from '../sources/copied.js';
import { isBytes } from '../sources/shapes.js';
import { isMoved, moved } from './moved.js';

/** Objects in objects that are looked into. */
const DEEPEST = 4;

/**
 * Arguments with copies of their bytes, for a call that is sent later: what the caller does to
 * the bytes meanwhile changes nothing. The copies are transferred then.
 */
export function withOwnBytes<T>(value: T, depth = 0): T {
  if (typeof value !== 'object' || value === null) return value;
  if (isBytes(value)) {
    const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
    return isMoved(buffer) ? value : (moved(copied(value)) as T);
  }
  if (depth >= DEEPEST) return value;
  if (Array.isArray(value)) return value.map((member: unknown) => withOwnBytes(member, depth + 1)) as T;
  if (Object.prototype.toString.call(value) !== '[object Object]') return value;
  let copy: object | undefined;
  for (const [name, member] of Object.entries(value) as [string, unknown][]) {
    const own = withOwnBytes(member, depth + 1);
    if (own === member) continue;
    copy ??= { ...value };
    Object.defineProperty(copy, name, { value: own, enumerable: true, configurable: true, writable: true });
  }
  return (copy ?? value) as T;
}
