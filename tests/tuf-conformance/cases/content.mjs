// The bytes of a file: their hash, their canonical form, and what is unknown in them.
import assert from 'node:assert/strict';

import { written } from '../simulator/canonical-json.mjs';
import { digest } from '../simulator/repository.mjs';
import { all, NOTHING_NEW } from '../simulator/trial.mjs';

/** A role is replaced after its hash was signed: by another file of the same version, as well signed. */
const replaced = (role, requests, held) => async (trial) => {
  const { repository, client, asked, holds } = trial;
  repository.listsHashes = true;
  repository.release('targets');
  await trial.start();
  repository.release('targets');
  const honest = repository.published(role);
  const signed = { ...repository.roles.get(role), 'x-other': true };
  const signatures = repository.signers.get(role).map((key) => key.signatureOver(signed));
  const other = Buffer.from(written({ signatures, signed }));
  // Of another length; then of the same length, with a space less than there was in its place.
  const spaced = Buffer.from(honest);
  spaced[spaced.indexOf('\n')] = 0x20;
  for (const bytes of [other, spaced]) {
    repository.serve(role, 3, bytes);
    await client.refresh({ exit: 1 });
    asked(NOTHING_NEW, requests);
    await holds({ ...all(2), root: 1, timestamp: 3, ...held });
    // What was accepted before stays, so it is not asked for again.
    requests = requests.slice(-1);
  }
  repository.serve(role, 3, honest);
  await client.refresh();
  await holds({ ...all(3), root: 1 });
};

/** All roles have a member that only the right canonical form gives the right signature for. */
const canonical = (extra) => async ({ repository, client, asked, holds }) => {
  await client.init(repository.trustedRoot);
  for (const signed of repository.roles.values()) signed['x-extra'] = extra;
  repository.publish('root');
  repository.release('targets');
  await client.refresh();
  asked('2.root.json', '3.root.json', 'timestamp.json', '2.snapshot.json', '2.targets.json');
  await holds(all(2));
};

/** A member of a key, which root signs. */
const keyField = (name, value) => async (trial) => {
  const { repository, client, holds } = trial;
  await trial.start();
  for (const key of repository.root.keys.values()) key[name] = value;
  repository.publish('root');
  repository.release('targets');
  await client.refresh();
  await holds(all(2));
};

export default {
  test_basic_metadata_hash_support: async ({ repository, client, asked, holds }) => {
    repository.listsHashes = true;
    repository.release('targets');
    await client.init(repository.trustedRoot);
    await client.refresh();
    asked(NOTHING_NEW, '2.snapshot.json', '2.targets.json');
    await holds({ ...all(2), root: 1 });
    repository.release('targets');
    await client.refresh();
    asked(NOTHING_NEW, '3.snapshot.json', '3.targets.json');
    await holds({ ...all(3), root: 1 });
  },

  test_targets_hash_mismatch: replaced('targets', ['3.snapshot.json', '3.targets.json'], { snapshot: 3 }),
  test_snapshot_hash_mismatch: replaced('snapshot', ['3.snapshot.json'], {}),

  test_metadata_bytes_match: async ({ repository, client, holds }) => {
    // Space before and after, hashes over all of it, and members in another order.
    const spaced = ({ signatures, signed }) =>
      `\n ${written({ signed: Object.fromEntries(Object.entries(signed).reverse()), signatures })}\t\n \r\n`;
    repository.listsHashes = true;
    await client.init(repository.trustedRoot);
    repository.publish('root', { edit: spaced });
    repository.publish('targets', { edit: spaced });
    repository.snapshot.meta.set('targets.json', listed(2, repository.published('targets')));
    repository.publish('snapshot', { edit: spaced });
    repository.releaseTimestamp({ edit: spaced });
    await client.refresh();
    await holds(all(2));
  },

  test_custom_fields: async (trial) => {
    const { repository, client, holds } = trial;
    await trial.start();
    repository.root['custom-field'] = 'value';
    for (const key of repository.root.keys.values()) key['extra-field'] = { b: 2, a: 1 };
    for (const role of repository.root.roles.values()) role['another-field'] = ['value', null, true];
    for (const name of ['timestamp', 'snapshot', 'targets']) {
      repository.roles.get(name)['custom-field'] = { z: [1, { y: false }], a: '' };
    }
    // Beside a signature stands what nobody has signed.
    const beside = ({ signatures, signed }) => ({
      signatures: signatures.map((signature) => ({ ...signature, 'beside-field': 1 })),
      signed,
    });
    repository.publish('root', { edit: beside });
    repository.release('targets');
    await client.refresh();
    await holds(all(2));
  },

  test_deprecated_keyid_hash_algorithms: keyField('keyid_hash_algorithms', ['sha256', 'sha512', 'md5']),

  'test_x_canonical[unicode]': canonical({ 'ключ': 'é e\u0301 ü 鍵 \u{1F511} \u2028\u2029', 'é': '\u00a0\ufeff' }),
  'test_x_canonical[bigint]': canonical([0, ...[2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n]]),
  'test_x_canonical[control]': canonical({ 'a\nb': '\0\x01\b\t\n\v\f\r\x1f\x7f\x80 " \\ / \\n' }),
  'test_x_canonical[astral-keys]': canonical({ '\u{1F600}': 1, '\uffee': 2, '\ue000': 3, z: 4, Z: 5, '\u{10ffff}': 6 }),

  test_x_duplicate_json_key: async (trial) => {
    // A parser may believe the first or the last of two: neither is to be believed.
    for (const twice of ['"version": 7, "version": 2', '"version": 2, "version": 7']) {
      for (const role of ['timestamp', 'snapshot', 'targets', 'root']) {
        const { repository, client, holds } = await trial.anew();
        await client.init(repository.trustedRoot);
        const held = { root: {}, timestamp: {}, snapshot: { timestamp: 2 }, targets: { timestamp: 2, snapshot: 2 } }[role];
        if (role === 'root') repository.publish('root');
        else repository.release('targets');
        const honest = repository.published(role).toString();
        const spoiled = honest.replace(/"version": 2(?=,\n  "expires")/, twice);
        assert.notEqual(spoiled, honest);
        repository.serve(role, 2, Buffer.from(spoiled));
        await client.refresh({ exit: 1 });
        await holds({ root: 1, ...held });
      }
    }
  },
};

const listed = (version, bytes) => ({ version, length: bytes.length, hashes: { sha256: digest('sha256', bytes) } });
