import { invalidArgument } from '../errors/invalid-argument.js';
import { copied, viewOf } from '../sources/copied.js';
import type { ReadableSource } from '../sources/callers-source.js';
import { has, isBlob, isBytes, isResponse } from '../sources/shapes.js';
import type { TrustStore } from '../trust/trust-store.js';
import { exposedIterable } from './iterable.js';
import type { Packed, PackedThrown, Part, Path, ResponseFacts } from './messages.js';
import { isMoved } from './moved.js';
import type { Exposed } from './scope.js';
import { exposedReadable } from './readable.js';
import { exposedStore } from './shared-store.js';
import { exposedStream } from './stream.js';

/** Objects in objects that are looked into: the mirrors of options are the deepest of them. */
const DEEPEST = 6;

/** How a value is packed. */
export interface Packing {
  /** Whether its bytes are nobody's any more, so that they need not be copied. */
  readonly isOwn: boolean;
  /** Where to put what is transferred. */
  readonly transfer: Set<Transferable>;
  /** Lets the other side call something. */
  expose(exposed: Exposed): number;
  /** Lets the other side hear of an abort. */
  exposeSignal(signal: AbortSignal): number;
  packThrown(thrown: unknown): PackedThrown;
}

/** Packs a value: what can't be cloned is replaced by what stands for it. */
export function pack(value: unknown, packing: Packing): Packed {
  const parts: [Path, Part][] = [];
  const walk = (value: unknown, path: Path): unknown => {
    if (typeof value === 'function') {
      const handle = packing.expose({ call: value as (...args: never[]) => unknown });
      parts.push([path, { kind: path.at(-1) === 'onProgress' ? 'listener' : 'function', handle }]);
      return null;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (isBytes(value)) return bytesOf(value, packing);
    const part = partOf(value, packing);
    if (part !== undefined) {
      parts.push([path, part]);
      return null;
    }
    if (path.length >= DEEPEST) return value;
    if (Array.isArray(value)) return value.map((member: unknown, index) => walk(member, [...path, index]));
    return tagOf(value) === 'Object' ? membersOf(value, (member, name) => walk(member, [...path, name])) : value;
  };
  const data = walk(value, []);
  return { data, parts };
}

/** A copy of a plain object; one that has not changed is as good as its copy. */
function membersOf(value: object, walk: (member: unknown, name: string) => unknown): object {
  const copy: object = { ...value };
  for (const [name, member] of Object.entries(copy) as [string, unknown][]) {
    const packed = walk(member, name);
    // Not by assignment: a member may be called __proto__.
    if (packed !== member) Object.defineProperty(copy, name, { value: packed, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

/** Bytes that are transferred: themselves, or a copy. */
function bytesOf(bytes: ArrayBufferLike | ArrayBufferView, { isOwn, transfer }: Packing): ArrayBuffer | ArrayBufferView {
  const buffer = ArrayBuffer.isView(bytes) ? bytes.buffer : bytes;
  // Not all engines refuse to transfer a buffer that was transferred before.
  viewOf(bytes);
  if (buffer instanceof ArrayBuffer && (isOwn || isMoved(buffer))) {
    transfer.add(buffer);
    return bytes as ArrayBuffer | ArrayBufferView;
  }
  const copy = copied(bytes);
  transfer.add(copy.buffer as ArrayBuffer);
  return copy;
}

/** What stands for an object that can't be cloned; undefined where it can. */
function partOf(value: object, packing: Packing): Part | undefined {
  if (isResponse(value)) {
    const handle = packing.expose(exposedStream(() => value.body, isOfNetwork(value)));
    return { kind: 'response', handle, facts: factsOf(value) };
  }
  if (isBlob(value)) {
    const { name } = value as Partial<File>;
    return { kind: 'blob', blob: value, name: typeof name === 'string' ? name : '' };
  }
  if (has(value, 'getReader')) {
    const stream = value as ReadableStream<unknown>;
    if (stream.locked) {
      throw invalidArgument('source', 'its stream is being read elsewhere, or was; pass a new one, or a clone()');
    }
    return { kind: 'stream', handle: packing.expose(exposedStream(() => stream, false)) };
  }
  if (has(value, 'throwIfAborted')) {
    const signal = value as AbortSignal;
    const reason = signal.aborted ? packing.packThrown(signal.reason) : null;
    return { kind: 'signal', handle: packing.exposeSignal(signal), reason };
  }
  const tag = tagOf(value);
  if (tag === 'URL') return { kind: 'url', href: (value as URL).href };
  if (tag === 'Headers') return { kind: 'headers', pairs: [...(value as Headers)] };
  if (has(value, 'then')) {
    // Nobody waits for it: that it is one is what is wrong.
    void Promise.resolve(value as PromiseLike<unknown>).catch(() => undefined);
    return { kind: 'promise' };
  }
  if (has(value, 'readAt')) {
    const source = value as ReadableSource;
    return { kind: 'readable', handle: packing.expose(exposedReadable(source)), size: source.size };
  }
  if (['read', 'update', 'clear'].every((method) => has(value, method))) {
    return { kind: 'store', handle: packing.expose(exposedStore(value as unknown as TrustStore)) };
  }
  const isKnown = Array.isArray(value) || tag === 'Map' || tag === 'Set';
  if (!isKnown && (has(value, Symbol.asyncIterator) || has(value, Symbol.iterator))) {
    const iterable = value as Iterable<unknown> | AsyncIterable<unknown>;
    return { kind: 'iterable', handle: packing.expose(exposedIterable(iterable)) };
  }
  return undefined;
}

function factsOf(response: Response): ResponseFacts {
  const { status, url, type, redirected, body, headers } = response;
  const bodyUsed = response.bodyUsed || body?.locked === true;
  return { status, url, type, redirected, bodyUsed, hasBody: body !== null, headers: [...headers] };
}

/** Whether its body came in pieces that nobody else has. Of one that a program made, who knows? */
function isOfNetwork({ type, url }: Response): boolean {
  return type !== 'default' && type !== 'error' && url !== '';
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}
