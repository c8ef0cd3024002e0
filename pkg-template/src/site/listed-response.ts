import { contentType } from './content-types.js';

/** Bytes from the first to the last, both of them in it. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/** The answer with a file that is verified. All that it says of it is found here. */
export function listedResponse(path: string, bytes: Uint8Array, request: Request, given: Headers): Response {
  const headers = new Headers(given);
  headers.set('content-type', contentType(path));
  if (!headers.has('x-content-type-options')) headers.set('x-content-type-options', 'nosniff');
  headers.set('accept-ranges', 'bytes');
  const span = spanOf(request.headers.get('range'), bytes.length);
  if (span === 'outside') {
    headers.set('content-range', `bytes */${bytes.length}`);
    return new Response(null, { status: 416, headers });
  }
  const part = span === undefined ? bytes : bytes.subarray(span.first, span.last + 1);
  headers.set('content-length', String(part.length));
  if (span !== undefined) headers.set('content-range', `bytes ${span.first}-${span.last}/${bytes.length}`);
  const body = request.method === 'HEAD' ? null : (part as Uint8Array<ArrayBuffer>);
  return new Response(body, { status: span === undefined ? 200 : 206, headers });
}

/** The one range that is asked for; undefined for the whole, also where there are several. */
function spanOf(range: string | null, length: number): Span | 'outside' | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(range?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return undefined;
  // "-5" is the last five.
  if (first === '') return Number(last) === 0 || length === 0 ? 'outside' : { first: Math.max(0, length - Number(last)), last: length - 1 };
  if (last !== '' && Number(last) < Number(first)) return undefined;
  if (Number(first) >= length) return 'outside';
  return { first: Number(first), last: Math.min(length - 1, last === '' ? Infinity : Number(last)) };
}
