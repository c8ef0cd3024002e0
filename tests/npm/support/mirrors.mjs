// Mirrors of the generator's signed channel, good ones and others.
import { honest } from './trust.mjs';

/** The URL of a mirror by its name. */
export const at = (name) => `https://${name}.example/channel/`;

/** What there is of a path: bytes, a status, a Response, a promise of one, or undefined for 404. */
async function responseOf(found) {
  const answer = await found;
  if (answer instanceof Response) return answer;
  if (answer === undefined) return new Response('not found', { status: 404 });
  if (typeof answer === 'number') return new Response('no', { status: answer });
  return new Response(answer);
}

/**
 * A fetcher over mirrors: functions by their names, from a path and the fetcher's options to
 * what there is. Notes who was asked for what.
 */
export function mirrored(mirrors, asked = []) {
  const fetcher = async (url, options) => {
    const [, name, path] = /^https:\/\/(\w+)\.example\/channel\/(.*)$/.exec(url.href);
    asked.push(`${name} ${path}`);
    return responseOf(mirrors[name](path, options));
  };
  return [fetcher, { mirrors: Object.keys(mirrors).map(at) }];
}

/** A mirror that is good but for some paths. */
export const badAt = (others, files = honest) => (path, options) =>
  path in others ? others[path](path, options) : files(path);
