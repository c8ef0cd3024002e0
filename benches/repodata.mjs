// Finding the records of a large repodata text, against reading it with JSON.parse.
import { instantiate, source } from './support/core.mjs';
import { repodataText } from './support/repodata-text.mjs';
import { expect, race } from './support/rounds.mjs';
import { atLeast, atMost, quantity } from './support/table.mjs';

export default async function repodata(quick) {
  const [count, rounds] = quick ? [1000, 1] : [215_000, 5];
  const bytes = repodataText(count);
  const text = bytes.toString();
  const unsorted = repodataText(count, { isSorted: false });
  const megabytes = bytes.length / 1e6;

  /** A scan as `addRepodata` does it, and what asks for every record after it. */
  const scan = ({ Repodata }, from, use = () => undefined) => {
    const found = new Repodata(from, undefined);
    expect(found.length, count, 'records');
    use(found);
    found.free();
  };

  // Before anything else: the engine has not optimised the code yet.
  const instance = await instantiate();
  const start = performance.now();
  scan(instance, source(bytes));
  const first = performance.now() - start;

  const names = someNames(instance, bytes);
  const times = race(rounds, {
    sorted: () => scan(instance, source(bytes)),
    unsorted: () => scan(instance, source(unsorted)),
    file: () => scan(instance, source(bytes, { fixed: false })),
    records: () => scan(instance, source(bytes), (found) => names.forEach((name) => found.record(name))),
    // Without the decoding of the bytes.
    javascript: () => {
      const { 'packages.conda': records } = JSON.parse(text);
      expect(Object.keys(records).length, count, 'records');
    },
  });

  const speed = (time) => (megabytes / time) * 1e3;
  const peer = `${quantity(speed(times.javascript), 'MB/s')} JSON.parse`;
  const row = (what, time) => {
    const ratio = times.javascript / time;
    return { what, ours: quantity(speed(time), 'MB/s'), peer, ratio };
  };
  const barred = (what, time) => {
    const measured = row(what, time);
    return { ...measured, bar: atLeast(measured.ratio, 6, ' ×') };
  };

  const share = (part) => (part / bytes.length) * 100;
  const [grown, grownUnsorted, grownByFile] = [
    await growth(source(bytes), count),
    await growth(source(unsorted), count),
    await growth(source(bytes, { fixed: false }), count),
  ];
  return [
    barred(`repodata scan, ${quantity(megabytes, 'MB')}`, times.sorted),
    barred('  names in no order', times.unsorted),
    row('  the first of the process', first),
    row('  of a file, which is copied', times.file),
    row(`  and ${names.length.toLocaleString('en')} records read`, times.records),
    {
      what: 'memory of WebAssembly that it takes, of the text',
      ours: quantity(share(grown), '%'),
      bar: atMost(share(grown), 25, ' %'),
    },
    {
      what: '  names in no order',
      ours: quantity(share(grownUnsorted), '%'),
      bar: atMost(share(grownUnsorted), 25, ' %'),
    },
    // JavaScript holds the text in a copy of its own as long as it holds the records.
    { what: '  with the text, which JavaScript holds', ours: quantity(share(grown) + 100, '%') },
    { what: '  of a file, with the text', ours: quantity(share(grownByFile), '%') },
  ];
}

/** Every hundredth name. */
function someNames({ Repodata }, bytes) {
  const found = new Repodata(source(bytes), undefined);
  const names = found.fileNames().filter((_, index) => index % 100 === 0);
  found.free();
  return names;
}

/** How far one scan lengthens a memory, which never shrinks: it shows in a new instance. */
async function growth(from, count) {
  const { Repodata, memory } = await instantiate();
  const before = memory.buffer.byteLength;
  const found = new Repodata(from, undefined);
  expect(found.length, count, 'records');
  return memory.buffer.byteLength - before;
}
