// The README's examples in JavaScript, and what they are run with.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { install, installed } from './places.mjs';
import { bytesOf, fixtures, sha256, small } from './samples.mjs';
import { send } from './server.mjs';
import { fileOf, now } from './trust.mjs';

const readme = readFileSync(join(installed, 'README.md'), 'utf8');

/** Where each one runs, and its code. */
export const examples = [...readme.matchAll(/^<!-- runs: (.+) -->\n```js\n([^]*?)^```$/gm)].map(
  ([, where, code], index) => ({ name: `example ${index + 1}`, where: where.split(', '), code }),
);

/** How many blocks of JavaScript there are. */
export const blocks = readme.match(/^```js$/gm).length;

/** The signed channel, which has shards here too. */
const SHARDS = '/signed/noarch/';
const shard = (_, response, path) =>
  send(response, path, bytesOf(`${fixtures.sharded.folder}/bytes/noarch/${path.slice(SHARDS.length)}`));
export const routes = { [`${SHARDS}repodata_shards.msgpack.zst`]: shard, [`${SHARDS}shards/*`]: shard };

/** A folder that is not there yet. */
const FOLDER = join(install, 'example-store');

/** An example, after what it takes for granted, at a time when the roles of the channel are fresh. */
export function runnable({ code }, server) {
  const given = {
    channel: `${server}/signed`,
    url: `${server}/${small}`,
    sha256: sha256(bytesOf(small)),
    root: Buffer.from(fileOf('root.json')).toString(),
    folder: FOLDER,
  };
  rmSync(FOLDER, { recursive: true, force: true });
  const used = Object.entries(given).filter(([name]) => !new RegExp(`(const|let) ${name}\\b`).test(code));
  const names = used.map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
  return `Date.now = () => ${Date.parse(now)};\n${names.join('')}${code}`;
}

/** What an example's comments say that it prints. */
export const promised = ({ code }) =>
  [...code.matchAll(/^ *(?:if \(.*\) )?console\.log\(.*\); \/\/ (.+)$/gm)].map(([, words]) => words);
