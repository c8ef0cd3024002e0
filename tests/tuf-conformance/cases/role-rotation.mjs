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

/** One role after the other, as a root of its own has it. */
const taken = ([listed, threshold, signing]) => async (trial) => {
  const { repository, client, asked, holds } = trial;
  const pick = picking();
  await client.init(repository.trustedRoot);
  for (const [index, role] of ['timestamp', 'snapshot', 'targets'].entries()) {
    repository.setKeys(role, pick(listed), { threshold, signers: pick(signing) });
    repository.publish('root');
    repository.release('targets');
    const version = index + 2;
    await client.refresh();
    asked(
      ...[`${version}.root.json`, `${version + 1}.root.json`],
      ...['timestamp.json', `${version}.snapshot.json`, `${version}.targets.json`],
    );
    await holds(all(version));
  }
};

/** What is stored and asked for before each role, where that role is refused. */
const BEFORE = {
  timestamp: [{ root: 2 }, ['timestamp.json']],
  snapshot: [{ root: 2, timestamp: 2 }, ['timestamp.json', '2.snapshot.json']],
  targets: [{ root: 2, timestamp: 2, snapshot: 2 }, ['timestamp.json', '2.snapshot.json', '2.targets.json']],
};

/** Each role by itself. */
const refused = ([listed, threshold, signing]) => async (trial) => {
  const pick = picking();
  for (const [role, [held, requests]] of Object.entries(BEFORE)) {
    const { repository, client, asked, holds } = await trial.anew();
    repository.setKeys(role, pick(listed), { threshold, signers: pick(signing) });
    repository.publish('root');
    repository.release('targets');
    await client.init(repository.trustedRoot);
    await client.refresh({ exit: 1 });
    asked('2.root.json', '3.root.json', requests);
    await holds(held);
  }
};

function picking() {
  const keys = Array.from({ length: 10 }, () => new Key());
  return (numbers) => numbers.map((number) => keys[number]);
}

const named = (cases, body) =>
  Object.entries(cases).map(([name, one]) => [`test_non_root_rotations[${name}]`, body(one)]);

export default Object.fromEntries([...named(TAKEN, taken), ...named(REFUSED, refused)]);
