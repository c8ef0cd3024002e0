// Versions only grow, until the keys change (TUF 5.3.11, 5.4.3, 5.5.5).
import { all, NOTHING_NEW } from '../simulator/trial.mjs';

/** The timestamp names an older snapshot. */
const snapshotRollback = (listsHashes) => async (trial) => {
  const { repository, client, asked, holds } = trial;
  repository.listsHashes = listsHashes;
  await client.init(repository.trustedRoot);
  repository.release('targets');
  await client.refresh();
  await holds({ ...all(2), root: 1 });
  asked(NOTHING_NEW, '2.snapshot.json', '2.targets.json');
  repository.snapshot.version = 1;
  repository.publish('snapshot', { bump: false });
  repository.releaseTimestamp();
  await client.refresh({ exit: 1 });
  asked(NOTHING_NEW);
  await holds({ ...all(2), root: 1 });
  await mends(trial, { root: 1, timestamp: 4, snapshot: 3, targets: 3 }, 2);
};

/** The snapshot names an older targets. */
const targetsRollback = (listsHashes) => async (trial) => {
  const { repository, client, asked, holds } = trial;
  repository.listsHashes = listsHashes;
  await client.init(repository.trustedRoot);
  repository.release('targets');
  await client.refresh();
  asked(NOTHING_NEW, '2.snapshot.json', '2.targets.json');
  repository.targets.version = 1;
  repository.publish('targets', { bump: false });
  repository.releaseSnapshot();
  await client.refresh({ exit: 1 });
  // With hashes, the snapshot that is stored is not the one that is listed: it counts all the same.
  asked(NOTHING_NEW, '3.snapshot.json');
  await holds({ root: 1, timestamp: 3, snapshot: 2, targets: 2 });
  await mends(trial, { root: 1, timestamp: 4, snapshot: 4, targets: 3 });
};

/** The next honest release is taken. `snapshot`: the version to go on from. */
async function mends({ repository, client, holds }, versions, snapshot) {
  if (snapshot !== undefined) repository.snapshot.version = snapshot;
  repository.targets.version = 2;
  repository.release('targets');
  await client.refresh();
  await holds(versions);
}

export default {
  test_new_timestamp_version_rollback: async (trial) => {
    const { repository, client, asked, holds } = trial;
    const old = repository.published('timestamp');
    await client.init(repository.trustedRoot);
    repository.publish('timestamp');
    await client.refresh();
    await holds({ ...all(1), timestamp: 2 });
    trial.server.take();
    repository.serve('timestamp', 1, old);
    await client.refresh({ exit: 1 });
    asked(NOTHING_NEW);
    await holds({ ...all(1), timestamp: 2 });
    repository.publish('timestamp');
    await client.refresh();
    await holds({ ...all(1), timestamp: 3 });
  },

  'test_snapshot_rollback[basic]': snapshotRollback(false),
  'test_snapshot_rollback[with hashes]': snapshotRollback(true),
  'test_targets_rollback[basic]': targetsRollback(false),
  'test_targets_rollback[with hashes]': targetsRollback(true),

  test_targets_role_removal: async (trial) => {
    const { repository, client, asked, holds } = trial;
    repository.delegate('targets', 'role1');
    repository.release('role1', 'targets');
    await trial.start();
    const held = { root: 1, timestamp: 2, snapshot: 2, targets: 2 };
    await holds(held);
    const entry = repository.snapshot.meta.get('role1.json');
    repository.snapshot.meta.delete('role1.json');
    repository.publish('snapshot');
    repository.releaseTimestamp();
    await client.refresh({ exit: 1 });
    asked(NOTHING_NEW, '3.snapshot.json');
    await holds({ ...held, timestamp: 3 });
    repository.snapshot.meta.set('role1.json', entry);
    repository.releaseSnapshot();
    await client.refresh();
    await holds({ ...held, timestamp: 4, snapshot: 4 });
  },

  test_targets_fast_forward_recovery: async (trial) => {
    const { repository, client, asked, holds } = trial;
    repository.delegate('targets', 'role1');
    repository.targets.version = 99;
    repository.release('role1', 'targets');
    await trial.start();
    await holds({ root: 1, timestamp: 2, snapshot: 2, targets: 100 });
    repository.setKeys('snapshot', [repository.addKey('snapshot')]);
    repository.publish('root');
    repository.targets.version = 1;
    repository.targets.delegations = undefined;
    repository.publish('targets', { bump: false });
    const meta = repository.snapshot.meta;
    meta.set('targets.json', { version: 1 });
    meta.delete('role1.json');
    repository.publish('snapshot');
    repository.releaseTimestamp();
    await client.refresh();
    asked('2.root.json', '3.root.json', 'timestamp.json', '3.snapshot.json', '1.targets.json');
    await holds({ root: 2, timestamp: 3, snapshot: 3, targets: 1 });
  },

  test_new_snapshot_fast_forward_recovery: async (trial) => {
    const { repository, client, asked, holds } = trial;
    repository.snapshot.version = 99_998;
    repository.release();
    await trial.start();
    await holds({ root: 1, timestamp: 2, snapshot: 99_999, targets: 1 });
    for (const role of ['snapshot', 'timestamp']) repository.setKeys(role, [repository.addKey(role)]);
    repository.publish('root');
    repository.snapshot.version = 1;
    repository.publish('snapshot', { bump: false });
    repository.releaseTimestamp();
    await client.refresh();
    asked('2.root.json', '3.root.json', 'timestamp.json', '1.snapshot.json');
    await holds({ root: 2, timestamp: 3, snapshot: 1, targets: 1 });
  },

  test_new_timestamp_fast_forward_recovery: async (trial) => {
    const { repository, client, asked, holds } = trial;
    repository.timestamp.version = 99;
    repository.publish('timestamp');
    await trial.start();
    await holds({ ...all(1), timestamp: 100 });
    repository.setKeys('timestamp', [repository.addKey('timestamp')]);
    repository.publish('root');
    repository.timestamp.version = 1;
    repository.publish('timestamp', { bump: false });
    await client.refresh();
    asked('2.root.json', '3.root.json', 'timestamp.json');
    await holds({ ...all(1), root: 2 });
  },
};
