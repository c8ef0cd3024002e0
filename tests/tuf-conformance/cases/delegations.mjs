// Which roles are asked for an artifact, and in which order (TUF 5.6.7).
import assert from 'node:assert/strict';

import { Key } from '../simulator/key.mjs';
import { NOTHING_NEW } from '../simulator/trial.mjs';

/** Delegator and role, in the order in which they are listed, and the roles that are visited. */
const GRAPHS = {
  'basic-delegation': ['targets>A', 'A'],
  'single-level-delegations': ['targets>A targets>B', 'A B'],
  'two-level-delegations': ['targets>A targets>B B>C', 'A B C'],
  'two-level-test-DFS-order-of-traversal': ['targets>A targets>B A>C A>D', 'A C D B'],
  'three-level-delegation-test-DFS-order-of-traversal': ['targets>A targets>B A>C C>D', 'A C D B'],
  'two-level-terminating-ignores-all-but-roles-descendants': [
    'targets>A targets>B A>C A>D', 'A C', { 'A>C': { terminating: true } },
  ],
  'three-level-terminating-ignores-all-but-roles-descendants': [
    'targets>A targets>B A>C C>D', 'A C D', { 'A>C': { terminating: true } },
  ],
  'two-level-ignores-all-branches-not-matching-paths': [
    'targets>A targets>B A>C', 'B', { 'targets>A': { paths: ['*.py'] } },
  ],
  'three-level-ignores-all-branches-not-matching-paths': [
    'targets>A targets>B A>C C>D', 'A B', { 'A>C': { paths: ['*.py'] } },
  ],
  'cyclic-graph': ['targets>A targets>B B>C C>D D>B', 'A B C D'],
  'two-roles-delegating-to-a-third': ['targets>A targets>B B>C A>C', 'A C B'],
  'two-roles-delegating-to-a-third-different-paths': [
    'targets>A targets>B B>C A>C', 'A B C', { 'A>C': { paths: ['*.py'] } },
  ],
};

/** Delegates, and publishes all of it as second versions; delegated roles have their first. */
function build(repository, edges, rules = {}) {
  const names = new Set();
  for (const edge of edges) {
    const [delegator, name] = edge.split('>');
    repository.delegate(delegator, name, rules[edge]);
    names.add(name);
  }
  return () => repository.release(...names, 'targets');
}

const SECOND = [...NOTHING_NEW, '2.snapshot.json', '2.targets.json'];
const firsts = (names) => names.map((name) => `1.${encodeURIComponent(name)}.json`);
const versions = (names) => Object.fromEntries(names.map((name) => [name, 1]));
const TOP = { root: 1, timestamp: 2, snapshot: 2, targets: 2 };

const traversal = ([edges, visited, rules]) => async ({ repository, client, asked, holds }) => {
  await client.init(repository.trustedRoot);
  build(repository, edges.split(' '), rules)();
  await client.download('missingpath', { exit: 1 });
  const names = visited.split(' ');
  asked(SECOND, firsts(names));
  await holds({ ...TOP, ...versions(names) });
};

/** A tree of delegations by path, what each role lists, and what is found of it. */
const TREE = {
  'targets>A': { paths: ['*.doc', '*.md'] },
  'targets>B': { paths: ['releases/*/*'] },
  'targets>Q': { paths: ['v?.?/notes'] },
  'B>C': { paths: ['releases/x/*'] },
  'B>D': { paths: ['releases/y/*.zip'] },
};
const LISTED = [
  ['targets', 'targetfile'],
  ['A', 'README.md'],
  ['A', 'docs/README.md'],
  ['A', 'README.MD'],
  ['C', 'releases/x/x_v1'],
  ['D', 'releases/y/y_v1.zip'],
  ['D', 'releases/z/z_v1.zip'],
  ['Q', 'v1.2/notes'],
  ['Q', 'v1.10/notes'],
];
const SEARCHES = {
  'no delegations': ['targetfile', '', 'targets'],
  'targetpath matches wildcard': ['README.md', 'A', 'A'],
  'targetpath with separators x': ['releases/x/x_v1', 'B C', 'C'],
  'targetpath with separators y': ['releases/y/y_v1.zip', 'B D', 'D'],
  'targetpath is not delegated by all roles in the chain': ['releases/z/z_v1.zip', 'B', null],
  'wildcard does not match path separator': ['docs/README.md', '', null],
  'targetpath matches question mark wildcard': ['v1.2/notes', 'Q', 'Q'],
  'targetpath does not match question mark wildcard': ['v1.10/notes', '', null],
  'targetpath matching is case sensitive': ['README.MD', '', null],
};

const search = ([path, visited, lister]) => async ({ repository, client, asked, holds, downloaded }) => {
  await client.init(repository.trustedRoot);
  const release = build(repository, Object.keys(TREE), TREE);
  const hashes = new Map();
  for (const [role, name] of LISTED) {
    hashes.set(name, repository.addArtifact(role, name, `${name} by ${role}`).hashes);
  }
  release();
  await client.download(path, { exit: lister === null ? 1 : 0 });
  const names = visited.split(' ').filter(Boolean);
  const places = lister === null ? [] : repository.placesOf(path, hashes.get(path)).map((place) => `targets/${place}`);
  asked(SECOND, firsts(names), places);
  await holds({ ...TOP, ...versions(names) });
  await downloaded(...(lister === null ? [] : [`${path} by ${lister}`]));
};

const named = (name, cases, body) =>
  Object.entries(cases).map(([parameter, one]) => [`${name}[${parameter}]`, body(one)]);

export default {
  ...Object.fromEntries(named('test_graph_traversal', GRAPHS, traversal)),
  ...Object.fromEntries(named('test_targetfile_search', SEARCHES, search)),

  test_cached_role_is_verified_against_current_delegator: async (trial) => {
    const { repository, client, holds, downloaded } = trial;
    // C signs with the key that A knows it by, and not with the one that B does.
    repository.delegate('targets', 'A', { paths: ['a*'] });
    repository.delegate('targets', 'B', { paths: ['b*'] });
    const key = new Key();
    repository.delegate('A', 'C', { key });
    repository.delegate('B', 'C');
    repository.signers.set('C', [key]);
    const { hashes } = repository.addArtifact('C', 'a-file', 'by way of A');
    repository.addArtifact('C', 'b-file', 'by way of B');
    repository.release('C', 'A', 'B', 'targets');
    await client.init(repository.trustedRoot);
    await client.download(['a-file', 'b-file'], { exit: 1 });
    await downloaded('by way of A');
    await holds({ ...TOP, A: 1, B: 1, C: 1 });
    const expected = [...SECOND, ...firsts(['A', 'C']), `targets/${hashes.sha256}.a-file`, ...firsts(['B'])];
    const requests = trial.server.take();
    assert.deepEqual(requests.slice(0, expected.length), expected);
    // C may be asked for again, in case that there is one by now which B's key has signed.
    assert.deepEqual(requests.slice(expected.length).filter((request) => request !== '1.C.json'), []);
  },

  test_delegation_not_in_snapshot: async ({ repository, client, asked, holds, downloaded }) => {
    repository.delegate('targets', 'A');
    repository.addArtifact('A', 'file', 'by A');
    repository.publish('A');
    repository.publish('targets');
    repository.snapshot.meta.set('targets.json', { version: 2 });
    repository.publish('snapshot');
    repository.releaseTimestamp();
    await client.init(repository.trustedRoot);
    await client.download('file', { exit: 1 });
    asked(SECOND);
    await holds(TOP);
    await downloaded();
    repository.releaseSnapshot();
    await client.download('file');
    await downloaded('by A');
  },
};
