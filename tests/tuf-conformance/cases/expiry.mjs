// What has expired counts no more, except against rollback (TUF 5.3.10, 5.4.4, 5.5.6, 5.6.5).
import { inDays } from '../simulator/repository.mjs';
import { all, FIRST, NOTHING_NEW } from '../simulator/trial.mjs';

/** A new version that has expired is not stored; the next one that has not is. */
const newOneExpired = (role, requests, held) => async (trial) => {
  const { repository, client, asked, holds } = trial;
  await trial.start();
  const signed = repository.roles.get(role);
  const { expires } = signed;
  signed.expires = inDays(-5);
  if (role === 'targets') repository.release('targets');
  else if (role === 'snapshot') repository.releaseSnapshot();
  else repository.publish('timestamp');
  await client.refresh({ exit: 1 });
  asked(NOTHING_NEW, requests);
  await holds({ ...all(1), ...held });
  signed.expires = expires;
  repository.release('targets');
  await client.refresh();
  await holds({ root: 1, timestamp: 3, snapshot: role === 'timestamp' ? 2 : 3, targets: role === 'targets' ? 3 : 2 });
};

/** A server that shows the same files for ever, one of which expires on the way. */
const frozen = (role, requests) => async ({ repository, client, asked, holds }) => {
  repository.roles.get(role).expires = inDays(7);
  repository.release('targets');
  await client.init(repository.trustedRoot);
  await client.refresh();
  await holds({ ...all(2), root: 1 });
  asked(NOTHING_NEW, '2.snapshot.json', '2.targets.json');
  await client.refresh({ days: 6 });
  asked(NOTHING_NEW);
  await client.refresh({ days: 8, exit: 1 });
  await holds({ ...all(2), root: 1 });
  // What is stored is of use no more, so the server is asked for it again; and there it ends.
  asked(NOTHING_NEW, requests);
};

export default {
  test_faketime: async ({ repository, client, holds }) => {
    await client.init(repository.trustedRoot);
    await client.refresh({ days: 31, exit: 1 });
    await holds({ root: 1 });
    await client.refresh({ days: 29 });
    await holds(all(1));
  },

  test_root_expired: async (trial) => {
    const { repository, client, asked, holds } = trial;
    await trial.start();
    repository.publish('root');
    repository.root.expires = inDays(-1);
    repository.publish('root');
    repository.release('targets');
    await client.refresh({ exit: 1 });
    await holds({ ...all(1), root: 3 });
    // Nothing is asked for under it.
    asked('2.root.json', '3.root.json', '4.root.json');
    await client.refresh({ exit: 1 });
    asked('4.root.json');
    repository.root.expires = inDays(30);
    repository.publish('root');
    await client.refresh();
    asked('4.root.json', '5.root.json', 'timestamp.json', '2.snapshot.json', '2.targets.json');
    await holds({ ...all(2), root: 4 });
  },

  test_timestamp_expired: newOneExpired('timestamp', [], {}),
  test_snapshot_expired: newOneExpired('snapshot', ['2.snapshot.json'], { timestamp: 2 }),
  test_targets_expired: newOneExpired('targets', ['2.snapshot.json', '2.targets.json'], { timestamp: 2, snapshot: 2 }),

  test_expired_local_root: async (trial) => {
    const { repository, client, asked, holds } = await trial.anew();
    repository.root.expires = inDays(7);
    repository.publish('root');
    await client.init(repository.published('root', 2));
    await client.refresh();
    asked('3.root.json', FIRST.slice(1));
    repository.root.expires = inDays(30);
    repository.publish('root');
    repository.release('targets');
    await client.refresh({ days: 18 });
    asked('3.root.json', '4.root.json', 'timestamp.json', '2.snapshot.json', '2.targets.json');
    await holds({ ...all(2), root: 3 });
  },

  test_expired_local_timestamp: async (trial) => {
    const { repository, client, asked, holds } = trial;
    const old = repository.published('timestamp');
    repository.timestamp.expires = inDays(7);
    repository.release('targets');
    await trial.start();
    await holds({ ...all(2), root: 1 });
    // Expired as it is, it is no less a floor.
    repository.serve('timestamp', 1, old);
    await client.refresh({ days: 18, exit: 1 });
    asked(NOTHING_NEW);
    await holds({ ...all(2), root: 1 });
    repository.timestamp.expires = inDays(21);
    repository.release('targets');
    await client.refresh({ days: 18 });
    asked(NOTHING_NEW, '3.snapshot.json', '3.targets.json');
    await holds({ ...all(3), root: 1 });
  },

  'test_x_frozen_same_version[timestamp]': frozen('timestamp', []),
  'test_x_frozen_same_version[snapshot]': frozen('snapshot', ['2.snapshot.json']),
  'test_x_frozen_same_version[targets]': frozen('targets', ['2.targets.json']),
};
