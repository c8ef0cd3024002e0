import type { ChannelPlace } from './channel-place.js';
import type { Input } from './input.js';
import { request } from './network.js';
import { KNOWN_SUBDIRS } from './subdirs.js';

/** Statuses that say that there is no such file; some servers hide that by 403. */
const ABSENT = [403, 404, 410];

/** The URL of a folder: what is below it is found by names. */
export function folderUrl(url: string): URL {
  return new URL(url.endsWith('/') ? url : `${url}/`);
}

/** A channel on a server. */
export class WebChannel implements ChannelPlace {
  readonly argument: string;
  readonly base: URL;

  constructor(argument: string) {
    this.argument = argument;
    this.base = folderUrl(argument);
  }

  answer(url: URL, signal: AbortSignal | undefined): Promise<Response> {
    return request(url, { signal });
  }

  subdirs(): readonly string[] {
    return KNOWN_SUBDIRS;
  }

  async open(subdir: string, name: string): Promise<Input | null> {
    const source = await request(this.#url(subdir, name));
    const close = (): void => void source.body?.cancel().catch(() => undefined);
    if (!ABSENT.includes(source.status)) return { source, fileName: name, close };
    close();
    return null;
  }

  async has(subdir: string, name: string): Promise<boolean> {
    const { ok } = await request(this.#url(subdir, name), { method: 'HEAD' });
    return ok;
  }

  #url(...path: string[]): URL {
    return new URL(path.filter(Boolean).map(encodeURIComponent).join('/'), this.base);
  }

  packages(): null {
    return null;
  }

  others(): null {
    return null;
  }
}
