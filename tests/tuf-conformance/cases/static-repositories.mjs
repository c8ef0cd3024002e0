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
  const { root, targets } = repository;
  root.keys.clear();
  for (const role of ['root', 'targets']) repository.setKeys(role, persons, { threshold });
  for (const role of ['timestamp', 'snapshot']) repository.setKeys(role, [online]);
  const signedEvery = (days, before) => ({
    'x-tuf-on-ci-expiry-period': days,
    'x-tuf-on-ci-signing-period': before,
  });
  for (const role of ['timestamp', 'snapshot']) Object.assign(root.roles.get(role), signedEvery(7, 4));
  for (const role of [root, targets]) Object.assign(role, signedEvery(365, 60));
  return repository;
}

/** Publishes all roles, in place of what there was. So many persons sign, and the rest is absent. */
function publish(repository, persons, { version, signing, delegated }) {
  const signs = { by: persons.slice(0, signing), edit: withAbsent(persons.slice(signing)) };
  for (const file of repository.files.keys()) {
    if (file.startsWith('metadata/')) repository.files.delete(file);
  }
  repository.root.version = version;
  repository.publish('root', { ...signs, bump: false });
  repository.publish(delegated);
  repository.publish('targets', { ...signs, bump: false });
  repository.releaseSnapshot();
}

async function downloads(trial, path, { place, versions, contents }) {
  const { repository, client, asked, holds, downloaded } = trial;
  const { root, timestamp, snapshot, targets, ...delegated } = versions;
  await client.init(repository.published('root', root));
  await client.refresh();
  asked(`${root + 1}.root.json`, 'timestamp.json', `${snapshot}.snapshot.json`, `${targets}.targets.json`);
  await holds({ root, timestamp, snapshot, targets });
  await client.download(path);
  const roles = Object.entries(delegated).map(([name, version]) => `${version}.${name}.json`);
  asked(`${root + 1}.root.json`, 'timestamp.json', roles, place);
  await holds(versions);
  await downloaded(contents);
}

export default {
  'test_static_repository[tuf-on-ci-0.11]': async ({ anew }) => {
    const persons = [person('@one'), person('@two')];
    const repository = ownedBy(persons, 1, machine('ambient:test'));
    const delegated = new Key('ecdsa', { 'x-tuf-on-ci-keyowner': '@three' });
    const rule = { paths: ['delegatedrole/*'], terminating: true };
    repository.delegate('targets', 'delegatedrole', { key: delegated, ...rule });
    const path = 'delegatedrole/artifact';
    const { hashes } = repository.addArtifact('delegatedrole', path, 'an artifact');
    publish(repository, persons, { version: 1, signing: 1, delegated: 'delegatedrole' });
    await downloads(await anew(repository), path, {
      place: `targets/delegatedrole/${hashes.sha256}.artifact`,
      versions: { root: 1, timestamp: 2, snapshot: 2, targets: 1, delegatedrole: 1 },
      contents: 'an artifact',
    });
  },

  'test_static_repository[sigstore-root-signing]': async ({ anew }) => {
    const persons = ['@a', '@b', '@c', '@d', '@e'].map(person);
    const repository = ownedBy(persons, 3, machine('gcpkms:projects/test/cryptoKeys/timestamp'));
    for (const key of repository.root.keys.values()) key.keyid_hash_algorithms = ['sha256', 'sha512'];
    const rule = { paths: ['registry.npmjs.org/*'], terminating: true };
    repository.delegate('targets', 'registry.npmjs.org', rule);
    const path = 'trusted_root.json';
    const contents = '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}';
    repository.addArtifact('registry.npmjs.org', 'registry.npmjs.org/keys.json', '{"keys":[]}');
    const { hashes } = repository.addArtifact('targets', path, contents);
    const custom = { sigstore: { status: 'Active', uri: 'https://example.com', usage: 'Fulcio' } };
    repository.targets.targets.get(path).custom = custom;
    repository.targets.version = 12;
    repository.snapshot.version = 150;
    repository.timestamp.version = 300;
    publish(repository, persons, { version: 12, signing: 3, delegated: 'registry.npmjs.org' });
    await downloads(await anew(repository), path, {
      place: `targets/${hashes.sha256}.${path}`,
      versions: { root: 12, timestamp: 301, snapshot: 151, targets: 12 },
      contents,
    });
  },
};
