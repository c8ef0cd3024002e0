// The generator's channel for browsers, protected by a TUF repository that is made here, and a
// server for it that may lie.
import { join } from 'node:path';
import { readdirSync } from 'node:fs';

import { Repository } from '../../tuf-conformance/simulator/repository.mjs';
import { bytesOf, pathOf } from './samples.mjs';
import { send, serve } from './server.mjs';

const FOLDER = 'emscripten';

/** The packages by their paths. */
export const PYTHON = 'emscripten-wasm32/python-3.14.0-0.conda';
export const HELLO = 'noarch/hello-1.0-pyh0_0.conda';
export const NEWER = 'noarch/hello-1.1-pyh0_0.conda';

/** A file of the honest channel. */
export const contentOf = (path) => bytesOf(join(FOLDER, path));

const nameOf = (path) => path.split('/').at(-1);

/** One byte in the middle is another. */
export function flipped(bytes) {
  const other = Buffer.from(bytes);
  other[other.length >> 1] ^= 1;
  return other;
}

/** `repodata.json` with records that are changed by a function: null takes one out. */
export function edited(repodata, edit) {
  const json = JSON.parse(Buffer.from(repodata).toString());
  for (const section of [json.packages, json['packages.conda']]) {
    for (const [name, record] of Object.entries(section)) {
      const other = edit(name, record);
      if (other === null) delete section[name];
      else section[name] = other;
    }
  }
  return Buffer.from(JSON.stringify(json));
}

/** Repodata with these packages alone, by their file names. */
export const only = (...names) => (name, record) => (names.includes(name) ? record : null);

export class EmscriptenChannel {
  repository = new Repository();
  /** Path → bytes, of what stands beside the roles. */
  files = new Map();
  /** What a lying server answers with in place of some paths, names with hashes in them too. */
  lies = [];
  asked = [];

  /** `hello` 1.0 and 1.1, and `python`. */
  constructor() {
    for (const subdir of ['noarch', 'emscripten-wasm32']) {
      for (const name of readdirSync(pathOf(join(FOLDER, subdir)))) {
        this.files.set(`${subdir}/${name}`, contentOf(`${subdir}/${name}`));
      }
      this.sign(`${subdir}/repodata.json`);
    }
  }

  get root() {
    return this.repository.trustedRoot;
  }

  /** Puts a file there, and has the roles list it. */
  sign(path, content = this.files.get(path)) {
    this.files.set(path, content);
    this.repository.addArtifact('targets', path, content);
    this.repository.release('targets');
  }

  /** Another package under that path, with the record that its repodata has. */
  signPackage(path, content, repodata) {
    this.files.set(path, content);
    this.sign('noarch/repodata.json', repodata);
  }

  /** Answers with other bytes, whatever the hash in the name: the server is not the channel. */
  lie(path, content) {
    const [folder, name] = path.split('/');
    this.lies.push({ pattern: new RegExp(`^${folder}/([0-9a-f]{64}\\.)?${name.replaceAll('.', '\\.')}$`), content });
  }

  at = (path) => {
    const plain = decodeURIComponent(path);
    const lie = this.lies.find(({ pattern }) => pattern.test(plain));
    if (lie !== undefined) return lie.content;
    const { files } = this.repository;
    return this.files.get(plain) ?? files.get(`metadata/${plain}`) ?? files.get(`targets/${plain}`);
  };

  /** A server of this machine alone, until the test ends; gives the channel's URL. */
  async served(test, routes = {}) {
    const url = await serve(test, {
      ...routes,
      '/channel/*': (_, response, path) => {
        const below = path.slice('/channel/'.length);
        this.asked.push(below);
        const bytes = this.at(below);
        if (bytes === undefined) response.writeHead(404).end();
        else send(response, path, bytes);
      },
    });
    return `${url}/channel`;
  }
}

export { nameOf };
