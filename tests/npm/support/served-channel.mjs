// A channel on a server.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { send, serve } from './server.mjs';

/** A server with a channel at /channel/, which are the files of a folder. */
export const serveChannel = async (t, folder, routes = {}) => {
  const asked = [];
  const url = await serve(t, {
    ...routes,
    '/channel/*': (request, response, path) => {
      asked.push(path.slice('/channel/'.length));
      send(response, path, readFileSync(join(folder, decodeURIComponent(path.slice('/channel/'.length)))));
    },
  });
  return { url: `${url}/channel`, asked };
};
