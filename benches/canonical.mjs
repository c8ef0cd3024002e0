// Records, read strictly and written as they are signed.
import { instantiate } from './support/core.mjs';
import { repodataText } from './support/repodata-text.mjs';
import { expect, race } from './support/rounds.mjs';
import { quantity } from './support/table.mjs';

export default async function canonical(quick) {
  const [count, rounds] = quick ? [100, 1] : [20_000, 7];
  const text = repodataText(count);
  const { BenchRecords } = await instantiate();
  const records = new BenchRecords(text);
  // What is written, for a comparison: JavaScript's own way of it.
  const parsed = Object.values(JSON.parse(text)['packages.conda']);
  const texts = parsed.map((record) => JSON.stringify(record));
  const length = parsed.reduce((sum, record) => sum + JSON.stringify(record, null, 2).length, 0);
  const times = race(rounds, {
    ours: () => expect(records.canonicalise(), length, 'canonical bytes'),
    javascript: () => {
      const written = texts.map((record) => JSON.stringify(JSON.parse(record), null, 2).length);
      expect(written.reduce((sum, one) => sum + one), length, 'canonical bytes');
    },
  });
  return [
    {
      what: 'canonical JSON of a record',
      ours: quantity((times.ours / count) * 1e3, 'µs'),
      peer: `${quantity((times.javascript / count) * 1e3, 'µs')} JSON.stringify(JSON.parse)`,
      ratio: times.ours / times.javascript,
    },
  ];
}
