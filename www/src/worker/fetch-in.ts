import type { PageFetch } from './web-fetch.js';

/** Files by their path below a channel's URL. */
export type FilesByPath = ReadonlyMap<string, Blob | Uint8Array<ArrayBuffer>>;

/** A `fetch` that finds files here, and asks nobody. */
export function fetchIn(url: string, files: FilesByPath): PageFetch {
  return async (input, init) => {
    const { href } = new URL(input);
    const file = href.startsWith(url) ? files.get(decodeURIComponent(href.slice(url.length))) : undefined;
    if (file === undefined) return new Response('there is no such file', { status: 404 });
    const size = file instanceof Blob ? file.size : file.length;
    const length = { 'content-length': String(size) };
    if (init?.method === 'HEAD') return new Response(null, { headers: length });
    const range = /^bytes=(\d+)-(\d+)?$/.exec(new Headers(init?.headers).get('range') ?? '');
    if (range === null) return new Response(file, { headers: length });
    const from = Number(range[1]);
    const to = Math.min(Number(range[2] ?? Infinity) + 1, size);
    const part = file instanceof Blob ? file.slice(from, to) : file.subarray(from, to);
    const headers = { 'content-length': String(to - from), 'content-range': `bytes ${from}-${to - 1}/${size}` };
    return new Response(part, { status: 206, headers });
  };
}
