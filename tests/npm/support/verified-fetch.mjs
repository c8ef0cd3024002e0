// Channels on servers, and verifiedFetch before them.
import { Verifier } from 'conda-verifier';
import { verifiedFetch } from 'conda-verifier/fetch';

import { send, serve } from './server.mjs';
import { honest, now } from './trust.mjs';

/** A copy with one bit of it changed. */
export function flipped(bytes) {
  const other = Buffer.from(bytes);
  other[other.length >> 1] ^= 1;
  return other;
}

/** Serves files at /channel/: a function from paths to bytes, or undefined. Notes what was asked for. */
export async function served(t, files, routes = {}) {
  const asked = [];
  const origin = await serve(t, {
    ...routes,
    '/channel/*': (_, response, path) => {
      const below = path.slice('/channel/'.length);
      asked.push(below);
      const bytes = files(below) ?? files(decodeURIComponent(below));
      if (bytes === undefined) response.writeHead(404).end();
      else send(response, path, bytes);
    },
  });
  return { url: `${origin}/channel/`, asked };
}

/** verifiedFetch before a channel; `trust`: the options of the verifier. */
export async function fetching(t, files, options, routes, trust) {
  const { url, asked } = await served(t, files, routes);
  const told = [];
  const verifier = await Verifier.create({ ...('trustedRoot' in trust ? { channel: url } : {}), ...trust });
  const onVerdict = (verdict) => void told.push(verdict);
  // The one that the root is trusted for may have another name.
  const channel = verifier.trust?.channel === url ? {} : { channel: url };
  const verified = verifiedFetch(verifier, { ...channel, onVerdict, ...options });
  const get = (path, init) => verified(`${url}${path}`, init);
  return { url, asked, told, verifier, verified, get };
}

/** The same before the generator's signed channel, or one like it. */
export const signedFetch = (t, files, options = {}, routes = {}, trust = {}) =>
  fetching(t, files, options, routes, { trustedRoot: honest('root.json'), now, ...trust });
