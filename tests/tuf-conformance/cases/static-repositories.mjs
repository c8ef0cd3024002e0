// Repositories of other tools as they lie on a server. The official suite has copies of real ones;
// these are LOOK-ALIKES of ours: laid out as those are, with keys and contents of our own.
import { written } from '../simulator/canonical-json.mjs';
import { Key } from '../simulator/key.mjs';
import { Repository } from '../simulator/repository.mjs';

/** tuf-on-ci leaves a signature empty for who has not signed. */
const withAbsent = (absent) => ({ signatures, signed }) =>
  written({ signatures: [...absent.map(({ keyid }) => ({ keyid, sig: '' })), ...signatures], signed });

/** A key of a person, and one of a machine, as tuf-on-ci lists them. */
const person = (name) => new Key('ecdsa', { 'x-tuf-on-ci-keyowner': name });
const machine = (uri) => new Key('ecdsa', { 'x-tuf-on-ci-online-uri': uri });

/** A root of tuf-on-ci: timestamp and snapshot share a key, root and targets are the persons'. */
function ownedBy(persons, threshold, online) {
  const repository = new Repository();
  const { root, timestamp, snapshot, targets } = repository;
  root.keys.clear();
  for (const role of ['root', 'targets']) repository.setKeys(role, persons, { threshold });
  for (const role of ['timestamp', 'snapshot']) repository.setKeys(role, [online]);
  for (const role of [timestamp, snapshot]) {
    Object.assign(root.roles.get(role._type), { 'x-tuf-on-ci-expiry-period': 7, 'x-tuf-on-ci-signing-period': 4 });
    role.version = 1;
  }
  for (const role of [root, targets]) Object.assign(role, { 'x-tuf-on-ci-expiry-period': 365, 'x-tuf-on-ci-signing-period': 60 });
  return repository;
}

/** Publishes all roles; who signs root and targets, and who does not. */
function publish(repository, { version, signing, absent, delegated = [] }) {
  const signs = { by: signing, edit: withAbsent(absent) };
  repository.files.clear();
  repository.root.version = version;
  repository.publish('root', { ...signs, bump: false });
  for (const role of delegated) repository.publish(role);
  repository.publish('targets', { ...signs, bump: false });
  repository.releaseSnapshot();
}

async function downloads({ repository, client, asked, holds, downloaded }, path, { first, roles, contents }) {
  const { root, timestamp, snapshot, targets, ...delegated } = roles;
  await client.init(repository.published('root', root));
  await client.refresh();
  asked(`${root + 1}.root.json`, 'timestamp.json', `${snapshot}.snapshot.json`, `${targets}.targets.json`);
  await holds({ root, timestamp, snapshot, targets });
  await client.download(path);
  asked(`${root + 1}.root.json`, 'timestamp.json', Object.entries(delegated).map(([name, version]) => `${version}.${name}.json`), first);
  await holds(roles);
  await downloaded(contents);
}

export default {
  'test_static_repository[tuf-on-ci-0.11]': async ({ anew }) => {
    const persons = [person('@one'), person('@two')];
    const repository = ownedBy(persons, 1, machine('ambient:test'));
    const delegated = new Key('ecdsa', { 'x-tuf-on-ci-keyowner': '@three' });
    repository.delegate('targets', 'delegatedrole', { key: delegated, paths: ['delegatedrole/*'], terminating: true });
    const path = 'delegatedrole/artifact';
    const { hashes } = repository.addArtifact('delegatedrole', path, 'an artifact');
    const artifact = [...repository.files].filter(([file]) => file.startsWith('targets/'));
    publish(repository, { version: 1, signing: persons.slice(0, 1), absent: persons.slice(1), delegated: ['delegatedrole'] });
    for (const [file, bytes] of artifact) repository.files.set(file, bytes);
    await downloads(await anew(repository), path, {
      first: `targets/delegatedrole/${hashes.sha256}.artifact`,
      roles: { root: 1, timestamp: 2, snapshot: 2, targets: 1, delegatedrole: 1 },
      contents: 'an artifact',
    });
  },

  'test_static_repository[sigstore-root-signing]': async ({ anew }) => {
    const persons = ['@a', '@b', '@c', '@d', '@e'].map(person);
    const repository = ownedBy(persons, 3, machine('gcpkms:projects/test/keyRings/root/cryptoKeys/timestamp'));
    repository.root.keys.forEach((key) => Object.assign(key, { keyid_hash_algorithms: ['sha256', 'sha512'] }));
    repository.delegate('targets', 'registry.npmjs.org', { paths: ['registry.npmjs.org/*'], terminating: true });
    const path = 'trusted_root.json';
    const contents = '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}';
    repository.addArtifact('registry.npmjs.org', 'registry.npmjs.org/keys.json', '{"keys":[]}');
    const { hashes } = repository.addArtifact('targets', path, contents);
    repository.targets.targets.get(path).custom = { sigstore: { status: 'Active', usage: 'Fulcio', uri: 'https://fulcio.example' } };
    const artifacts = [...repository.files].filter(([file]) => file.startsWith('targets/'));
    Object.assign(repository.snapshot, { version: 150 });
    Object.assign(repository.timestamp, { version: 300 });
    Object.assign(repository.targets, { version: 12 });
    publish(repository, { version: 12, signing: persons.slice(0, 3), absent: persons.slice(3), delegated: ['registry.npmjs.org'] });
    for (const [file, bytes] of artifacts) repository.files.set(file, bytes);
    await downloads(await anew(repository), path, {
      first: `targets/${hashes.sha256}.${path}`,
      roles: { root: 12, timestamp: 301, snapshot: 151, targets: 12 },
      contents,
    });
  },
};
