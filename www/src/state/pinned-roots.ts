import { del, get, set } from 'idb-keyval';

/** Roots that a visitor pinned, by the channel's URL; they stay in this browser. */

export async function pinnedRoot(channel: string): Promise<Uint8Array | null> {
  try {
    const kept: unknown = await get(keyOf(channel));
    return kept instanceof Uint8Array ? kept : null;
  } catch {
    // Private windows of some browsers keep nothing.
    return null;
  }
}

/** @returns Whether it will be there at the next visit. */
export async function pinRoot(channel: string, root: Uint8Array): Promise<boolean> {
  try {
    await set(keyOf(channel), root);
    return true;
  } catch {
    return false;
  }
}

export async function unpinRoot(channel: string): Promise<void> {
  await del(keyOf(channel)).catch(() => undefined);
}

function keyOf(channel: string): string {
  return `root of ${channel.replace(/\/*$/, '/')}`;
}
