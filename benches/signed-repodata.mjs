// All records of a signed repodata, in the pieces that the package takes: read strictly,
// bound to their files, their signatures verified in batches.
import { NOW, trusted } from './support/channel.mjs';
import { instantiate, source } from './support/core.mjs';
import { repodataText } from './support/repodata-text.mjs';
import { expect, race } from './support/rounds.mjs';
import { atLeast, quantity } from './support/table.mjs';

/** As in records-report.ts. */
const PIECE = 1024;

export default async function signedRepodata(quick) {
  const [count, rounds] = quick ? [300, 1] : [100_000, 3];
  const text = repodataText(count, { isSigned: true });
  const core = await instantiate();
  const trust = trusted(core);
  const repodata = new core.Repodata(source(text), undefined);
  const all = (piece) => {
    let good = 0;
    for (let first = 0; first < count; first += piece) {
      good += trust.audit(repodata, 'linux-64', NOW, first, piece).trusted;
    }
    expect(good, count, 'signed records');
  };
  const times = race(rounds, { pieces: () => all(PIECE), whole: () => all(count) });
  const row = (how, time, bar) => ({
    what: `repodata with ${count.toLocaleString('en')} signatures, ${how}`,
    ours: quantity((count / time) * 1e3, 'records/s'),
    bar: bar && atLeast((count / time) * 1e3, 20_000, '/s'),
  });
  return [row(`${PIECE} at a time`, times.pieces, true), row('at once', times.whole)];
}
