// Keys, their labels, and how many of them have signed (TUF 4.2.1, 5.3.4).
import { Key } from '../simulator/key.mjs';
import { all, NOTHING_NEW } from '../simulator/trial.mjs';

const LATER = ['2.root.json', '3.root.json', 'timestamp.json', '2.snapshot.json', '2.targets.json'];

const ALL = ['root', 'timestamp', 'snapshot', 'targets'];

/**
 * All roles change to such a key; then a signature of such a key, but of another one, is refused
 * of each of some roles.
 */
const keyType = (make, refusing = ['snapshot']) => async (trial) => {
  const { repository, client, asked, holds } = trial;
  await trial.start();
  const old = repository.signers.get('root');
  for (const role of ['timestamp', 'snapshot', 'targets']) repository.setKeys(role, [make(role)]);
  const root = make('root');
  repository.setKeys('root', [root], { signers: [root, ...old] });
  repository.publish('root');
  repository.release('targets');
  await client.refresh();
  asked(LATER);
  await holds(all(2));
  repository.signers.set('root', [root]);
  for (const role of refusing) await refusesOthersOf(role, make, trial);
};

async function refusesOthersOf(role, make, { repository, client, holds }) {
  const versions = versionsOf(repository);
  const { root, ...rest } = versions;
  const [{ keyid }] = repository.signers.get(role);
  const other = make('another').alias(keyid);
  if (role === 'root') repository.publish('root', { by: [other] });
  else repository.release('targets');
  if (role !== 'root') repository.publish(role, { bump: false, by: [other] });
  await client.refresh({ exit: 1 });
  const order = ['timestamp', 'snapshot', 'targets'];
  const taken = order.slice(0, Math.max(order.indexOf(role), 0));
  await holds({ root, ...rest, ...Object.fromEntries(taken.map((name) => [name, versions[name] + 1])) });
  repository.publish(role, { bump: false });
  await client.refresh();
  await holds(versionsOf(repository));
}

const versionsOf = ({ roles }) =>
  Object.fromEntries([...roles].map(([name, { version }]) => [name, version]));

/** The roles take keys of these labels. */
const keyId = (label) => keyType((role) => new Key('ed25519', { keyid: label(role) }));

