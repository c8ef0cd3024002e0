// A new root is signed as the one before it asks, and as it asks itself (TUF 5.3.4).
import { Key } from '../simulator/key.mjs';

/** Roots from version 1 on: which of ten keys, how many of them, and who signs. */
const CHAINS = {
  '1-of-1-key-rotation': [[[1], 1, [1]], [[2], 1, [2, 1]], [[2], 1, [2]]],
  '1-of-1-key-rotation-unused-signatures': [[[1], 1, [3, 1, 4]], [[2], 1, [3, 2, 1, 4]], [[2], 1, [3, 2, 4]]],
  '3-of-5-sign-with-different-keycombos': [
    [[0, 1, 2, 3, 4], 3, [0, 2, 4]],
    [[0, 1, 2, 3, 4], 3, [0, 4, 1]],
    [[0, 1, 2, 3, 4], 3, [3, 1, 2]],
    [[0, 1, 2, 3, 4], 3, [0, 1, 3]],
  ],
  '3-of-5-one-key-rotated': [[[0, 1, 2, 3, 4], 3, [0, 2, 4]], [[0, 1, 3, 4, 5], 3, [0, 4, 1]]],
  '3-of-5-one-key-rotated-with-intermediate-step': [
    [[0, 1, 2, 3, 4], 3, [0, 2, 4]],
    [[0, 1, 3, 4, 5], 3, [0, 2, 4, 5]],
    [[0, 1, 3, 4, 5], 3, [0, 4, 5]],
  ],
  '3-of-5-all-keys-rotated-with-intermediate-step': [
    [[0, 1, 2, 3, 4], 3, [0, 2, 4]],
    [[5, 6, 7, 8, 9], 3, [0, 2, 4, 5, 6, 7]],
    [[5, 6, 7, 8, 9], 3, [5, 6, 7]],
  ],
  '1-of-3-threshold-increase-to-2-of-3': [[[1, 2, 3], 1, [1]], [[1, 2, 3], 2, [1, 2]]],
  '2-of-3-threshold-decrease-to-1-of-3': [[[1, 2, 3], 2, [1, 2]], [[1, 2, 3], 1, [1, 2]], [[1, 2, 3], 1, [1]]],
  '1-of-2-threshold-increase-to-2-of-2': [[[1], 1, [1]], [[1, 2], 2, [1, 2]]],
};

/** The same, where the last one is refused. */
const BROKEN = {
  '1-of-1-key-rotation-fail-not-signed-with-old-key': [[[1], 1, [1]], [[2], 1, [2, 3, 4]]],
  '1-of-1-key-rotation-fail-not-signed-with-new-key': [[[1], 1, [1]], [[2], 1, [1, 3, 4]]],
  '3-of-5-one-key-rotate-fails-not-signed-with-3-new-keys': [
    [[0, 1, 2, 3, 4], 3, [0, 2, 4]],
    [[0, 1, 3, 4, 5], 3, [0, 2, 4]],
  ],
  '3-of-5-one-key-rotate-fails-not-signed-with-3-old-keys': [
    [[0, 1, 2, 3, 4], 3, [0, 2, 4]],
    [[0, 1, 3, 4, 5], 3, [0, 4, 5]],
  ],
  '1-of-3-threshold-bump-to-2-of-3-fails-new-threshold-not-reached': [[[1, 2, 3], 1, [1]], [[1, 2, 3], 2, [2]]],
  '2-of-3-threshold-decr-to-1-of-3-fails-old-threshold-not-eached': [[[1, 2, 3], 2, [1, 2]], [[1, 2, 3], 1, [1]]],
};

const rotation = (chain, isBroken) => async ({ repository, client, asked, holds }) => {
  const keys = Array.from({ length: 10 }, () => new Key());
  const pick = (numbers) => numbers.map((number) => keys[number]);
  for (const [version, [listed, threshold, signing]] of chain.entries()) {
    repository.setKeys('root', pick(listed), { threshold, signers: pick(signing) });
    // The first one takes the place of the repository's own.
    repository.publish('root', { bump: version > 0 });
  }
  await client.init(repository.trustedRoot);
  await client.refresh({ exit: isBroken ? 1 : 0 });
  const last = chain.length - (isBroken ? 1 : 0);
  const roots = Array.from({ length: last }, (_, index) => `${index + 2}.root.json`);
  if (isBroken) {
    asked(roots);
    await holds({ root: last });
  } else {
    asked(roots, 'timestamp.json', '1.snapshot.json', '1.targets.json');
    await holds({ root: last, timestamp: 1, snapshot: 1, targets: 1 });
  }
};

const named = (chains, isBroken) =>
  Object.entries(chains).map(([name, chain]) => [`test_root_rotation[${name}]`, rotation(chain, isBroken)]);

export default Object.fromEntries([...named(CHAINS, false), ...named(BROKEN, true)]);
