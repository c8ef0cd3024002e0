// A channel of the generator's packages, protected by a TUF repository that is made here.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Repository } from '../../tuf-conformance/simulator/repository.mjs';
import { bytesOf, fixtures } from './samples.mjs';
import { send, serve } from './server.mjs';
import { emptyFolder } from './signed.mjs';

export { Repository };

/** The honest packages' paths, and the repodata that has their records. */
export const { honest } = fixtures.signed;
export const contentOf = (path) => bytesOf(`${fixtures.signed.folder}/${path}`);

/**
 * The channel's files as a conda server has them: the roles' beside all others, these under
 * their own names, and where roles list them under those with hashes too.
 */
export class TufChannel {
  repository;
  /** Path → bytes of what no role lists. */
  others = new Map();

  /** `listed`: the paths that the top-level targets list at first. */
  constructor({ consistent = true, listed = ['noarch/repodata.json.zst'] } = {}) {
    this.repository = new Repository({ consistent });
    for (const path of honest) this.others.set(path, contentOf(path));
    for (const path of listed) this.list('targets', path);
    this.repository.release('targets');
  }

  /** Lists a file in a role; in effect with the role's next release. */
  list(role, path, content = contentOf(path), options = {}) {
    this.others.set(path, Buffer.from(content));
    this.repository.addArtifact(role, path, content, options);
  }

  get root() {
    return this.repository.trustedRoot;
  }

  /** Path, below the channel, → bytes. The names of roles are encoded, as repositories write them. */
  files() {
    return new Map([...this.others, ...this.#below('targets/'), ...this.#below('metadata/', encodeURIComponent)]);
  }

  /** What there is at a URL's path below the channel, or undefined. */
  at = (path) => this.files().get(path) ?? this.files().get(decodeURIComponent(path));

  /** Writes the files into a folder, which is gone after the test; gives its path. */
  folder(test) {
    return written(test, this.files());
  }

  /** The same with the files of roles in one folder, and all others in another. */
  split(test) {
    const metadata = written(test, new Map(this.#below('metadata/', encodeURIComponent)));
    return { metadata, targets: written(test, new Map([...this.others, ...this.#below('targets/')])) };
  }

  #below(start, nameOf = (path) => path) {
    const { files } = this.repository;
    return [...files].filter(([path]) => path.startsWith(start)).map(([path, bytes]) => [nameOf(path.slice(start.length)), bytes]);
  }

  /** Writes the root into a file; gives its path. */
  pinned(test) {
    const file = join(emptyFolder(test), 'root.json');
    writeFileSync(file, this.root);
    return file;
  }
}

/** A server with a channel at /channel/; notes what it was asked for. */
export async function serveTuf(test, channel, routes = {}) {
  const asked = [];
  const url = await serve(test, {
    ...routes,
    '/channel/*': (_, response, path) => {
      const below = path.slice('/channel/'.length);
      asked.push(below);
      const bytes = channel.at(below);
      if (bytes === undefined) response.writeHead(404).end();
      else send(response, path, bytes);
    },
  });
  return { url: `${url}/channel`, asked };
}

/** Files by path, in a folder. */
export function written(test, files) {
  const folder = emptyFolder(test);
  for (const [path, bytes] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  return folder;
}