export default {
  test_snapshot_does_not_meet_threshold: async (trial) => {
    const { repository, client, asked, holds } = trial;
    const keys = [new Key(), new Key(), new Key()];
    repository.setKeys('snapshot', keys, { threshold: 3 });
    repository.publish('root');
    repository.release('targets');
    await trial.start();
    await holds(all(2));
    repository.signers.set('snapshot', keys.slice(1));
    repository.release('targets');
    await client.refresh({ exit: 1 });
    asked('3.root.json', 'timestamp.json', '3.snapshot.json');
    await holds({ ...all(2), timestamp: 3 });
    repository.signers.set('snapshot', keys);
    repository.publish('snapshot', { bump: false });
    await client.refresh();
    await holds({ ...all(3), root: 2 });
  },

  test_snapshot_has_too_few_keys: async ({ repository, client, asked, holds }) => {
    await client.init(repository.trustedRoot);
    repository.setKeys('snapshot', [new Key(), new Key(), new Key()], { threshold: 4 });
    repository.publish('root');
    repository.release('targets');
    await client.refresh({ exit: 1 });
    // It is a root like any other, under which there can be no snapshot.
    asked(LATER.slice(0, -1));
    await holds({ root: 2, timestamp: 2 });
    repository.addKey('snapshot');
    repository.publish('root');
    repository.publish('snapshot', { bump: false });
    await client.refresh();
    await holds({ ...all(2), root: 3 });
  },

  test_duplicate_keys: async ({ repository, client, holds }) => {
    await client.init(repository.trustedRoot);
    const key = new Key();
    repository.setKeys('snapshot', Array(9).fill(key), { threshold: 6 });
    repository.publish('root');
    repository.release('targets');
    await client.refresh({ exit: 1 });
    // Whether it is the root that is refused or the snapshot under it, TUF leaves open.
    const trusted = [...(await client.trusted()).keys()];
    await holds(trusted.includes('timestamp') ? { root: 2, timestamp: 2 } : { root: 1 });
  },

  test_duplicate_sig_keyids: async (trial) => {
    const { repository, client, asked, holds } = trial;
    await trial.start();
    repository.release('targets');
    repository.publish('snapshot', {
      bump: false,
      edit: ({ signatures: [one], signed }) => ({ signatures: [one, one], signed }),
    });
    await client.refresh({ exit: 1 });
    asked(NOTHING_NEW, '2.snapshot.json');
    await holds({ ...all(1), timestamp: 2 });
    // With a good one and a bad one of the same label, in either order, it is no better.
    const { keyid } = repository.signers.get('snapshot')[0];
    for (const order of [0, 1]) {
      repository.publish('snapshot', {
        bump: false,
        edit: ({ signatures: [one], signed }) => {
          const two = [one, { keyid, sig: '00'.repeat(64) }];
          return { signatures: order === 0 ? two : two.reverse(), signed };
        },
      });
      await client.refresh({ exit: 1 });
      asked(NOTHING_NEW, '2.snapshot.json');
      await holds({ ...all(1), timestamp: 2 });
    }
  },

  'test_keytype_and_scheme[rsa/rsassa-pss-sha256]': keyType((role) => {
    const key = new Key('rsa');
    if (role === 'snapshot') key.useLongestSalt();
    return key;
  }, ALL),
  'test_keytype_and_scheme[ecdsa/ecdsa-sha2-nistp256]': keyType(() => new Key('ecdsa'), ALL),
  'test_keytype_and_scheme[ed25519/ed25519]': keyType(() => new Key('ed25519'), ALL),

  test_invalid_sig_in_valid_metadata: async (trial) => {
    const { repository, client, asked, holds } = trial;
    await trial.start();
    const bad = ['', 'no hex', '00', '00'.repeat(64)];
    for (const role of ['root', 'timestamp', 'snapshot', 'targets']) bad.forEach(() => repository.trustKey(role));
    const edit = (role) => ({ signatures, signed }) => {
      const labels = repository.root.roles.get(role).keyids.slice(-bad.length);
      const invalid = bad.map((sig, index) => ({ keyid: labels[index], sig }));
      return { signatures: [...invalid, ...signatures], signed };
    };
    repository.publish('root', { edit: edit('root') });
    repository.publish('targets', { edit: edit('targets') });
    repository.releaseSnapshot({ edit: edit('snapshot') });
    repository.publish('timestamp', { bump: false, edit: edit('timestamp') });
    await client.refresh();
    asked(LATER);
    await holds(all(2));
  },

  'test_x_keytype_spelling[ecdsa-sha2-nistp256-ecdsa-sha2-nistp256]': keyType(
    () => new Key('ecdsa', { keytype: 'ecdsa-sha2-nistp256' }),
  ),
  'test_x_keytype_spelling[ecdsa-ecdsa-sha2-nistp256]': keyType(
    () => new Key('ecdsa', { keytype: 'ecdsa' }),
  ),

  test_x_arbitrary_keyid: keyId((role) => Buffer.from(role.padEnd(32, '.')).toString('hex')),
  test_x_nonhex_keyid: keyId((role) => `the ${role}'s key`),

  test_x_unknown_keytype_elsewhere: async (trial) => {
    const { repository, client, asked, holds } = trial;
    await trial.start();
    for (const role of ['root', 'timestamp', 'snapshot', 'targets']) {
      repository.trustKey(role, {
        keyid: `unknown-${role}`,
        listed: { keytype: 'of-tomorrow', scheme: 'unheard-of', keyval: { public: 'no key that one knows' } },
      });
    }
    repository.publish('root');
    repository.release('targets');
    await client.refresh();
    asked(LATER);
    await holds(all(2));
  },

  test_x_same_key_two_keyids: async ({ repository, client, asked, holds }) => {
    await client.init(repository.trustedRoot);
    const key = new Key();
    repository.setKeys('snapshot', [key.alias('one'), key.alias('other')], { threshold: 2 });
    repository.publish('root');
    repository.release('targets');
    await client.refresh({ exit: 1 });
    asked(LATER.slice(0, -1));
    await holds({ root: 2, timestamp: 2 });
    repository.setKeys('snapshot', [key.alias('one'), new Key()], { threshold: 2 });
    repository.publish('root');
    repository.publish('snapshot', { bump: false });
    await client.refresh();
    await holds({ ...all(2), root: 3 });
  },
};
