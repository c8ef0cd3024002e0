import { iterableOf } from './iterable.js';
import type { Packed, PackedThrown, Part, Path, ResponseFacts } from './messages.js';
import { DistantSource } from './readable.js';
import { storeOf } from './shared-store.js';
import { type Caller, streamOf } from './stream.js';

/** How a value is unpacked. */
export interface Unpacking {
  /** Calls what the other side has exposed. */
  caller(handle: number): Caller;
  /** The same for bytes that are still needed here. */
  copyingCaller(handle: number): Caller;
  /** Calls it, and waits for no answer. */
  teller(handle: number): (...args: unknown[]) => void;
  /** A signal that the other side aborts. */
  signal(handle: number): AbortController;
  unpackThrown(thrown: PackedThrown): unknown;
}

/** Makes of a packed value what it stands for. */
export function unpack({ data, parts }: Packed, unpacking: Unpacking): unknown {
  let value = data;
  for (const [path, part] of parts) {
    const unpacked = unpackedPart(part, unpacking);
    if (path.length === 0) value = unpacked;
    else put(value, path, unpacked);
  }
  return value;
}

/** Puts something at its place, which has to be there already. */
function put(root: unknown, path: Path, value: unknown): void {
  let place = root;
  const last = path.at(-1);
  for (const name of path.slice(0, -1)) place = memberOf(place, name);
  if (last === undefined) return;
  memberOf(place, last);
  Object.defineProperty(place, last, { value, enumerable: true, configurable: true, writable: true });
}

function memberOf(place: unknown, name: string | number): unknown {
  if (typeof place === 'object' && place !== null && Object.hasOwn(place, name)) {
    return (place as Record<string, unknown>)[name];
  }
  throw new TypeError('a message has a part where there is no place for it');
}

function unpackedPart(part: Part, unpacking: Unpacking): unknown {
  switch (part.kind) {
    case 'function': {
      const call = unpacking.caller(part.handle);
      return (...args: unknown[]) => call('call', ...args);
    }
    case 'listener':
      return unpacking.teller(part.handle);
    case 'signal': {
      const controller = unpacking.signal(part.handle);
      if (part.reason !== null) controller.abort(unpacking.unpackThrown(part.reason));
      return controller.signal;
    }
    case 'stream':
      return streamOf(unpacking.caller(part.handle));
    case 'response':
      return responseOf(part.facts, unpacking.caller(part.handle));
    case 'blob':
      return blobOf(part.blob, part.name);
    case 'url':
      return new URL(part.href);
    case 'headers':
      return new Headers(part.pairs.map(([name, value]): [string, string] => [name, value]));
    case 'readable':
      return new DistantSource(part.size, unpacking.caller(part.handle));
    case 'iterable':
      return iterableOf(unpacking.caller(part.handle));
    case 'store':
      return storeOf(unpacking.copyingCaller(part.handle));
    case 'promise':
      return { then: () => undefined };
  }
}

/** A response whose body comes from the other side. */
function responseOf({ headers, hasBody, ...facts }: ResponseFacts, call: Caller): Response {
  const pairs = headers.map(([name, value]): [string, string] => [name, value]);
  const body = hasBody && !facts.bodyUsed ? (streamOf(call) as ReadableStream<Uint8Array<ArrayBuffer>>) : null;
  const response = new Response(body, { headers: pairs });
  // The constructor refuses some statuses, and takes no URL. What was used up has no body here.
  const told = { ...facts, ok: facts.status >= 200 && facts.status <= 299 };
  for (const [name, value] of Object.entries(told)) Object.defineProperty(response, name, { value });
  return response;
}

/** Not all engines clone the name of a File. */
function blobOf(blob: Blob, name: string): Blob {
  if (name !== '' && (blob as Partial<File>).name !== name) Object.defineProperty(blob, 'name', { value: name });
  return blob;
}
