// What a refresh asks for, what it keeps, and where it stops (TUF 5.3 to 5.6).
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { written } from '../simulator/canonical-json.mjs';
import { Key } from '../simulator/key.mjs';
import { all, FIRST, NOTHING_NEW } from '../simulator/trial.mjs';

/** What is asked for, and stored, before each role of the first update to version 2. */
const BEFORE = {
  root: { roles: {}, asked: [] },
  timestamp: { roles: { root: 1 }, asked: ['2.root.json'] },
  snapshot: { roles: { root: 1, timestamp: 2 }, asked: ['2.root.json', 'timestamp.json'] },
  targets: { roles: { root: 1, timestamp: 2, snapshot: 2 }, asked: ['2.root.json', 'timestamp.json', '2.snapshot.json'] },
};
const LAST = { root: '2.root.json', timestamp: 'timestamp.json', snapshot: '2.snapshot.json', targets: '2.targets.json' };

/** A client that has nothing is refused one role, keeps those before, and later goes on. */
const stopsAt = (role, spoil, mend) => async ({ repository, client, asked, holds }) => {
  await client.init(repository.trustedRoot);
  if (role !== 'root') repository.release('targets');
  spoil(repository);
  await client.refresh({ exit: 1 });
  asked(BEFORE[role].asked, LAST[role]);
  await holds({ root: 1, ...BEFORE[role].roles });
  mend(repository);
  await client.refresh();
  await holds({ ...all(2), ...(role === 'root' ? { timestamp: 1, snapshot: 1, targets: 1 } : { root: 1 }) });
};

/** Publishes version 2 of a role; all but root have one already. */
const again = (role, options) => (repository) => {
  const bump = role === 'root' && repository.published('root', 2) === undefined;
  repository.publish(role, { bump, ...options });
};

const unsigned = (role) => async (trial) => {
  for (const by of [[], [new Key()]]) {
    const { repository, client, asked, holds } = await trial.anew();
    await stopsAt(role, again(role, { by }), again(role))({ repository, client, asked, holds });
  }
  // Who signs another role does not sign this one.
  const { repository, client, asked, holds } = await trial.anew();
  const by = repository.signers.get(role === 'targets' ? 'snapshot' : 'targets');
  await stopsAt(role, again(role, { by }), again(role))({ repository, client, asked, holds });
};

/** A file that is signed well and says another version than the one it was asked for as. */
const otherVersion = (role) =>
  stopsAt(
    role,
    (repository) => {
      const signed = repository.roles.get(role);
      const now = signed.version;
      signed.version = 3;
      const signatures = repository.signers.get(role).map((key) => key.signatureOver(signed));
      repository.serve(role, 2, Buffer.from(written({ signatures, signed })));
      signed.version = now;
    },
    again(role),
  );

const missing = (role, statuses) => async (trial) => {
  for (const status of statuses) {
    const { repository, client, asked, holds } = await trial.anew();
    const file = `metadata/${LAST[role]}`;
    const mend = () => repository.statuses.delete(file);
    await stopsAt(role, () => repository.statuses.set(file, status), mend)({ repository, client, asked, holds });
  }
};

/** A trust anchor that is none: no request is made of it, whatever `init` says. One that is one works. */
const refusesAnchor = (edit) => async ({ repository, client, asked, anew }) => {
  const { root } = repository;
  await client.init(written(edit(root, repository.signers.get('root'))), { exit: null });
  await client.refresh({ exit: 1 });
  asked();
  const other = await anew(repository);
  await other.client.init(repository.trustedRoot);
  await other.client.refresh();
  other.asked(FIRST);
};

