// All records of a signed repodata: canonical bytes and batched signatures.
import { instantiate } from './support/core.mjs';
import { hex } from './support/key.mjs';
import { repodataText } from './support/repodata-text.mjs';
import { expect, race } from './support/rounds.mjs';
import { atLeast, quantity } from './support/table.mjs';

export default async function signedRepodata(quick) {
  const [count, rounds] = quick ? [300, 1] : [100_000, 3];
  const text = repodataText(count, { isSigned: true });
  const { BenchRecords } = await instantiate();
  const times = race(rounds, {
    ours: () => {
      const records = new BenchRecords(text);
      expect(records.verify(hex), count, 'signed records');
      records.free();
    },
  });
  const speed = (count / times.ours) * 1e3;
  return [
    {
      what: `repodata with ${count.toLocaleString('en')} signatures, all records`,
      ours: quantity(speed, 'records/s'),
      bar: atLeast(speed, 20_000, '/s'),
    },
  ];
}
