/** What is answered, before it is a Response. */
export interface Content {
  readonly status: 200 | 404;
  readonly bytes: Uint8Array;
  readonly type: string;
}

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  zst: 'application/zstd',
  bz2: 'application/x-bzip2',
};

/** The bytes of a file. */
export function fileContent(path: string, bytes: Uint8Array): Content {
  const type = path.endsWith('.tar.bz2') ? undefined : TYPES[path.slice(path.lastIndexOf('.') + 1)];
  return { status: 200, bytes, type: type ?? 'application/octet-stream' };
}

/** There is no such file. */
export function noContent(reason: string): Content {
  return { status: 404, bytes: new TextEncoder().encode(`${reason}\n`), type: 'text/plain; charset=utf-8' };
}

/** A Response of the content; `isHead`: without a body. */
export function responseOf({ status, bytes, type }: Content, url: string, isHead: boolean): Response {
  const response = new Response(isHead ? null : (bytes as Uint8Array<ArrayBuffer>), {
    status,
    statusText: status === 200 ? 'OK' : 'Not Found',
    headers: { 'content-type': type, 'content-length': String(bytes.length) },
  });
  return withUrl(response, url);
}

/** No constructor takes a URL, and no clone keeps one that was put there. */
function withUrl(response: Response, url: string): Response {
  const clone = () => withUrl(Response.prototype.clone.call(response), url);
  return Object.defineProperties(response, {
    url: { value: url, configurable: true },
    clone: { value: clone, configurable: true, writable: true },
  });
}
