// The other roles are signed as the newest root asks (TUF 5.4.2, 5.5.3, 5.6.3).
import { Key } from '../simulator/key.mjs';
import { all } from '../simulator/trial.mjs';

/** Which of ten keys the role has, how many of them must sign, and who does. */
const TAKEN = {
  '1-of-1-key-rotation': [[2], 1, [2]],
  '1-of-1-key-rotation-unused-signatures': [[1], 1, [3, 1, 4]],
  '3-of-5-sign-first-combo': [[0, 1, 2, 3, 4], 3, [0, 2, 4]],
  '3-of-5-sign-second-combo': [[0, 1, 2, 3, 4], 3, [0, 4, 1]],
  '3-of-5-sign-third-combo': [[0, 1, 2, 3, 4], 3, [0, 1, 3]],
  '3-of-5-sign-fourth-combo': [[0, 1, 2, 3, 4], 3, [1, 2, 3]],
  '3-of-5-sign-fifth-combo': [[0, 1, 2, 3, 4], 3, [2, 3, 4]],
};
const REFUSED = {
  '1-of-1-key-rotation-fail-not-signed-with-new-key': [[2], 1, [1, 3, 4]],
  '3-of-5-one-key-signature-wrong-not-signed-with-3-expected-keys': [[0, 1, 3, 4, 5], 3, [0, 2, 4]],
  '2-of-5-one-key-signature-mising-threshold-not-reached': [[0, 1, 3, 4, 5], 3, [0, 4]],
};

/** For each role by itself: the roles that are stored when it is refused. */
const BEFORE = {
  timestamp: { timestamp: 1, snapshot: 1, targets: 1 },
  snapshot: { timestamp: 2, snapshot: 1, targets: 1 },
  targets: { timestamp: 2, snapshot: 2, targets: 1 },
};

const rotation = ([listed, threshold, signing], isTaken) => async (trial) => {
  const keys = Array.from({ length: 10 }, () => new Key());
  const pick = (numbers) => numbers.map((number) => keys[number]);
  for (const [role, held] of Object.entries(BEFORE)) {
    const { repository, client, asked, holds, start } = await trial.anew();
    await start();
    repository.setKeys(role, pick(listed), { threshold, signers: pick(signing) });
    repository.publish('root');
    repository.release('targets');
    await client.refresh({ exit: isTaken ? 0 : 1 });
    const requests = ['2.root.json', '3.root.json', 'timestamp.json', '2.snapshot.json', '2.targets.json'];
    const last = { timestamp: 3, snapshot: 4, targets: 5 }[role];
    asked(isTaken ? requests : requests.slice(0, last));
    await holds(isTaken ? all(2) : { root: 2, ...held });
  }
};

const named = (cases, isTaken) =>
  Object.entries(cases).map(([name, one]) => [`test_non_root_rotations[${name}]`, rotation(one, isTaken)]);

export default Object.fromEntries([...named(TAKEN, true), ...named(REFUSED, false)]);
