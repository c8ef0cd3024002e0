import { VerifierError } from '../errors/verifier-error.js';
import type { PackedThrown } from './messages.js';

/** Causes of causes that are told. */
const DEEPEST = 8;

/** The built-in errors besides `Error` itself. */
const BUILT_IN = { TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError } as const;

/** What was thrown and has come from the other side of a port, and what it is known by there. */
export type Origins = WeakMap<object, number>;

/** What was thrown, as it crosses. `keep` keeps it for the case that it comes back. */
export function packThrown(
  thrown: unknown,
  keep: (thrown: object) => number,
  origins: Origins,
  depth = 0,
): PackedThrown {
  if (typeof thrown !== 'object' || thrown === null) {
    // A symbol or a function can't cross.
    return typeof thrown === 'symbol' || typeof thrown === 'function'
      ? { kind: 'error', name: 'Error', message: String(thrown), isDom: false }
      : { kind: 'value', value: thrown };
  }
  const back = origins.get(thrown);
  // Also one that came from there: it may be forgotten there by now.
  const known = { handle: keep(thrown), ...(back === undefined ? {} : { back }) };
  const { cause } = thrown as { cause?: unknown };
  const hasCause = cause !== undefined && depth < DEEPEST;
  const more = { ...known, ...(hasCause ? { cause: packThrown(cause, keep, origins, depth + 1) } : {}) };
  if (VerifierError.isVerifierError(thrown)) return { kind: 'verifier', json: jsonOf(thrown), ...more };
  const { name, message } = thrown as { name?: unknown; message?: unknown };
  const isDom = Object.prototype.toString.call(thrown) === '[object DOMException]';
  if (thrown instanceof Error || isDom || typeof message === 'string') {
    return { kind: 'error', name: String(name), message: String(message), isDom, ...more };
  }
  return { kind: 'error', name: 'Error', message: textOf(thrown), isDom: false, ...more };
}

/** The same again; the very object, where it came from here. */
export function unpackThrown(
  packed: PackedThrown,
  kept: (handle: number) => object | undefined,
  origins: Origins,
): unknown {
  if (packed.back !== undefined) {
    const own = kept(packed.back);
    if (own !== undefined) return own;
  }
  const thrown = described(packed, kept, origins);
  if (packed.handle !== undefined && typeof thrown === 'object' && thrown !== null) {
    origins.set(thrown, packed.handle);
  }
  return thrown;
}

function described(
  packed: PackedThrown,
  kept: (handle: number) => object | undefined,
  origins: Origins,
): unknown {
  if (packed.kind === 'value') return packed.value;
  const error = errorOf(packed);
  if (packed.cause !== undefined) {
    const value = unpackThrown(packed.cause, kept, origins);
    Object.defineProperty(error, 'cause', { value, configurable: true, writable: true });
  }
  return error;
}

function errorOf(packed: Exclude<PackedThrown, { kind: 'value' }>): Error {
  if (packed.kind === 'verifier') return VerifierError.fromJSON(packed.json);
  const { name, message, isDom } = packed;
  if (isDom && typeof DOMException === 'function') return new DOMException(message, name);
  const Kind = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name as keyof typeof BUILT_IN] : Error;
  const error = new Kind(message);
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  return error;
}

function jsonOf(error: VerifierError): ReturnType<VerifierError['toJSON']> {
  const json = error.toJSON();
  try {
    return structuredClone(json);
  } catch {
    // Of another copy of this package, with facts that can't cross.
    return { ...json, details: {} };
  }
}

function textOf(value: object): string {
  try {
    return String(value);
  } catch {
    return 'an object';
  }
}
