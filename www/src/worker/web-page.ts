import type { PageFetch } from './web-fetch.js';

/** Whether what is there begins as HTML does; what can't be read is none. */
export async function isPage(fetcher: PageFetch, url: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    const response = await fetcher(url, { signal: signal ?? null });
    const reader = response.body?.getReader();
    const piece = await reader?.read();
    // All of it may be large.
    await reader?.cancel();
    const begin = new TextDecoder().decode(piece?.value?.subarray(0, 512)).trimStart().toLowerCase();
    return begin.startsWith('<!doctype') || begin.startsWith('<html') || begin.startsWith('<head') || begin.startsWith('<body');
  } catch {
    return false;
  }
}
