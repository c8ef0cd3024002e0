import { signal } from '@preact/signals';
import { del, get, set } from 'idb-keyval';

/** Roots that a visitor pinned, by the channel's URL; they stay in this browser. */

/** Those that the browser did not keep: they are gone with the page. */
const unkept = new Map<string, Uint8Array>();

/** Whether the browser did not say what was pinned: perhaps something was. */
export const isForgetful = signal(false);

export async function pinnedRoot(channel: string): Promise<Uint8Array | null> {
  const root = unkept.get(keyOf(channel));
  if (root !== undefined) return root;
  try {
    const kept: unknown = await get(keyOf(channel));
    return kept instanceof Uint8Array ? kept : null;
  } catch {
    // Private windows of some browsers keep nothing.
    isForgetful.value = true;
    return null;
  }
}

/** Pins a root until the page is closed: for what is gone with it too. */
export function pinForNow(channel: string, root: Uint8Array): void {
  unkept.set(keyOf(channel), root);
}

/** @returns Whether it will be there at the next visit. */
export async function pinRoot(channel: string, root: Uint8Array): Promise<boolean> {
  try {
    await set(keyOf(channel), root);
    unkept.delete(keyOf(channel));
    return true;
  } catch {
    unkept.set(keyOf(channel), root);
    return false;
  }
}

/** Throws where the browser did not forget it. */
export async function unpinRoot(channel: string): Promise<void> {
  unkept.delete(keyOf(channel));
  if (!isForgetful.peek()) await del(keyOf(channel));
}

function keyOf(channel: string): string {
  return `root of ${channel.replace(/\/*$/, '/')}`;
}
