// A server's answers to requests for ranges, honest ones and others.

/** The range that a request asks for; null where it asks for the whole. */
export function rangeOf({ headers }, size) {
  const match = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
  if (match === null) return null;
  const last = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return { first: Number(match[1]), last };
}

/** What an honest server answers, as it can be changed before it is sent. */
export function answerOf(request, bytes) {
  const range = rangeOf(request, bytes.length);
  const headers = { 'content-type': 'application/octet-stream', 'last-modified': 'Tue, 01 Jan 2030 00:00:00 GMT', etag: '"one"' };
  if (range === null) return { status: 200, headers: { ...headers, 'content-length': bytes.length }, body: bytes };
  const { first, last } = range;
  if (first >= bytes.length) return { status: 416, headers: { 'content-range': `bytes */${bytes.length}` }, body: '' };
  const body = bytes.subarray(first, last + 1);
  const told = { 'content-range': `bytes ${first}-${last}/${bytes.length}`, 'content-length': body.length };
  return { status: 206, headers: { ...headers, ...told }, body };
}

/**
 * A handler that serves a file in ranges. `change` may change an answer, by the number of the
 * request, or take the response over and return nothing. `seen` gets each request.
 */
export function ranged(bytes, { change = (answer) => answer, seen = [] } = {}) {
  return (request, response) => {
    const number = seen.length;
    seen.push({ method: request.method, range: request.headers.range, headers: request.headers });
    const answer = change(answerOf(request, bytes), { number, request, response });
    if (answer === undefined) return;
    response.writeHead(answer.status, answer.headers);
    if (request.method === 'HEAD') response.end();
    else response.end(answer.body);
  };
}
