import { isBytes } from '../sources/shapes.js';
import { viewOf } from '../sources/copied.js';
import type { TrustState } from './channel-trust.js';
import { isDelegated, spoiled, STORED_BYTES, STORED_ENTRIES } from './trust-store.js';

/** What a packed state begins with; another number where the form is another one. */
const MAGIC = new TextEncoder().encode('conda-verifier trust 1\n');

/** Bytes of the two numbers before an entry: the lengths of its key and of its bytes. */
const LENGTHS = 8;

/**
 * A state in one piece: for stores that put one value in the place of another. Of one that is
 * larger than may be read again the delegated roles are left out, which can be fetched.
 */
export function packed(state: TrustState): Uint8Array {
  const encoder = new TextEncoder();
  const all = state.map(({ key, bytes }) => ({ name: encoder.encode(key), bytes: viewOf(bytes), isNeeded: !isDelegated(key) }));
  const isTooLarge = lengthOf(all) > STORED_BYTES || all.length > STORED_ENTRIES;
  const entries = isTooLarge ? all.filter(({ isNeeded }) => isNeeded) : all;
  const value = new Uint8Array(lengthOf(entries));
  const numbers = new DataView(value.buffer);
  value.set(MAGIC);
  let at = MAGIC.length;
  for (const { name, bytes } of entries) {
    numbers.setUint32(at, name.length);
    numbers.setUint32(at + LENGTHS / 2, bytes.length);
    value.set(name, at + LENGTHS);
    value.set(bytes, at + LENGTHS + name.length);
    at += LENGTHS + name.length + bytes.length;
  }
  return value;
}

function lengthOf(entries: readonly { readonly name: Uint8Array; readonly bytes: Uint8Array }[]): number {
  return entries.reduce((sum, { name, bytes }) => sum + LENGTHS + name.length + bytes.length, MAGIC.length);
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
  if (all.length < MAGIC.length || !MAGIC.every((byte, index) => byte === all[index])) {
    throw spoiled('it does not begin as one of ours');
  }
  const numbers = new DataView(all.buffer, all.byteOffset, all.length);
  const state: { key: string; bytes: Uint8Array }[] = [];
  for (let at = MAGIC.length; at < all.length; ) {
    if (state.length >= STORED_ENTRIES) throw spoiled(`it has more than ${STORED_ENTRIES} entries`);
    if (all.length - at < LENGTHS) throw spoiled('it ends within an entry');
    const [named, length] = [numbers.getUint32(at), numbers.getUint32(at + LENGTHS / 2)];
    const start = at + LENGTHS + named;
    if (start + length > all.length) throw spoiled('it ends within an entry');
    state.push({ key: keyIn(all.subarray(at + LENGTHS, start)), bytes: all.slice(start, start + length) });
    at = start + length;
  }
  return state;
}

function keyIn(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw spoiled('a key of it is no text', error);
  }
}
