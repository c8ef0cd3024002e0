// A targets file of TUF: read strictly, each target looked at and found by its path later,
// and written as it is signed.
import { instantiate } from './support/core.mjs';
import { race } from './support/rounds.mjs';
import { quantity } from './support/table.mjs';

export default async function targets(quick) {
  const [count, rounds] = quick ? [100, 1] : [10_000, 15];
  const { BenchTargets } = await instantiate();
  const text = targetsText(count);
  const bytes = new TextEncoder().encode(text);
  const times = race(rounds, {
    ours: () => BenchTargets.read(bytes),
    javascript: () => JSON.parse(text),
  });
  return [
    {
      what: `targets file, ${count.toLocaleString('en')} targets, ${quantity(bytes.length / 1e6, 'MB')}`,
      ours: quantity(times.ours, 'ms'),
      peer: `${quantity(times.javascript, 'ms')} JSON.parse alone`,
      ratio: times.ours / times.javascript,
    },
  ];
}

/** As securesystemslib writes one: compact, members in order. */
function targetsText(count) {
  const targets = {};
  for (let number = 0; number < count; number += 1) {
    const digits = number.toString(16).padStart(8, '0');
    const path = `linux-64/package-name-${digits}-1.2.3-h1234567_0.conda`;
    targets[path] = { hashes: { sha256: digits.repeat(8) }, length: number };
  }
  const signed = {
    _type: 'targets',
    expires: '2030-01-31T23:59:59Z',
    spec_version: '1.0.31',
    targets,
    version: 1,
  };
  return JSON.stringify({ signatures: [], signed });
}
