// Repositories of TUF, by the generator of the conformance tests.
import { Key } from '../../tests/tuf-conformance/simulator/key.mjs';
import { digest, Repository } from '../../tests/tuf-conformance/simulator/repository.mjs';

/** A path like a channel's. */
const pathOf = (number) =>
  `linux-64/package-name-${number.toString(16).padStart(8, '0')}-1.2.3-h1234567_0.conda`;

const artifactOf = (number) => `the package of the number ${number}`;

/** What clients are given and asked for: files by path, the root to begin with, all targets. */
const served = (repository, trustedRoot, count) => ({
  files: repository.files,
  trustedRoot,
  paths: Array.from({ length: count }, (_, number) => pathOf(number)),
});

/**
 * A root and one after it, with another key; 2 ** `bits` hash bins (TAP 15), over which so many
 * targets are spread.
 */
export function binned(bits, count) {
  const repository = new Repository();
  const trustedRoot = repository.trustedRoot;
  const [oldKey] = repository.signers.get('root');
  const newKey = new Key();
  repository.setKeys('root', [newKey], { signers: [newKey, oldKey] });
  repository.publish('root');
  const { names, nameFor } = repository.delegateToBins('targets', bits, 'bin');
  for (let number = 0; number < count; number += 1) {
    const path = pathOf(number);
    repository.addArtifact(nameFor(path), path, artifactOf(number));
  }
  repository.release('targets', ...names);
  return served(repository, trustedRoot, count);
}

/** So many targets in one file, of which the last is served. Its members are in order, as python-tuf writes them. */
export function flat(count) {
  const repository = new Repository();
  const last = count - 1;
  for (let number = 0; number < last; number += 1) {
    const hashes = { sha256: digest('sha256', artifactOf(number)) };
    repository.targets.targets.set(pathOf(number), { hashes, length: artifactOf(number).length });
  }
  repository.addArtifact('targets', pathOf(last), artifactOf(last));
  repository.release('targets');
  return served(repository, repository.trustedRoot, count);
}
