import type { ErrorJson } from '../errors/verifier-error.js';

/** The version of what is said here; both sides have to be of the same. */
export const PROTOCOL = 1;

/** Asks a worker, on its own port, for a verifier that is spoken to through a port of its own. */
export interface Connect {
  readonly 'conda-verifier': 'connect';
  readonly protocol: number;
  readonly port: MessagePort;
}

/** Where in a value something else belongs. */
export type Path = readonly (string | number)[];

/** A value as it crosses: `data` is cloned, and at the places of `parts` there is something else. */
export interface Packed {
  readonly data: unknown;
  readonly parts: readonly (readonly [Path, Part])[];
}

/** What can't be cloned. A handle names something on the side that sent it. */
export type Part =
  | { readonly kind: 'function'; readonly handle: number }
  /** A function whose answer nobody waits for. */
  | { readonly kind: 'listener'; readonly handle: number }
  | { readonly kind: 'signal'; readonly handle: number; readonly reason: PackedThrown | null }
  | { readonly kind: 'stream'; readonly handle: number }
  | { readonly kind: 'response'; readonly handle: number; readonly facts: ResponseFacts }
  | { readonly kind: 'blob'; readonly blob: Blob; readonly name: string }
  | { readonly kind: 'url'; readonly href: string }
  | { readonly kind: 'headers'; readonly pairs: readonly (readonly [string, string])[] }
  | { readonly kind: 'readable'; readonly handle: number; readonly size: unknown }
  | { readonly kind: 'iterable'; readonly handle: number }
  | { readonly kind: 'store'; readonly handle: number }
  | { readonly kind: 'promise' };

/** A response without its body. */
export interface ResponseFacts {
  readonly status: number;
  readonly url: string;
  readonly type: ResponseType;
  readonly redirected: boolean;
  readonly bodyUsed: boolean;
  readonly hasBody: boolean;
  readonly headers: readonly (readonly [string, string])[];
}

/** What was thrown. */
export type PackedThrown = Description & {
  /** What it is known by on the side that sent it. */
  readonly handle?: number;
  /** What it was known by on the side that it is sent to, where it came from there. */
  readonly back?: number;
};

type Description =
  | { readonly kind: 'verifier'; readonly json: ErrorJson; readonly cause?: PackedThrown }
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly isDom: boolean; readonly cause?: PackedThrown }
  | { readonly kind: 'value'; readonly value: unknown };

/** What is said on a port. Both sides may call what the other one has handles of. */
export type Message =
  | { readonly type: 'hello'; readonly protocol: number; readonly lock: string | null }
  | { readonly type: 'call'; readonly id: number; readonly handle: number; readonly method: string; readonly args: Packed }
  /** A call without an answer. */
  | { readonly type: 'tell'; readonly handle: number; readonly method: string; readonly args: Packed }
  | { readonly type: 'result'; readonly id: number; readonly value: Packed }
  | { readonly type: 'failure'; readonly id: number; readonly thrown: PackedThrown }
  | { readonly type: 'abort'; readonly handle: number; readonly reason: PackedThrown };

const NUMBERS: Readonly<Record<Message['type'], readonly string[]>> = {
  hello: ['protocol'],
  call: ['id', 'handle'],
  tell: ['handle'],
  result: ['id'],
  failure: ['id'],
  abort: ['handle'],
};

const OBJECTS: Readonly<Record<Message['type'], readonly string[]>> = {
  hello: [],
  call: ['args'],
  tell: ['args'],
  result: ['value'],
  failure: ['thrown'],
  abort: ['reason'],
};

/** Whether it is a message of this protocol. What is not is ignored. */
export function isMessage(data: unknown): data is Message {
  if (typeof data !== 'object' || data === null) return false;
  const given = data as Record<string, unknown>;
  const type = given['type'] as Message['type'];
  if (typeof type !== 'string' || !Object.hasOwn(NUMBERS, type)) return false;
  const isObject = (name: string) => typeof given[name] === 'object' && given[name] !== null;
  const isCall = type === 'call' || type === 'tell';
  return (
    NUMBERS[type].every((name) => Number.isSafeInteger(given[name])) &&
    OBJECTS[type].every(isObject) &&
    (!isCall || typeof given['method'] === 'string') &&
    (type === 'failure' || type === 'abort' || OBJECTS[type].every((name) => isPacked(given[name])))
  );
}

function isPacked(value: unknown): value is Packed {
  return Array.isArray((value as Packed).parts);
}

/** Whether a worker is asked for a verifier. */
export function isConnect(data: unknown): data is Connect {
  if (typeof data !== 'object' || data === null) return false;
  const { 'conda-verifier': word, protocol, port } = data as Partial<Connect>;
  return word === 'connect' && typeof protocol === 'number' && typeof port?.postMessage === 'function';
}
