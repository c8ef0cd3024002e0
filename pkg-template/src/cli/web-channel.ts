import type { Fetcher } from '../trust/refresh.js';
import type { ChannelPlace } from './channel-place.js';
import type { Input } from './input.js';
import { request } from './network.js';
import { KNOWN_SUBDIRS } from './subdirs.js';

/** Statuses that say that there is no such file; some servers hide that by 403. */
const ABSENT = [403, 404, 410];

/** A channel on a server. */
export class WebChannel implements ChannelPlace {
  readonly argument: string;
  readonly url: URL;
  readonly fetcher: Fetcher = (url) => request(url);

  constructor(argument: string) {
    this.argument = argument;
    this.url = new URL(argument.endsWith('/') ? argument : `${argument}/`);
  }

  subdirs(): readonly string[] {
    return KNOWN_SUBDIRS;
  }

  async open(subdir: string, name: string): Promise<Input | null> {
    const path = [subdir, name].map(encodeURIComponent).join('/');
    const source = await request(new URL(path, this.url));
    const close = (): void => void source.body?.cancel().catch(() => undefined);
    if (!ABSENT.includes(source.status)) return { source, fileName: name, close };
    close();
    return null;
  }

  packages(): null {
    return null;
  }
}
