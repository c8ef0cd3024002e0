// Artifacts: what a role says of them, and what is served (TUF 5.7).
import assert from 'node:assert/strict';

import { all, NOTHING_NEW } from '../simulator/trial.mjs';
import { Repository } from '../simulator/repository.mjs';

const FILE = 'target_file.txt';

/** Published with the digests of these algorithms. */
const withHashes = (algorithms) => async (trial) => {
  const { repository, client, downloaded } = trial;
  const { hashes } = repository.addArtifact('targets', FILE, 'target file contents', { algorithms });
  repository.release('targets');
  await trial.start();
  await client.download(FILE);
  await downloaded('target file contents');
  oneOf(trial, NOTHING_NEW, repository.placesOf(FILE, hashes));
};

/** After `requests`, one of these places was asked for, and nothing else. */
function oneOf({ server }, requests, places) {
  const asked = server.take();
  assert.deepEqual(asked.slice(0, -1), requests);
  assert.ok(places.includes(asked.at(-1)?.replace('targets/', '')), String(asked.at(-1)));
}

export default {
  test_client_downloads_expected_file: async ({ repository, client, asked, downloaded }) => {
    await client.init(repository.trustedRoot);
    const { hashes } = repository.addArtifact('targets', FILE, 'target file contents');
    repository.release('targets');
    await client.refresh();
    asked(NOTHING_NEW, '2.snapshot.json', '2.targets.json');
    await downloaded();
    await client.download(FILE);
    asked(NOTHING_NEW, `targets/${hashes.sha256}.${FILE}`);
    await downloaded('target file contents');
  },

  test_client_downloads_expected_file_in_sub_dir: async ({ repository, client, asked, downloaded }) => {
    await client.init(repository.trustedRoot);
    const { hashes } = repository.addArtifact('targets', `path/to/a/${FILE}`, 'target file contents');
    repository.release('targets');
    await client.download(`path/to/a/${FILE}`);
    asked(NOTHING_NEW, '2.snapshot.json', '2.targets.json', `targets/path/to/a/${hashes.sha256}.${FILE}`);
    await downloaded('target file contents');
  },

  test_repository_substitutes_target_file: async ({ repository, client, downloaded }) => {
    const one = repository.addArtifact('targets', FILE, 'target file contents');
    const other = repository.addArtifact('targets', 'another', 'content');
    repository.release('targets');
    await client.init(repository.trustedRoot);
    await client.download(FILE);
    await downloaded('target file contents');
    repository.serveArtifact(FILE, 'malicious data', one);
    // As long as what was listed, too.
    repository.serveArtifact('another', 'CONTENT', other);
    // Who has the artifact need not ask for it again.
    await client.download(FILE, { exit: null });
    await downloaded('target file contents');
    await client.download('another', { exit: 1 });
    await downloaded('target file contents');
    repository.serveArtifact('another', 'content', other);
    await client.download('another');
    await downloaded('target file contents', 'content');
  },

  test_multiple_changes_to_target: async ({ repository, client, downloaded }) => {
    repository.addArtifact('targets', FILE, 'contents');
    repository.release('targets');
    await client.init(repository.trustedRoot);
    await client.download(FILE);
    const others = [];
    for (let round = 0; round <= 10; round += 1) {
      const target = repository.addArtifact('targets', FILE, `contents ${round}`);
      repository.addArtifact('targets', `new-${round}`, `new ${round}`);
      repository.release('targets');
      // The client sees every fifth version.
      if (round % 5 === 0) {
        await client.download(FILE);
        await downloaded(...others, `contents ${round}`);
        await client.download(`new-${round}`);
        await downloaded(...others, `contents ${round}`, `new ${round}`);
        others.push(`new ${round}`);
        repository.serveArtifact(FILE, `malicious ${round}`, target);
        repository.release('targets');
        await client.download(FILE, { exit: null });
        await downloaded(...others.slice(0, -1), `contents ${round}`, `new ${round}`);
        repository.serveArtifact(FILE, `contents ${round}`, target);
      }
    }
  },

  'test_download_with_hash_algorithms[hashes0]': withHashes(['sha256']),
  'test_download_with_hash_algorithms[hashes1]': withHashes(['sha512']),
  'test_download_with_hash_algorithms[hashes2]': withHashes(['sha256', 'sha512']),

  test_download_with_unknown_hash_algorithm: async ({ repository, client, downloaded }) => {
    repository.addArtifact('targets', FILE, 'contents', { hashes: { 'of-tomorrow': 'abcdef0123456789' } });
    repository.release('targets');
    await client.init(repository.trustedRoot);
    await client.download(FILE, { exit: 1 });
    await downloaded();
  },

  test_artifact_cache: async (trial) => {
    const { repository, client, asked, downloaded } = trial;
    const { hashes } = repository.addArtifact('targets', FILE, 'contents');
    repository.release('targets');
    await trial.start();
    await client.download(FILE);
    asked(NOTHING_NEW, `targets/${hashes.sha256}.${FILE}`);
    await client.download(FILE);
    asked(NOTHING_NEW);
    await downloaded('contents');
  },

  test_x_targets_length_too_long: async (trial) => {
    // Its beginning is what was signed; then its hash is right, and its length is not.
    const listed = { 'contents and more': {}, contents: { length: 7 } };
    for (const [served, options] of Object.entries(listed)) {
      const { repository, client, downloaded } = await trial.anew();
      const target = repository.addArtifact('targets', FILE, 'contents', options);
      repository.serveArtifact(FILE, served, target);
      repository.release('targets');
      await client.init(repository.trustedRoot);
      await client.download(FILE, { exit: 1 });
      await downloaded();
      repository.addArtifact('targets', FILE, 'contents');
      repository.release('targets');
      await client.download(FILE);
      await downloaded('contents');
    }
  },

  test_x_proto_names: async (trial) => {
    const { repository, client, asked, downloaded } = trial;
    await trial.start();
    // Nobody has listed these yet.
    for (const name of ['constructor', '__proto__', 'toString']) {
      await client.download(name, { exit: 1 });
      asked(NOTHING_NEW);
    }
    const places = ['constructor', '__proto__'].map((name) => {
      const { hashes } = repository.addArtifact('targets', name, `contents of ${name}`);
      return `targets/${hashes.sha256}.${name}`;
    });
    repository.release('targets');
    await client.download(['constructor', '__proto__']);
    asked(NOTHING_NEW, '2.snapshot.json', '2.targets.json', places);
    await downloaded('contents of constructor', 'contents of __proto__');
    await client.download('toString', { exit: 1 });
    asked(NOTHING_NEW);
  },

  test_x_non_consistent_snapshot: async (trial) => {
    const { repository, client, asked, holds, downloaded } = await trial.anew(new Repository({ consistent: false }));
    repository.delegate('targets', 'role1', { paths: ['dir/*'] });
    repository.addArtifact('targets', FILE, 'contents');
    repository.addArtifact('role1', `dir/${FILE}`, 'contents in a folder');
    repository.release('targets', 'role1');
    await client.init(repository.trustedRoot);
    await client.download([FILE, `dir/${FILE}`]);
    asked(NOTHING_NEW, 'snapshot.json', 'targets.json', `targets/${FILE}`, 'role1.json', `targets/dir/${FILE}`);
    await holds({ ...all(2), root: 1, role1: 1 });
    await downloaded('contents', 'contents in a folder');
    repository.release('targets');
    await client.refresh();
    asked(NOTHING_NEW, 'snapshot.json', 'targets.json');
    await holds({ ...all(3), root: 1, role1: 1 });
  },
};
