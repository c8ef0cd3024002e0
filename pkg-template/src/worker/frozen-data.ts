import { isBytes } from '../sources/shapes.js';

/**
 * Freezes what has come: lists and plain objects, however deep. Bytes and Maps can't be frozen,
 * and what stands for something on the other side need not be.
 */
export function frozenData<T>(value: T): T {
  const left: unknown[] = [value];
  for (let next = left.pop(); left.length > 0 || next !== undefined; next = left.pop()) {
    if (typeof next !== 'object' || next === null || isBytes(next) || !isData(next)) continue;
    Object.freeze(next);
    for (const member of Object.values(next)) if (typeof member === 'object' && member !== null) left.push(member);
  }
  return value;
}

function isData(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
