import { isBytes } from '../sources/package-source.js';
import type { TrustState } from './channel-trust.js';
import { spoiled, STORED_BYTES } from './trust-store.js';

/** What a packed state begins with; another number where the form is another one. */
const MAGIC = 'conda-verifier trust 1\n';

/** Bytes of the number behind it: the length of the list of keys and lengths. */
const LENGTH = 4;

/** A state in one piece: for stores that put one value in the place of another. */
export function packed(state: TrustState): Uint8Array {
  const list = new TextEncoder().encode(JSON.stringify(state.map(({ key, bytes }) => [key, bytes.byteLength])));
  const start = MAGIC.length + LENGTH + list.length;
  const all = new Uint8Array(state.reduce((sum, { bytes }) => sum + bytes.byteLength, start));
  all.set(new TextEncoder().encode(MAGIC));
  new DataView(all.buffer).setUint32(MAGIC.length, list.length);
  all.set(list, MAGIC.length + LENGTH);
  let at = start;
  for (const { bytes } of state) {
    all.set(viewOf(bytes), at);
    at += bytes.byteLength;
  }
  return all;
}

/**
 * The state that `packed` made a value of; an empty one where there is no value.
 *
 * @throws VerifierError STATE_INVALID for any other.
 */
export function unpacked(value: unknown): TrustState {
  if (value === null || value === undefined) return [];
  if (!isBytes(value)) throw spoiled('its value is no bytes');
  const all = viewOf(value);
  if (all.length > STORED_BYTES) throw spoiled(`it has more than ${STORED_BYTES} bytes`);
  const magic = new TextDecoder().decode(all.subarray(0, MAGIC.length));
  if (magic !== MAGIC || all.length < MAGIC.length + LENGTH) throw spoiled('it does not begin as one of ours');
  const length = new DataView(all.buffer, all.byteOffset).getUint32(MAGIC.length);
  let at = MAGIC.length + LENGTH + length;
  const state: { key: string; bytes: Uint8Array }[] = [];
  for (const entry of listIn(all.subarray(MAGIC.length + LENGTH, at))) {
    const [key, size] = Array.isArray(entry) && entry.length === 2 ? (entry as unknown[]) : [];
    const isSize = Number.isSafeInteger(size) && (size as number) >= 0 && (size as number) <= all.length - at;
    if (typeof key !== 'string' || !isSize) throw spoiled('an entry of it is no key with a length');
    state.push({ key, bytes: all.slice(at, at + (size as number)) });
    at += size as number;
  }
  if (at !== all.length) throw spoiled('it has not the length that it says');
  return state;
}

function listIn(text: Uint8Array): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
    if (Array.isArray(list)) return list as readonly unknown[];
  } catch (error) {
    throw spoiled('its list of keys can\'t be read', error);
  }
  throw spoiled('its list of keys is no list');
}

function viewOf(bytes: ArrayBufferLike | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}
