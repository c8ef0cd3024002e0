// The examples in JavaScript of the README and the guide, and what they are run with.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { install, installed, root as checkout } from './places.mjs';
import { ranged } from './ranged.mjs';
import { big, bytesOf, fixtures, sha256, small } from './samples.mjs';
import { send } from './server.mjs';
import { fileOf, now } from './trust.mjs';
import { TufChannel } from './tuf.mjs';

/** The pages of the guide, by their names. */
const GUIDE = join(checkout, 'docs/guide');
export const guide = new Map(readdirSync(GUIDE).map((name) => [name, readFileSync(join(GUIDE, name), 'utf8')]));

const texts = [['README.md', readFileSync(join(installed, 'README.md'), 'utf8')], ...guide];

/** Where each one runs, and its code. */
export const examples = texts.flatMap(([name, text]) =>
  [...text.matchAll(/^<!-- runs: (.+?)( on tuf)? -->\n```js\n([^]*?)^```$/gm)].map(([, where, tuf, code], index) => ({
    name: `${name} ${index + 1}`,
    where: where.split(', '),
    isTuf: tuf !== undefined,
    code,
  })),
);

/** How many blocks of JavaScript there are, but for files of the site that tests/jupyterlite builds. */
const BLOCK = /(?<!^<!-- (?:file: .+|not tested) -->\n)^```js$/gm;
export const blocks = texts.reduce((sum, [, text]) => sum + (text.match(BLOCK) ?? []).length, 0);

/** A channel that TUF protects. */
const tuf = new TufChannel();
const TUF = '/tuf/';
const protectedFile = (_, response, path) => {
  const bytes = tuf.at(path.slice(TUF.length));
  if (bytes === undefined) response.writeHead(404).end();
  else send(response, path, bytes);
};

/** The signed channel, which has shards here too. */
const SHARDS = '/signed/noarch/';
const shard = (_, response, path) =>
  send(response, path, bytesOf(`${fixtures.sharded.folder}/bytes/noarch/${path.slice(SHARDS.length)}`));
/** A server that knows ranges, for one file. */
const RANGED = `/signed/${big}`;
export const routes = {
  [`${SHARDS}repodata_shards.msgpack.zst`]: shard,
  [`${SHARDS}shards/*`]: shard,
  [`${TUF}*`]: protectedFile,
  [RANGED]: ranged(bytesOf(RANGED.slice(1))),
};

/** A folder that is not there yet. */
const FOLDER = join(install, 'example-store');

/** An example, after what it takes for granted, at a time when the roles of the channel are fresh. */
export function runnable({ code, isTuf }, server) {
  const given = {
    channel: `${server}/${isTuf ? 'tuf' : 'signed'}`,
    url: `${server}/${small}`,
    sha256: sha256(bytesOf(small)),
    root: Buffer.from(isTuf ? tuf.root : fileOf('root.json')).toString(),
    folder: FOLDER,
  };
  rmSync(FOLDER, { recursive: true, force: true });
  const used = Object.entries(given).filter(([name]) => !new RegExp(`(const|let) ${name}\\b`).test(code));
  const names = used.map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
  // That of TUF is made at the time of the test.
  const clock = isTuf ? '' : `Date.now = () => ${Date.parse(now)};\n`;
  return `${clock}${names.join('')}${code}`;
}

/** What an example's comments say that it prints. */
export const promised = ({ code }) =>
  [...code.matchAll(/^ *(?:if \(.*\) )?console\.log\(.*\); \/\/ (.+)$/gm)].map(([, words]) => words);
