// Finding the records of a large repodata text, against reading it with JSON.parse.
import { instantiate, source } from './support/core.mjs';
import { repodataText } from './support/repodata-text.mjs';
import { expect, race } from './support/rounds.mjs';
import { atLeast, atMost, quantity } from './support/table.mjs';

export default async function repodata(quick) {
  const [count, rounds] = quick ? [1000, 1] : [215_000, 3];
  const bytes = repodataText(count);
  const text = bytes.toString();
  const { Repodata } = await instantiate();
  const times = race(rounds, {
    // With the copy into WebAssembly.
    ours: () => {
      const found = new Repodata(source(bytes), undefined);
      expect(found.length, count, 'records');
      found.free();
    },
    // Without the decoding of the bytes.
    javascript: () => {
      const { 'packages.conda': records } = JSON.parse(text);
      expect(Object.keys(records).length, count, 'records');
    },
  });

  // Memory never shrinks: what one scan takes shows in a new instance.
  const fresh = await instantiate();
  const before = fresh.memory.buffer.byteLength;
  const found = new fresh.Repodata(source(bytes), undefined);
  const growth = fresh.memory.buffer.byteLength - before;
  expect(found.length, count, 'records');

  const megabytes = bytes.length / 1e6;
  const [ours, peer] = [times.ours, times.javascript].map((time) => (megabytes / time) * 1e3);
  const share = (growth / bytes.length) * 100;
  return [
    {
      what: `repodata scan, ${quantity(megabytes, 'MB')}`,
      ours: quantity(ours, 'MB/s'),
      peer: `${quantity(peer, 'MB/s')} JSON.parse`,
      ratio: ours / peer,
      bar: atLeast(ours / peer, 6, ' ×'),
    },
    {
      what: 'memory that it takes, of the text',
      ours: quantity(share, '%'),
      bar: atMost(share, 25, ' %'),
    },
  ];
}
