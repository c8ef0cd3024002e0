// Which paths a delegation is for, and what its role may be called (TUF 4.5, TAP 15).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { NOTHING_NEW } from '../simulator/trial.mjs';

const SECOND = [...NOTHING_NEW, '2.snapshot.json', '2.targets.json'];
const TOP = { root: 1, timestamp: 2, snapshot: 2, targets: 2 };

/** A role name must neither leave the URL's folder nor that of the files. */
const unusualName = (name) => async ({ repository, client, asked, holds, downloaded }) => {
  const encoded = encodeURIComponent(name);
  repository.delegate('targets', name);
  const { hashes } = repository.addArtifact(name, 'file', 'contents');
  repository.release(name, 'targets');
  await client.init(repository.trustedRoot);
  await client.download('nonexistent target', { exit: 1 });
  asked(SECOND, `1.${encoded}.json`);
  // By whatever name it is stored there.
  await holds({ ...TOP, [name]: 1 });
  assert.deepEqual(await client.beside(), []);
  await client.download('file');
  // What is stored is not asked for again.
  asked(NOTHING_NEW, `targets/${hashes.sha256}.file`);
  await downloaded('contents');
};

/** Two roles that list the same path: the one that is listed first has it. */
const order = (first, second) => async ({ repository, client, asked, holds, downloaded }) => {
  for (const name of [first, second]) repository.delegate('targets', name);
  const { hashes } = repository.addArtifact(first, 'file', `by ${first}`);
  repository.addArtifact(second, 'file', `by ${second}`);
  repository.release(first, second, 'targets');
  await client.init(repository.trustedRoot);
  await client.download('file');
  asked(SECOND, `1.${first}.json`, `targets/${hashes.sha256}.file`);
  await holds({ ...TOP, [first]: 1 });
  await downloaded(`by ${first}`);
};

/** Whether a delegation of this pattern is one for this path. */
const glob = (pattern, path, matches) => async (trial) => {
  const { repository, client, holds, downloaded, server } = trial;
  repository.delegate('targets', 'A', { paths: [pattern] });
  const { hashes } = repository.addArtifact('A', path, 'contents');
  repository.release('A', 'targets');
  await client.init(repository.trustedRoot);
  await client.download(path, { exit: matches ? 0 : 1 });
  const places = repository.placesOf(path, hashes).map((place) => `targets/${place}`);
  // A `#` must not end the URL; which other characters are encoded is the client's affair.
  const requests = server.take().map((request) => (request.includes('/') ? decodeURIComponent(request) : request));
  assert.deepEqual(requests, matches ? [...SECOND, '1.A.json', ...places] : SECOND);
  await holds(matches ? { ...TOP, A: 1 } : TOP);
  await downloaded(...(matches ? ['contents'] : []));
};

/** Hash bins: each path is looked for in its own, and in no other. */
const bins = (bits) => async (trial) => {
  const { repository, client, asked, holds, downloaded } = trial;
  const { names, nameFor } = repository.delegateToBins('targets', bits, 'bin');
  assert.equal(names.length, 2 ** bits);
  const paths = ['file-1', 'folder/file-2', 'file-é'];
  const hashes = paths.map((path) => repository.addArtifact(nameFor(path), path, `${path} here`).hashes);
  // Listed by a role that it does not belong to.
  const stray = 'stray';
  repository.addArtifact(names.find((name) => name !== nameFor(stray)), stray, 'not to be found');
  repository.release(...names, 'targets');
  await client.init(repository.trustedRoot);
  const seen = new Set();
  for (const [index, path] of paths.entries()) {
    await client.download(path);
    const name = nameFor(path);
    const places = repository.placesOf(path, hashes[index]).map((place) => `targets/${encodeURI(place)}`);
    asked(index === 0 ? SECOND : NOTHING_NEW, seen.has(name) ? [] : `1.${name}.json`, places);
    seen.add(name);
  }
  await downloaded(...paths.map((path) => `${path} here`));
  await client.download(stray, { exit: 1 });
  const name = nameFor(stray);
  asked(NOTHING_NEW, seen.has(name) ? [] : `1.${name}.json`);
  await holds({ ...TOP, ...Object.fromEntries([...seen, name].map((bin) => [bin, 1])) });
  await downloaded(...paths.map((path) => `${path} here`));
};

const GLOBS = [
  ['*', '.hidden', true],
  ['!a', 'b', false],
  ['{a,b}', 'a', false],
  ['#x', '#x', true],
  ['**', 'a/b', false],
  ['[ab]c', 'ac', true],
  ['*.txt', 'a/b.txt', false],
  ['a/*', 'a/b/c', false],
  ['+(a)', 'aa', false],
];

const NAMES = ['?', '#', '/delegatedrole', '../delegatedrole'];

export default {
  ...Object.fromEntries(NAMES.map((name) => [`test_unusual_role_name[${name}]`, unusualName(name)])),

  'test_x_delegation_order[numeric]': order('2', '1'),
  'test_x_delegation_order[alpha]': order('b', 'a'),

  ...Object.fromEntries(
    GLOBS.map(([pattern, path, matches]) => [
      `test_x_glob[${pattern}-${path}-${matches ? 'True' : 'False'}]`,
      glob(pattern, path, matches),
    ]),
  ),

  test_x_path_hash_prefixes: async ({ repository, client, asked, holds, downloaded }) => {
    const digits = [...'0123456789abcdef'];
    repository.delegate('targets', 'low', { prefixes: digits.slice(0, 8) });
    // Longer prefixes, all that there are.
    repository.delegate('targets', 'high', { prefixes: digits.slice(8).flatMap((one) => digits.map((two) => one + two)) });
    const roleOf = (path) => (createHash('sha256').update(path).digest()[0] < 128 ? 'low' : 'high');
    const paths = ['file-0', 'folder/file-1', 'file-2', 'file-é', 'file-4'];
    assert.deepEqual([...new Set(paths.map(roleOf))].sort(), ['high', 'low']);
    const places = paths.map((path) => {
      const { hashes } = repository.addArtifact(roleOf(path), path, path);
      return `targets/${encodeURI(repository.placesOf(path, hashes)[0])}`;
    });
    repository.release('low', 'high', 'targets');
    await client.init(repository.trustedRoot);
    const seen = new Set();
    for (const [index, path] of paths.entries()) {
      await client.download(path);
      const role = roleOf(path);
      asked(index === 0 ? SECOND : NOTHING_NEW, seen.has(role) ? [] : `1.${role}.json`, places[index]);
      seen.add(role);
    }
    await holds({ ...TOP, low: 1, high: 1 });
    await downloaded(...paths);
  },

  'test_x_succinct[1]': bins(1),
  'test_x_succinct[4]': bins(4),
  'test_x_succinct[5]': bins(5),
  'test_x_succinct[8]': bins(8),
};