export default {
  test_basic_refresh_requests: async ({ repository, client, asked, holds }) => {
    await client.init(repository.trustedRoot);
    asked();
    await holds({ root: 1 });
    await client.refresh();
    asked(FIRST);
    // Whose server forbids what is not there; any other status is no answer.
    repository.statuses.set('metadata/2.root.json', 403);
    await client.refresh();
    asked(NOTHING_NEW);
    repository.statuses.set('metadata/2.root.json', 500);
    await client.refresh({ exit: 1 });
    asked('2.root.json');
    await holds(all(1));
  },

  test_basic_refresh_trusted_data: async ({ repository, client, asked, holds }) => {
    await client.init(repository.trustedRoot);
    await client.refresh();
    await holds(all(1));
    repository.publish('root');
    repository.release('targets');
    asked(FIRST);
    await client.refresh();
    asked('2.root.json', '3.root.json', 'timestamp.json', '2.snapshot.json', '2.targets.json');
    await holds(all(2));
  },

  test_implicit_refresh: async ({ repository, client, asked, holds, downloaded }) => {
    await client.init(repository.trustedRoot);
    await client.download('nonexistent artifact', { exit: 1 });
    asked(FIRST);
    await holds(all(1));
    await downloaded();
  },

  test_invalid_initial_root: refusesAnchor((root, [key]) => {
    const { version, ...signed } = root;
    assert.equal(version, 1);
    return { signatures: [key.signatureOver(signed)], signed };
  }),
  test_unsigned_initial_root: refusesAnchor((root, [key]) => {
    const { sig } = new Key().signatureOver(root);
    return { signatures: [{ keyid: key.keyid, sig }], signed: root };
  }),

  'test_unsigned_metadata[root]': unsigned('root'),
  'test_unsigned_metadata[timestamp]': unsigned('timestamp'),
  'test_unsigned_metadata[snapshot]': unsigned('snapshot'),
  'test_unsigned_metadata[targets]': unsigned('targets'),

  'test_url_and_metadata_version_mismatch[root]': otherVersion('root'),
  'test_url_and_metadata_version_mismatch[snapshot]': otherVersion('snapshot'),
  'test_url_and_metadata_version_mismatch[targets]': otherVersion('targets'),

  test_timestamp_content_changes: async (trial) => {
    const { repository, client, asked, holds } = trial;
    await trial.start();
    const kept = repository.published('timestamp');
    repository.timestamp.meta.set('snapshot.json', { version: 100 });
    repository.publish('timestamp', { bump: false });
    await client.refresh();
    asked(NOTHING_NEW);
    assert.deepEqual((await client.trusted()).get('timestamp'), kept);
    // What comes after it is a file like any other.
    repository.release('targets');
    await client.refresh();
    await holds({ ...all(2), root: 1 });
  },

  test_timestamp_404: missing('timestamp', [404, 403, 500]),
  test_snapshot_404: missing('snapshot', [404, 500]),
  test_targets_404: missing('targets', [404, 500]),

  test_incorrect_metadata_type: async (trial) => {
    // A timestamp in all but its type; then the snapshot, as the timestamp's key signs it.
    for (const signedOf of [
      ({ timestamp }) => ({ ...timestamp, version: 2, _type: 'snapshot' }),
      ({ snapshot }) => ({ ...snapshot, version: 2 }),
    ]) {
      const { repository, client, asked, holds } = await trial.anew();
      await client.init(repository.trustedRoot);
      const signed = signedOf(repository);
      const signatures = repository.signers.get('timestamp').map((key) => key.signatureOver(signed));
      repository.files.set('metadata/timestamp.json', Buffer.from(written({ signatures, signed })));
      await client.refresh({ exit: 1 });
      asked(NOTHING_NEW);
      await holds({ root: 1 });
    }
  },

  test_x_resume_after_partial_update: async (trial) => {
    const { repository, client, asked, holds } = trial;
    await trial.start();
    repository.release('targets');
    repository.statuses.set('metadata/2.snapshot.json', 404);
    await client.refresh({ exit: 1 });
    asked(NOTHING_NEW, '2.snapshot.json');
    await holds({ ...all(1), timestamp: 2 });
    repository.statuses.clear();
    await client.refresh();
    asked(NOTHING_NEW, '2.snapshot.json', '2.targets.json');
    await holds({ ...all(2), root: 1 });
  },

  test_x_tampered_local_targets: async (trial) => {
    const { repository, client, asked, holds, downloaded } = trial;
    await trial.start();
    const forged = JSON.parse(repository.published('targets').toString());
    const honest = repository.targets.targets;
    repository.targets.targets = new Map();
    repository.addArtifact('targets', 'evil', 'evil content');
    forged.signed.targets = repository.targets.targets;
    repository.targets.targets = honest;
    const forge = () => writeFile(join(client.metadata, 'targets.json'), written(forged));
    await forge();
    await client.refresh();
    asked(NOTHING_NEW, '1.targets.json');
    await holds(all(1));
    await forge();
    await client.download('evil', { exit: 1 });
    asked(NOTHING_NEW, '1.targets.json');
    await downloaded();
    await holds(all(1));
  },

  test_x_oversize_timestamp: async (trial) => {
    const { repository, client, asked, holds } = trial;
    await trial.start();
    repository.publish('timestamp');
    const honest = repository.published('timestamp');
    // It is signed well, and more than any timestamp needs.
    repository.serve('timestamp', 2, Buffer.concat([honest, Buffer.alloc(20_000_000, ' ')]));
    await client.refresh({ exit: 1 });
    asked(NOTHING_NEW);
    await holds(all(1));
    repository.serve('timestamp', 2, honest);
    await client.refresh();
    await holds({ ...all(1), timestamp: 2 });
  },
};
